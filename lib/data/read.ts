/** Reads the pairs of a data file in any known format, and counts the rows that were read, used and left out. */

import {
  allDropped,
  dataEmpty,
  type DataFormat,
  type DataRows,
  type ReadOptions,
  type ReadRows,
  RowReader,
} from "./formats/format.ts";
import {
  csvRows,
  OF_PAIRS,
  PAIR_LIST,
  PREMISES,
  refuseSeparator,
  SENTENCES,
} from "./formats/lists.ts";
import { VALSE } from "./formats/valse.ts";
import { NegscopeError, unreadableFile } from "../errors/errors.ts";
import { type BadRow, rowsUnusable, skippedRows } from "./bad_rows.ts";
import { type FileAt, MOST_BYTES, readBytes, textOf } from "../reading/files.ts";
import { sha256Bytes } from "../reading/sha256.ts";
import type { Dropped, Pair } from "./pairs.ts";
import { withoutGuard } from "../tables/csv.ts";

export const FORMATS: readonly DataFormat[] = [VALSE, PAIR_LIST, PREMISES, SENTENCES];

/** The pairs of a text. */
export interface DataText extends DataRows {
  /** The name of the text's format: `valse`, `list` for a list of pairs in the kit's own form, `premises` or `sentences`. */
  readonly format: string;
  /** Whether the rows are sentences without images; their `image` is empty, and the negated sentence counts as the foil. */
  readonly textOnly: boolean;
}

/** The pairs of a data file. */
export interface DataFile extends DataText {
  /** SHA-256 of the bytes that the pairs were read from. */
  readonly sha256: string;
}

interface DataOptions extends Omit<ReadOptions, "source"> {
  /** Whether rows that cannot be used are left out, instead of an error about all of them. @default {false} */
  readonly skipBad?: boolean;
}

/**
 * Reads a data file: a VALSE file (a JSON object), a list of pairs (a JSON array, or CSV), or sentences without images (premises with
 * hypotheses, or one sentence on each line), to which the kit adds twins. Under the rephrased protocol a VALSE file is rephrased by rule;
 * the sentences of a list are checked but not changed.
 */
export async function readPairs(at: FileAt, options: DataOptions): Promise<DataFile> {
  return usable(await readRows(at, options), { source: at.path, ...options });
}

/** Reads the rows of a data file, with those that cannot be used. */
export async function readRows(
  { files, path }: FileAt,
  options: Omit<ReadOptions, "source">,
): Promise<DataFile & ReadRows> {
  const { text, sha256 } = await readText({ files, path }, {
    doing: "read data file",
    fix: "check the data file",
  });
  return { ...parseRows(text, { ...options, source: path }), sha256 };
}

async function readText(
  at: FileAt,
  failing: { readonly doing: string; readonly fix: string },
): Promise<{ readonly text: string; readonly sha256: string }> {
  try {
    const bytes = await readBytes(at, MOST_BYTES.rows);
    return { text: textOf(bytes), sha256: await sha256Bytes(bytes) };
  } catch (cause) {
    throw unreadableFile({ ...failing, path: at.path, cause });
  }
}

/** The rows to use, without those that cannot be used, which are an error unless they are skipped or a rule leaves the further ones out. */
export function usable<Read extends ReadRows>(
  { bad, ...data }: Read,
  { source, skipBad = false, further = [], isByRule = false }: {
    readonly source: string;
    readonly skipBad?: boolean;
    readonly further?: readonly BadRow[];
    /** Whether the further rows are left out by a rule: a model cannot compare them with their twins, which differ in the number of tokens or are too long. */
    readonly isByRule?: boolean;
  },
): Omit<Read, "bad"> {
  const refused = isByRule ? bad : [...bad, ...further];
  if (refused.length > 0 && !skipBad) throw rowsUnusable(refused, { source, rows: data.rows });
  if (bad.length + further.length === 0) return data;
  const ids = new Set(further.map(({ id }) => id));
  const pairs = data.pairs.filter(({ id }) => !ids.has(id));
  const byRule = skippedRows(isByRule ? further : []).map(({ id, reason }) => ({ id, reason }));
  const dropped = [...data.dropped, ...byRule, ...skippedRows(refused)];
  if (pairs.length > 0) return { ...data, pairs, dropped };
  throw allDropped(source, data.rows, dropped);
}

export function parsePairs(
  text: string,
  options: DataOptions & { readonly source: string },
): DataText {
  return usable(parseRows(text, options), options);
}

