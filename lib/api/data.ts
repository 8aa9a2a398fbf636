/**
 * Data files, pairs and roles; tables as schemas, written and read as CSV.
 *
 * @module
 */

export { type Role, ROLES } from "../data/align.ts";
export type { DataRows } from "../data/formats/format.ts";
export { type Dropped, type Negation, type Pair, type Protocol, PROTOCOLS } from "../data/pairs.ts";
export type { DataFile, DataText } from "../data/read.ts";
export type { ErrorParts } from "../errors/negscope_error.ts";
export { plantedNodes, SHAPES } from "../opening/find_model.ts";
export { type CsvOptions, tableToCsv } from "../tables/csv.ts";
export type {
  Controlled,
  ControlledRows,
  EstimateBounds,
  EstimateNames,
  IntervalColumns,
  LineScores,
  RowValues,
} from "../tables/estimates.ts";
export {
  type AnyTable,
  type Cells,
  type Column,
  type Columns,
  fillOnRequest,
  fillTable,
  type Row,
  type RowOf,
  type RowOfColumns,
  rowsOf,
  type Table,
  table,
  type TableCell,
  type TableSchema,
} from "../tables/table.ts";
