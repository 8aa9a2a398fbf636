/**
 * Data files, pairs and roles; tables as schemas, written and read as CSV.
 *
 * @module
 */

export type { DataRows, ReadOptions } from "../data/formats/format.ts";
export { fetchKitFiles } from "../files/kit_files.ts";
export * from "../images/image_folder.ts";
export * from "../data/pairs.ts";
export {
  type DataFile,
  type DataOptions,
  type DataText,
  parsePairs,
  readPairs,
} from "../data/read.ts";
export { PLANTED, PLANTED_NAMES, SHAPES_NAMES } from "../opening/data/kit_models.ts";
export { plantedFolder, plantedNodes } from "../opening/data/planted.ts";
export * from "../data/roles.ts";
export * from "../opening/data/shapes.ts";
export {
  csvPieces,
  type CsvPlace,
  type CsvRow,
  readCsvRows,
  readRows,
  tableToCsv,
  withoutGuard,
} from "../tables/csv.ts";
/** Columns of tables: their kinds, and those that the kit's tables have in common. */
export * as column from "./column.ts";
export {
  type AnyTable,
  type AnyText,
  type Cells,
  type Column,
  type Columns,
  fillOnRequest,
  fillTable,
  madeTable,
  numberColumns,
  type Reads,
  type Row,
  type RowOf,
  type RowOfColumns,
  rowsOf,
  type Table,
  table,
  type TableCell,
  type TableSchema,
} from "../tables/table.ts";
export {
  intervalText,
  linesTable,
  numberText,
  textTable,
  type TextTableOptions,
} from "../tables/text_table.ts";
export type { ErrorParts } from "../errors/negscope_error.ts";
export type {
  Controlled,
  ControlledRows,
  EstimateBounds,
  EstimateNames,
  IntervalColumns,
  LineScores,
  RowValues,
} from "../tables/estimates.ts";
