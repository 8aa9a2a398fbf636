/** The finished rows of a run in progress: one file that only grows, so that a killed run can be resumed. */

import { fileNotWritten, openAtEnd } from "../../disk/write_whole.ts";
import { notAsWritten } from "../../files/manifest.ts";
import { linesOf } from "../../files/read_file.ts";
import type { KeptRows } from "../../study/rows/once_per_group.ts";

export interface JournalOptions {
  /** Whether to keep the rows in the file; otherwise it starts empty. */
  readonly resume: boolean;
  /** What identifies the run: rows of another one are left out. */
  readonly run: string;
  /** Called before the first row is written. */
  readonly begin: () => Promise<void>;
}

/** Keeps finished rows by phase. When it is disposed of, the file is closed but stays; rows finished later are not kept. */
export interface Journal extends Disposable {
  phase(phase: string): KeptRows;
}

type Line = readonly [phase: string, key: string, values: readonly number[]];

type Rows = Map<string, readonly number[]>;

const MARK = "negscope journal";

/**
 * Opens a journal: a line of JSON names the run, then each finished row has one. Nothing is written before the first row.
 *
 * A line that was cut off, or that the disk has damaged, is left out with all after it, and the file is written on from there.
 */
export async function openJournal(
  path: string,
  { resume, run, begin }: JournalOptions,
): Promise<Journal> {
  const { rowsOf, length } = await readJournal(path, run, resume);
  let begun: Promise<void> | undefined;
  let file: Deno.FsFile | undefined;
  let isClosed = false;
  const append = (line: Line) => { // synchronous, so that rows kept at the same time do not mix their lines
    try {
      if (file === undefined) {
        file = openAtEnd(path);
        file.truncateSync(length);
        file.seekSync(length, Deno.SeekMode.Start);
        if (length === 0) writeLine(file, [MARK, run, []]);
      }
      writeLine(file, line);
    } catch (cause) {
      throw fileNotWritten(path, cause);
    }
  };
  return {
    phase: (phase) => {
      const rows = rowsOf.getOrInsertComputed(phase, () => new Map());
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
          await (begun ??= begin());
          if (!isClosed) append([phase, key, numbers]);
        },
      };
    },
    [Symbol.dispose]: () => {
      isClosed = true;
      file?.close();
      file = undefined;
    },
  };
}

function writeLine(file: Deno.FsFile, line: Line): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

/** The rows of a run in a journal, and how many bytes their lines have. Refuses a file that is no journal. */
async function readJournal(
  path: string,
  run: string,
  resume: boolean,
): Promise<{ readonly rowsOf: Map<string, Rows>; readonly length: number }> {
  const rowsOf = new Map<string, Rows>();
  let length = 0;
  try {
    for await (const bytes of linesOf(path)) {
      const line = parsed(bytes);
      if (length === 0 && line?.[0] !== MARK) {
        throw notAsWritten(path, "move it away, and its rows are computed again");
      }
      if (!resume || line === undefined || length === 0 && line[1] !== run) break;
      const [phase, key, values] = line;
      if (length > 0) rowsOf.getOrInsertComputed(phase, () => new Map()).set(key, values);
      length += bytes.length;
    }
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw fileNotWritten(path, cause);
  }
  return { rowsOf, length };
}

function parsed(bytes: Uint8Array): Line | undefined {
  try {
    const line: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isLine(line) ? line : undefined;
  } catch {
    return undefined;
  }
}

function isLine(line: unknown): line is Line {
  if (!Array.isArray(line) || line.length !== 3) return false;
  const [phase, key, values]: readonly unknown[] = line;
  return typeof phase === "string" && typeof key === "string" && Array.isArray(values) &&
    values.every((value) => typeof value === "number");
}