function parseRows(text: string, options: ReadOptions): DataText & ReadRows {
  const { source } = options;
  if (text.trim() === "") throw dataEmpty(source, "the file is empty");
  const format = FORMATS.find((format) => format.matches(text));
  if (format === undefined) {
    const [line = ""] = text.trimStart().split(/[\r\n]/, 1);
    refuseSeparator(line, [...OF_PAIRS, "sentence"], { source, what: "pairs" });
    throw new NegscopeError("data-format-unknown", {
      problem: `Cannot read pairs from "${source}"`,
      reason: `it begins with ${JSON.stringify(text.slice(0, 40))}`,
      expected: FORMATS.map(({ form }) => form).join(", "),
    });
  }
  const { name, textOnly = false } = format;
  return { ...format.read(text, options), format: name, textOnly };
}

/** Why a row that could be used is not in a run. */
export const LEFT_OUT = { limit: "left out by --limit", shard: "left out by --shard" } as const;

export interface DroppedRows {
  readonly reason: string;
  readonly n: number;
  readonly ids?: readonly string[]; // their ids, unless a sample or a shard left them out
  readonly skipped?: true; // present if the rows could not be used and `--skip-bad` left them out
}

export interface RowCounts {
  readonly read: number;
  readonly kept: number;
  readonly dropped: readonly DroppedRows[];
  /** The format that the data were read as: `valse`, `list` (of pairs), `premises`, `sentences`, or `pairs` made by a script; absent in older runs. */
  readonly format?: string;
}

export function droppedRows(dropped: readonly Dropped[]): DroppedRows[] {
  const reasons = Map.groupBy(
    dropped,
    ({ reason, skipped = false }) => JSON.stringify([reason, skipped]),
  );
  return [...reasons.values()].map((rows) => {
    const { reason, skipped } = rows[0]!;
    const counted = { reason, n: rows.length, ids: rows.map(({ id }) => id) };
    return skipped ? { ...counted, skipped } : counted;
  });
}

/** How many rows were read and used, and why the others were not. */
export function rowCounts(
  { data, pairs, drawn }: {
    readonly data: DataFile;
    readonly pairs: readonly Pair[];
    readonly drawn: readonly Pair[];
  },
): RowCounts {
  const leftOut = [
    { reason: LEFT_OUT.limit, n: data.pairs.length - drawn.length },
    { reason: LEFT_OUT.shard, n: drawn.length - pairs.length },
  ];
  return {
    read: data.rows,
    kept: pairs.length,
    dropped: [...droppedRows(data.dropped), ...leftOut.filter(({ n }) => n > 0)],
    format: data.format,
  };
}

/** Passes on an image's bytes if they have the checksum of the run's beginning; if that is undefined, any bytes. */
export async function unchangedImage(
  name: string,
  bytes: Uint8Array,
  sha256: string | undefined,
): Promise<Uint8Array> {
  if (sha256 === undefined || await sha256Bytes(bytes) === sha256) return bytes;
  throw new NegscopeError("file-changed", {
    problem: `Cannot use image "${name}"`,
    subject: name,
    reason: "its file has changed since the run began",
    fix: "run the same command again",
  });
}

const COLUMNS = ["id", "subject_size"];

/** Reads a CSV file with the columns `id` and `subject_size`, such as `subject_sizes.csv` of the task `segment`. */
export async function readSubjectSizes(at: FileAt) {
  const { path } = at;
  const { text, sha256 } = await readText(at, {
    doing: "read subject sizes from",
    fix: "check the path given for the sizes",
  });
  const form = { source: path, what: "subject sizes", columns: COLUMNS, numbers: ["subject_size"] };
  const sizes = new Map<string, number | undefined>();
  const rows = new Map<string, number>();
  for (const { value, row, error } of csvRows(text, form)) {
    if (error !== undefined) throw error;
    const where = `row ${row}`;
    const reader = RowReader.of(value, { source: path, where });
    const id = withoutGuard(reader.text("id"));
    const first = rows.getOrInsert(id, row);
    if (first !== row) {
      throw new NegscopeError("row-wrong", {
        problem: `Cannot read subject sizes from "${path}"`,
        subject: id,
        reason: `id "${id}" of ${where} is already that of row ${first}`,
        fix: "keep one of the two rows",
      });
    }
    sizes.set(id, reader.optionalNumber("subject_size", { min: 0, max: 1 }));
  }
  return { path, sha256, sizes };
}

/** Rows with the sizes of a file. These replace all sizes of the data: a row that the file leaves out has none. */
export function withSubjectSizes(
  { pairs, dropped }: Pick<DataRows, "pairs" | "dropped">,
  { path, sizes }: Awaited<ReturnType<typeof readSubjectSizes>>,
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
