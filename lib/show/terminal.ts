/** Prints to the standard output and the standard error. All that the kit prints goes through here, so that no text steers a terminal. */

import { codeOf, firstLine, NegscopeError, visibleLine, visibleText } from "../errors/errors.ts";
import type { ReportingBar } from "../study/experiment/measure_rows.ts";

/** Prints a text to the standard output, with escapes for what cannot be seen. If the reader of a pipe has closed it, it is dropped. */
export function print(text: string): void {
  try {
    console.log(visibleText(text));
  } catch (cause) {
    throw new NegscopeError("file-not-written", {
      problem: "Cannot print to the standard output",
      reason: codeOf(cause) === "ENOSPC" ? "the disk that it goes to is full" : firstLine(cause),
      fix: "make room or print elsewhere; all other work is done, and the files are complete",
      cause,
    });
  }
}

/** Prints a text to the standard error in the same way; nothing can be told if that fails. */
export function printError(text: string): void {
  try {
    console.error(visibleText(text));
  } catch { /* the exit code tells the rest */ }
}

interface ProgressOptions {
  readonly total: number;
  /** What is counted; bytes are shown in megabytes with their rate. @default {"rows"} */
  readonly unit?: "rows" | "bytes";
  /** Rows that were finished before, e.g. by the run that this one continues. @default {0} */
  readonly done?: number;
  readonly quiet?: boolean;
  /** When a line was last written where no bar can be drawn; bars of one task share it. @default {none was since the bar began} */
  readonly pace?: { last: number };
  /** Where to draw; a stream that is no terminal gets a plain line now and then. @default {Deno.stderr} */
  readonly stream?: Pick<typeof Deno.stderr, "isTerminal" | "writeSync">;
  /** A clock in milliseconds that never runs backwards. @default {performance.now} */
  readonly now?: () => number;
}

export interface Progress extends Disposable {
  advance(rows?: number): void; // counts rows or bytes as done; a negative number subtracts some
  skip(rows: number): void; // counts rows or bytes as done before, without effect on the speed
}

const BAR = 24; // characters
const PAUSE = 100; // milliseconds between two drawings

/** Milliseconds between two lines where no bar can be drawn, so that 20 s are never silent unless a row takes more than five. */
const SILENCE = 15_000;

/**
 * Draws a bar with the time left, `trace [######------------------]  25%  120/480  0:42 left`, at most ten times a second. Where the
 * stream is no terminal, work that takes long writes the same without the bar as a line of its own.
 */
export function startProgress(label: string, options: ProgressOptions): Progress {
  const {
    total,
    unit = "rows",
    quiet = false,
    stream = Deno.stderr,
    now = () => performance.now(),
  } = options;
  let before = options.done ?? 0;
  const isTerminal = stream.isTerminal();
  let visible = !quiet && total > 0;
  const encoder = new TextEncoder();
  const start = now();
  const { pace = { last: start } } = options;
  let done = before;
  let drawn = -Infinity;

  function draw(text: string): void {
    if (!visible) return;
    const line = visibleLine(text);
    try {
      stream.writeSync(encoder.encode(isTerminal ? `\r${line}\x1b[K` : `${line}\n`)); // return to the margin, then clear the rest of the line
    } catch {
      visible = false; // the terminal is gone, which is no reason to end the work
    }
  }

  function line(time: number): string {
    const share = Math.min(done / total, 1);
    const filled = Math.floor(share * BAR);
    const bar = "#".repeat(filled) + "-".repeat(BAR - filled);
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    const left = done > before ? (time - start) / (done - before) * (total - done) : undefined;
    const wait = left === undefined ? "" : `  ${clockText(left)} left`;
    const count = unit === "rows"
      ? `${done}/${total}`
      : `${megabytes(done)}/${megabytes(total)} MB${rate(done - before, time - start)}`;
    return `${label}${isTerminal ? ` [${bar}] ` : " "}${percent}  ${count}${wait}`;
  }

  function advance(rows = 1): void {
    done += rows;
    const time = now();
    if (isTerminal ? time - drawn < PAUSE : time - pace.last < SILENCE) return;
    drawn = pace.last = time;
    draw(line(time));
  }

  return {
    advance,
    skip: (rows) => {
      before += rows;
      advance(rows);
    },
    [Symbol.dispose]: () => isTerminal && drawn > -Infinity ? draw("") : undefined,
  };
}

/** A progress bar that gets its total from the first report, from which on it estimates: rows of an earlier run took no time. */
export function progressBar(
  label: string,
  options: Pick<ProgressOptions, "quiet" | "pace" | "stream" | "now">,
): ReportingBar {
  let bar: Progress | undefined;
  let [before, expected] = [0, 0];
  return {
    report: (now, total) => {
      if (bar === undefined || total !== expected) {
        bar = startProgress(label, { ...options, total, done: before = now });
        expected = total;
      }
      bar.advance(now - before);
      before = now;
    },
    [Symbol.dispose]: () => bar?.[Symbol.dispose](),
  };
}

function megabytes(bytes: number): string {
  const millions = bytes / 1e6;
  return millions.toFixed(millions < 10 ? 1 : 0);
}

function rate(bytes: number, milliseconds: number): string {
  return bytes > 0 && milliseconds > 0 ? `  ${(bytes / milliseconds / 1000).toFixed(1)} MB/s` : "";
}

/** Minutes and seconds, `0:42`, with hours before them if there are any. */
function clockText(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  const hours = Math.floor(seconds / 3600);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60];
  if (hours > 0) parts.unshift(hours);
  return parts.map((part, i) => i > 0 ? `${part}`.padStart(2, "0") : `${part}`).join(":");
}

let failure: NegscopeError | undefined;

/** Prints what a task says. A standard output that takes nothing does not end the work, but is told at its end. */
export function say(text: string): void {
  if (failure !== undefined) return;
  try {
    print(text);
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    failure = error;
  }
}

/** Throws the first error since the last call, if something could not be printed. */
export function checkSaid(): void {
  const first = failure;
  failure = undefined;
  if (first !== undefined) throw first;
}
