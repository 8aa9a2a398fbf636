/** The paper's tables (Quantmeyer et al. 2024), from data/published. */

import { NegscopeError } from "../../errors.ts";
import { fetchKitFiles, kitPath } from "../../files/kit_files.ts";
import { MOST_BYTES, readText } from "../../files/read_file.ts";
import { COMPARED_TABLES, type ComparedCell, type ComparedName, readCells } from "./cells.ts";
import { readCsvRows } from "../../tables/csv.ts";

/** A published cell, which always has a value. */
export interface PublishedCell extends ComparedCell {
  /** The figure. */
  readonly value: number;
}

/** The published cells by table, in the order of the files. */
export type PublishedTables = ReadonlyMap<ComparedName, readonly PublishedCell[]>;

/** Cells of each table: 3 groups x 13 layers x 8 roles; 2 sides x 12 layers x 8 heads; 2 sides x 8 heads x 8 roles. */
const SIZES: Readonly<Record<ComparedName, number>> = {
  causal_trace: 312,
  negator_attention: 192,
  correlation_with_d: 192,
  negator_attention_layer4: 128,
};

/** The folder of the published tables. */
export function publishedFolder(): string {
  return kitPath("data/published");
}

/**
 * Reads and checks the published tables.
 *
 * @param folder The folder of the tables.
 * @returns All four tables; correlation_with_d is a column of negator_attention.csv.
 * @throws {NegscopeError} If a file is missing or not such a table, a table lacks cells or has others, or a cell lacks its value.
 */
export async function readPublished(folder: string = publishedFolder()): Promise<PublishedTables> {
  const tables = new Map<ComparedName, PublishedCell[]>();
  for (const table of COMPARED_TABLES) {
    const path = `${folder}/${table.published}`;
    const cells = readCells(readCsvRows(await readPublishedFile(path), path), table);
    const size = SIZES[table.name];
    const figures = cells.flatMap(({ value, ...key }) =>
      value === undefined ? [] : [{ ...key, value }]
    );
    if (figures.length !== size || cells.length !== size) {
      throw new NegscopeError("kit-damaged", {
        problem: `Cannot use "${path}"`,
        reason: `"${table.value}" has ${figures.length} published figures in ${cells.length} rows`,
        expected: `${size} in as many rows`,
        fix: "install the kit again",
      });
    }
    tables.set(table.name, figures);
  }
  return tables;
}

export async function readPublishedFile(path: string): Promise<string> {
  try {
    return await readText(await fetchKitFiles(path), MOST_BYTES.own);
  } catch (error) {
    throw new NegscopeError("kit-damaged", {
      problem: `Cannot read "${path}"`,
      reason: "it belongs to the kit and holds published figures",
      fix: "install the kit again",
      cause: error,
    });
  }
}
