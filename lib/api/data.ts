/**
 * Data files, pairs and roles; tables as schemas, written and read as CSV.
 *
 * @module
 */

export type { DataRows, ReadOptions } from "../data/formats/format.ts";
export { fetchKitFiles } from "../files/kit_files.ts";
export {
  type ImageOptions,
  imageReader,
  readImage,
  readPicture,
  resolveImage,
  resolveImages,
} from "../images/image_folder.ts";
export {
  affirmativeSentence,
  type Dropped,
  firstOfEachImage,
  negatedInData,
  negatedSentence,
  type Negation,
  NEGATIONS,
  NEGATIONS_AND_ALL,
  type Pair,
  type Protocol,
  PROTOCOLS,
} from "../data/pairs.ts";
export {
  type DataFile,
  type DataOptions,
  type DataText,
  parsePairs,
  readPairs,
} from "../data/read.ts";
export { PLANTED, PLANTED_NAMES, SHAPES_NAMES } from "../opening/kit_models.ts";
export { plantedFolder, plantedNodes } from "../opening/kit_models.ts";
export {
  assignRoles,
  betweenEnds,
  isBeforeNegator,
  type OwnTokens,
  type Role,
  type RoleOptions,
  ROLES,
} from "../data/align.ts";
export { SHAPES } from "../opening/kit_models.ts";
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
