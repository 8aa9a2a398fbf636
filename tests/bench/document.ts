/** Tables of measurements, and the Markdown page that takes them between marks. */

import { dirname } from "node:path";
import { type FlagValues, textFlag } from "../../lib/cli/flags.ts";
import { lockFolder, writeWhole } from "../../lib/files/write_whole.ts";
import { unreadableFile } from "../../lib/errors/errors.ts";
import { MOST_BYTES, readText } from "../../lib/files/read_file.ts";
import { replaceMarked } from "../../lib/tables/text_table.ts";
import type { Cells, Table } from "../../lib/tables/table.ts";

export const DOCUMENT = {
  value: "FILE",
  help: "a Markdown document with marks that takes the tables",
};

/**
 * Makes what writes a report into the document of `--document`, if there is one, in place of what is between the marks. A faulty document is
 * reported now, before the work.
 */
export async function documentWriter(
  values: FlagValues,
  mark: string,
): Promise<(report: string) => Promise<void>> {
  const path = textFlag(values, "document");
  if (path === undefined) return async () => {};
  const replaced = async (report: string) => {
    const text = await readText(path, MOST_BYTES.page).catch((cause: unknown) => {
      throw unreadableFile({ doing: "update document", path, cause, fix: "check --document" });
    });
    return replaceMarked(text, mark, report);
  };
  await replaced("");
  return async (report) => {
    using _held = await lockFolder(dirname(path), { wait: true, flag: "--document" });
    await writeWhole(path, await replaced(report));
  };
}

/** A table of rows, at least one, that all have the same columns. */
export function tableOf<Row extends Cells<Row>>(name: string, rows: readonly Row[]): Table<Row> {
  return { name, columns: Object.keys(rows[0]!) as (keyof Row & string)[], rows };
}
