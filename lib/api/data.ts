/**
 * Data files, pairs and roles; tables as schemas, written and read as CSV.
 *
 * @module
 */

export type { DataRows, ReadOptions } from "../data/formats/format.ts";
export * from "../images/image_folder.ts";
export * from "../images/image_folder.ts";
export * from "../data/pairs.ts";
export {
  type DataFile,
  type DataOptions,
  type DataText,
  parsePairs,
  readPairs,
} from "../data/read.ts";
export { PLANTED, PLANTED_NAMES, plantedFolder, plantedNodes } from "../opening/data/planted.ts";
export * from "../data/roles.ts";
export * from "../opening/data/shapes.ts";
export * from "../tables/csv.ts";
export * from "../tables/csv_row.ts";
export * from "../tables/read_rows.ts";
export * from "../tables/schema.ts";
export * from "../tables/table.ts";
export * from "../tables/text_table.ts";
