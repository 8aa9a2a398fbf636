/** Sizes of subjects from a file of their own, joined with the rows of the data by id. */

import { NegscopeError, unreadableFile } from "../errors/errors.ts";
import { type FileAt, MOST_BYTES, readBytes, textOf } from "../reading/files.ts";
import { sha256Bytes } from "../reading/sha256.ts";
import { withoutGuard } from "../tables/csv.ts";
import { csvRows } from "./formats/named_rows.ts";
import { type DataRows, RowReader } from "./formats/format.ts";
import type { Pair } from "./pairs.ts";

const COLUMNS = ["id", "subject_size"];

interface SubjectSizes {
  readonly path: string;
  readonly sha256: string;
  /** The size of each row's subject by the row's id, 0 to 1; undefined where the file leaves it empty. */
  readonly sizes: ReadonlyMap<string, number | undefined>;
}

/** Reads a CSV file with the columns `id` and `subject_size`, such as `subject_sizes.csv` of the task `segment`. */
export async function readSubjectSizes(at: FileAt): Promise<SubjectSizes> {
  const { path } = at;
  const read = readBytes(at, MOST_BYTES.rows).then((bytes) => ({ bytes, text: textOf(bytes) }));
  const { bytes, text } = await read.catch((cause: unknown) => {
    const fix = "check the path given for the sizes";
    throw unreadableFile({ doing: "read subject sizes from", path, cause, fix });
  });
  const form = { source: path, what: "subject sizes", columns: COLUMNS, numbers: ["subject_size"] };
  const sizes = new Map<string, number | undefined>();
  const rows = new Map<string, number>();
  for (const { value, row, error } of csvRows(text, form)) {
    if (error !== undefined) throw error;
    const where = `row ${row}`;
    const reader = RowReader.of(value, { source: path, where });
    const id = withoutGuard(reader.text("id"));
    const first = rows.get(id);
    if (first !== undefined) {
      throw new NegscopeError("row-wrong", {
        problem: `Cannot read subject sizes from "${path}"`,
        subject: id,
        reason: `id "${id}" of ${where} is already that of row ${first}`,
        fix: "keep one of the two rows",
      });
    }
    rows.set(id, row);
    sizes.set(id, reader.optionalNumber("subject_size", { min: 0, max: 1 }));
  }
  return { path, sha256: await sha256Bytes(bytes), sizes };
}

/** Rows with the sizes of a file. These replace all sizes of the data: a row that the file leaves out has none. */
export function withSubjectSizes(
  { pairs, dropped }: Pick<DataRows, "pairs" | "dropped">,
  { path, sizes }: SubjectSizes,
): Pair[] {
  const known = new Set([...pairs, ...dropped].map(({ id }) => id));
  const unknown = [...sizes.keys()].filter((id) => !known.has(id));
  const refused = (reason: string, subject: string) =>
    new NegscopeError("not-comparable", {
      problem: `Cannot use subject sizes from "${path}"`,
      subject,
      reason,
      fix: "give the file that was made of the same data",
    });
  if (unknown[0] !== undefined) {
    const more = unknown.length === 1 ? "" : ` nor the other ${unknown.length - 1} of its ids`;
    throw refused(`the data have no row "${unknown[0]}"${more}`, unknown[0]);
  }
  const sized = pairs.map(({ subjectSize: _, ...pair }): Pair => {
    const subjectSize = sizes.get(pair.id);
    return subjectSize === undefined ? pair : { ...pair, subjectSize };
  });
  if (sized.some(({ subjectSize }) => subjectSize !== undefined)) return sized;
  throw refused("it has no size for any row that is used", path);
}
