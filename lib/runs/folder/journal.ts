/** The finished rows of a run in progress: one file that only grows, so that a killed run can be resumed. */

import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { lockFolder } from "../../disk/folder_lock.ts";
import { removeQuietly } from "../../disk/own_file.ts";
import { GrowingFile } from "../../disk/growing_file.ts";
import { fileNotWritten, linkInTheWay } from "../../disk/refusals.ts";
import { notAsWritten } from "../../files/sealed_manifest.ts";
import { OpenedFile } from "../../files/opened_file.ts";
import { readBytes } from "../../files/read_file.ts";
import type { KeptRows } from "../../study/rows/kept_rows.ts";

/** The most bytes of a journal: 20 kB for each of 200,000 rows. */
const MOST_BYTES = 2 ** 32;

/** A line: the phase, the row's key, its numbers; on the disk its checksum follows them. */
type Line = [phase: string, key: string, values: number[]];

export interface JournalOptions {
  /** Whether to keep the rows in the file; otherwise it starts empty. */
  readonly resume: boolean;
  /** What identifies the run: rows of another one are refused. */
  readonly run: string;
  /** Called before the first row is written. */
  readonly begin: () => Promise<void>;
}

/** Keeps finished rows by phase. When it is disposed of, the file is closed but stays; rows finished later are not kept. */
export interface Journal extends Disposable {
  phase(phase: string): KeptRows;
}

/**
 * Opens a journal, in which each row is a line of JSON with a checksum; numbers are read back as the same float64. Nothing is written yet.
 *
 * The first line names the run. At the end of the file, lines that were cut off are dropped; a line that was changed is refused.
 */
export async function openJournal(
  path: string,
  { resume, run, begin }: JournalOptions,
): Promise<Journal> {
  const first = lineOf(["negscope journal", run, []]);
  const bytes = resume ? await readIfThere(path) : new Uint8Array();
  const { lines, length, rest } = readLines(bytes);
  const isOther = bytes.length > 0 && (lines.length === 0 || lineOf(lines[0]!) !== first);
  if (rest > 0 || isOther && !isCutFirst(bytes, first)) {
    throw notAsWritten(path, "restore it, or delete it, and its rows are computed again");
  }
  const rowsOf = new Map<string, Map<string, readonly number[]>>();
  for (const [phase, key, values] of lines.slice(1)) {
    rowsOf.set(phase, (rowsOf.get(phase) ?? new Map()).set(key, values));
  }
  let start = length > 0 ? bytes.subarray(0, length) : new TextEncoder().encode(first);
  let begun: Promise<void> | undefined;
  let file: GrowingFile | undefined;
  let isClosed = false;
  const write = async (line: Line) => {
    await (begun ??= begin());
    if (isClosed) return;
    // synchronous, so that rows kept at the same time neither open the file twice nor mix their lines
    if (file === undefined) {
      file = GrowingFile.create(path, start);
      start = new Uint8Array();
    }
    file.append(new TextEncoder().encode(lineOf(line)));
  };
  return {
    phase: (phase) => {
      const rows = rowsOf.get(phase) ?? new Map<string, readonly number[]>();
      rowsOf.set(phase, rows);
      const added = new Set<string>(); // their numbers are only in the file: a long run would fill the memory with them
      return {
        get size() {
          return rows.size + added.size;
        },
        get: (key) => rows.get(key),
        keep: async (key, values) => {
          const numbers = Array.from(values);
          if (!numbers.every(Number.isFinite)) return; // JSON cannot hold it; the row is computed again
          if (!rows.has(key)) added.add(key);
          await write([phase, key, numbers]);
        },
      };
    },
    [Symbol.dispose]: () => {
      isClosed = true;
      file?.[Symbol.dispose]();
      file = undefined;
    },
  };
}

/** Removes the journal that a process killed at its very end leaves, unless another process has begun a run in the meantime. */
export async function removeLeftJournal(
  path: string,
  isFinished: () => Promise<boolean>,
): Promise<void> {
  if (!await Deno.lstat(path).then(() => true, () => false)) return;
  using _held = await lockFolder(dirname(path));
  if (await isFinished()) removeQuietly(path);
}

/** Whether a file is a journal, of whichever run. */
export async function isJournal(path: string): Promise<boolean> {
  const { isFile } = await Deno.lstat(path).catch(() => ({ isFile: false }));
  if (!isFile) return false;
  using file = new OpenedFile(path);
  return isCutFirst(await file.read(0, Math.min(MARK.length, file.size)), MARK);
}

/** Whether a journal was cut off within its first line, or a power cut left only zeros of it. */
function isCutFirst(bytes: Uint8Array, first: string): boolean {
  const whole = new TextEncoder().encode(first);
  return bytes.every((byte, i) => byte === whole[i]) || bytes.every((byte) => byte === 0);
}

const NEWLINE = "\n".charCodeAt(0);

const MARK = '["negscope journal",';

async function readIfThere(path: string): Promise<Uint8Array> {
  try {
    if ((await Deno.lstat(path)).isSymlink) throw linkInTheWay(path);
    return await readBytes(path, MOST_BYTES);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw fileNotWritten(path, error);
  }
}

/** A line as it is on the disk: its JSON, with a CRC-32 of it as the last element. */
function lineOf(line: Line): string {
  const json = JSON.stringify(line);
  return `${json.slice(0, -1)},"${checksumOf(json)}"]\n`;
}

function checksumOf(json: string): string {
  return crc32(json).toString(16).padStart(8, "0");
}

/**
 * Reads the lines of a journal up to the first that is not whole. Returns the lines, how many bytes they have, and how many whole lines
 * come after one that is not, which no cut leaves.
 */
function readLines(bytes: Uint8Array): {
  readonly lines: readonly Line[];
  readonly length: number;
  readonly rest: number;
} {
  const lines: Line[] = [];
  let [length, rest] = [0, 0];
  let from = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, from)) {
    const line = parseLine(bytes.subarray(from, end));
    if (line !== undefined && length < from) rest++;
    else if (line !== undefined) {
      lines.push(line);
      length = end + 1;
    }
    from = end + 1;
  }
  return { lines, length, rest };
}

const CHECKSUM = /,"([0-9a-f]{8})"\]$/;

function parseLine(bytes: Uint8Array): Line | undefined {
  const text = new TextDecoder().decode(bytes);
  const json = text.replace(CHECKSUM, "]");
  if (CHECKSUM.exec(text)?.[1] !== checksumOf(json)) return undefined;
  try {
    const value: unknown = JSON.parse(json);
    return isLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isLine(value: unknown): value is Line {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [phase, key, values]: readonly unknown[] = value;
  return typeof phase === "string" && typeof key === "string" && Array.isArray(values) &&
    values.every((x) => typeof x === "number");
}
