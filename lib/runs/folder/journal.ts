/** The finished rows of a run in progress: one file that only grows, so that a killed run can be resumed. */

import { fileNotWritten } from "../../files/writing_errors.ts";
import type { KeptRows } from "../../subject/kept_rows.ts";

/** A line: the phase, the row's key, its numbers. */
type Line = [phase: string, key: string, values: number[]];

/** What a journal needs besides its file. */
export interface JournalOptions {
  /** Whether to keep the rows in the file; otherwise it starts empty. */
  readonly resume: boolean;
  /** Called before the first row is written. */
  readonly begin: () => Promise<void>;
}

/**
 * Keeps finished rows by phase, each as a line of JSON; numbers are read back as the same float64.
 *
 * A line is written in one piece when its row is finished. A line that was cut off is removed, with everything after it.
 */
export class Journal implements Disposable {
  readonly #path: string;
  readonly #begin: () => Promise<void>;
  readonly #rows: Map<string, Map<string, readonly number[]>>;
  /** Bytes of whole lines in the file; new lines are written after them. */
  readonly #length: number;
  #begun: Promise<void> | undefined;
  #file: Deno.FsFile | undefined;
  #closed = false;

  private constructor(
    path: string,
    { begin, rows, length }: {
      readonly begin: () => Promise<void>;
      readonly rows: Map<string, Map<string, readonly number[]>>;
      readonly length: number;
    },
  ) {
    this.#path = path;
    this.#begin = begin;
    this.#rows = rows;
    this.#length = length;
  }

  /**
   * Opens a journal; nothing is written yet.
   *
   * @param path Its file, which need not exist.
   * @param options Whether to resume it, and what to do before the first row.
   * @throws {NegscopeError} If it cannot be read.
   */
  static async open(path: string, { resume, begin }: JournalOptions): Promise<Journal> {
    const rows = new Map<string, Map<string, readonly number[]>>();
    const bytes = resume ? await readIfThere(path) : new Uint8Array();
    let length = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, length)) {
      const line = parseLine(bytes.subarray(length, end));
      if (line === undefined) break;
      const [phase, key, values] = line;
      rows.set(phase, (rows.get(phase) ?? new Map()).set(key, values));
      length = end + 1;
    }
    return new Journal(path, { begin, rows, length });
  }

  /**
   * The rows of a phase.
   *
   * @param phase Its name, e.g. `images`.
   */
  phase(phase: string): KeptRows {
    const rows = this.#rows.get(phase) ?? new Map<string, readonly number[]>();
    this.#rows.set(phase, rows);
    return {
      get size() {
        return rows.size;
      },
      get: (key) => rows.get(key),
      keep: async (key, values) => {
        const numbers = Array.from(values);
        if (!numbers.every(Number.isFinite)) return; // JSON cannot hold it; the row is computed again
        rows.set(key, numbers);
        await this.#write([phase, key, numbers]);
      },
    };
  }

  /** Closes the file without removing it; rows finished later are not kept. */
  [Symbol.dispose](): void {
    this.#closed = true;
    this.#file?.close();
    this.#file = undefined;
  }

  async #write(line: Line): Promise<void> {
    await (this.#begun ??= this.#begin());
    if (this.#closed) return;
    try { // synchronous, so that rows kept at the same time neither open the file twice nor mix their lines
      this.#file ??= openAt(this.#path, this.#length);
      const bytes = new TextEncoder().encode(`${JSON.stringify(line)}\n`);
      for (let done = 0; done < bytes.length;) {
        done += this.#file.writeSync(bytes.subarray(done));
      }
    } catch (error) {
      throw fileNotWritten(this.#path, error);
    }
  }
}

const NEWLINE = "\n".charCodeAt(0);

async function readIfThere(path: string): Promise<Uint8Array> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Uint8Array();
    throw fileNotWritten(path, error);
  }
}

function openAt(path: string, length: number): Deno.FsFile {
  const file = Deno.openSync(path, { write: true, create: true });
  try {
    file.truncateSync(length);
    file.seekSync(length, Deno.SeekMode.Start);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

function parseLine(bytes: Uint8Array): Line | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
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
