import { assertEquals } from "@std/assert";
import { print, printError, progressBar, startProgress } from "../../lib/show/terminal.ts";
import { sourceFiles } from "../../scripts/dev/docs/pages.ts";
import { assertThrowsCode } from "../error_codes.ts";

/** A terminal that records its output, and a clock that the test sets. */
function terminal({ isTerminal = true } = {}) {
  const drawings: string[] = [];
  let time = 0;
  const stream = {
    isTerminal: () => isTerminal,
    writeSync(bytes: Uint8Array): number {
      drawings.push(new TextDecoder().decode(bytes));
      return bytes.length;
    },
  };
  return {
    drawings,
    stream,
    now: () => time,
    pass: (milliseconds: number) => void (time += milliseconds),
  };
}

Deno.test("startProgress() shows the share, the count and the time left", () => {
  const { drawings, stream, now, pass } = terminal();
  const progress = startProgress("trace", { total: 480, stream, now });
  pass(14_000);
  progress.advance(120);
  assertEquals(drawings, ["\rtrace [######------------------]  25%  120/480  0:42 left\x1b[K"]);
});

Deno.test("startProgress() shows megabytes with their rate, which earlier bytes do not raise", () => {
  const { drawings, stream, now, pass } = terminal();
  const progress = startProgress("clip", { total: 608e6, unit: "bytes", stream, now });
  progress.skip(152e6);
  pass(10_000);
  progress.advance(50e6);
  pass(10_000);
  progress.advance(-1e6); // the server sent something wrong
  assertEquals(drawings, [
    "\rclip [######------------------]  25%  152/608 MB\x1b[K",
    "\rclip [#######-----------------]  33%  202/608 MB  5.0 MB/s  1:22 left\x1b[K", // 406 MB
    "\rclip [#######-----------------]  33%  201/608 MB  2.5 MB/s  2:47 left\x1b[K", // 407 MB at 2.45 MB/s
  ]);
});

Deno.test("startProgress() draws at most ten times a second and clears its line at the end", () => {
  const { drawings, stream, now, pass } = terminal();
  {
    using progress = startProgress("trace", { total: 1000, stream, now });
    for (let row = 0; row < 1000; row++) {
      pass(1);
      progress.advance();
    }
  }
  assertEquals(drawings.length, 11);
  assertEquals(drawings.at(-1), "\r\x1b[K");
});

Deno.test("startProgress() writes a plain line every 15 s to what is no terminal, none of short or quiet work, and counts the bars of a task together", () => {
  const { drawings, stream, now, pass } = terminal({ isTerminal: false });
  const pace = { last: now() };
  const work = (label: string, seconds: number, quiet: boolean) => {
    using progress = startProgress(label, { total: seconds, quiet, pace, stream, now });
    for (let second = 0; second < seconds; second++) {
      pass(1000);
      progress.advance();
    }
  };
  work("quiet", 60, true);
  work("images", 10, false);
  assertEquals(drawings, []);
  work("trace", 40, false);
  assertEquals(drawings, [
    "trace  12%  5/40  0:35 left\n",
    "trace  50%  20/40  0:20 left\n",
    "trace  87%  35/40  0:05 left\n",
  ]);
});

Deno.test("startProgress() lets the work go on if the terminal is gone, and shows no controls of a label", () => {
  const { drawings, stream, now } = terminal();
  startProgress("a\x1b[2J", { total: 1, stream, now }).advance();
  assertEquals(drawings, ["\ra\\u{1b}[2J [########################] 100%  1/1  0:00 left\x1b[K"]);
  const writeSync = () => {
    throw new Error("Input/output error (os error 5)");
  };
  const gone = { ...stream, writeSync };
  using progress = startProgress("trace", { total: 1, stream: gone, now });
  progress.advance();
});

Deno.test("progressBar() takes a new total, and then estimates the time left from what is done after it", () => {
  const { drawings, stream, now, pass } = terminal();
  using bar = progressBar("circuit", { stream, now });
  const after = (seconds: number, done: number, total: number) => {
    pass(seconds * 1000);
    bar.report(done, total);
    return drawings.at(-1)!.replace(/^.*\]/s, "").replace("\x1b[K", "");
  };
  assertEquals(after(0, 10, 100), "  10%  10/100");
  assertEquals(after(10, 20, 100), "  20%  20/100  1:20 left"); // 10 in 10 s, 80 to go
  assertEquals(after(10, 20, 40), "  50%  20/40"); // less remains than was thought
  assertEquals(after(5, 30, 40), "  75%  30/40  0:05 left"); // 10 in 5 s, 10 to go
});

/** Runs a function with other functions in place of the console's, and returns what was printed. */
function withConsole(work: () => void, fails?: Error): string[] {
  const { log, error } = console;
  const lines: string[] = [];
  console.log = console.error = (line: string) => {
    if (fails !== undefined) throw fails;
    lines.push(line);
  };
  try {
    work();
  } finally {
    [console.log, console.error] = [log, error];
  }
  return lines;
}

Deno.test("print() and printError() show what would steer the terminal, and keep lines", () => {
  const text = "evil\x1b]52;c;AAAA\x07\n\u202edog.jpg";
  const shown = "evil\\u{1b}]52;c;AAAA\\u{7}\n\\u{202e}dog.jpg";
  assertEquals(withConsole(() => print(text)), [shown]);
  assertEquals(withConsole(() => printError(text)), [shown]);
});

Deno.test("print() tells why the standard output takes nothing; printError() cannot", () => {
  const full = Object.assign(new Error("No space left on device (os error 28)"), {
    code: "ENOSPC",
  });
  withConsole(() => {
    const says =
      "the disk that it goes to is full; make room or print elsewhere; all other work is";
    assertThrowsCode(() => print("x"), "file-not-written", says);
    printError("x");
  }, full);
  withConsole(() => {
    assertThrowsCode(() => print("x"), "file-not-written: output: Input/output error");
  }, new Error("Input/output error"));
});

Deno.test("only lib/show/terminal.ts prints, apart from a study's warnings and the scripts that the explorer writes", async () => {
  const printing = [...await sourceFiles()].filter(([, source]) =>
    /^[^*\n]*\bconsole\.\w+\(|Deno\.std(out|err)\.write/m.test(source)
  ).map(([path]) => path);
  assertEquals(printing.sort(), [
    "lib/explore/engine/explorer.ts",
    ...["lib/runs/study.ts", "lib/show/terminal.ts"],
  ]);
});
