import { assertEquals } from "@std/assert";
import { print, printError } from "../../lib/show/terminal.ts";
import { sourceFiles } from "../../scripts/dev/docs/kit_files.ts";
import { assertThrowsCode } from "../error_codes.ts";

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
    assertEquals(
      assertThrowsCode(() => print("x"), "file-not-written").message,
      "Cannot print to the standard output: the disk that it goes to is full; make room or print elsewhere; all other work is done, and the files are complete",
    );
    printError("x");
  }, full);
  withConsole(() => {
    assertThrowsCode(() => print("x"), "file-not-written", "output: Input/output error");
  }, new Error("Input/output error"));
});

Deno.test("only lib/show/terminal.ts prints, apart from a study's warnings and the scripts that the explorer writes", async () => {
  const printing = [...await sourceFiles()].filter(([, source]) =>
    /^[^*\n]*\bconsole\.\w+\(|Deno\.std(out|err)\.write/m.test(source)
  ).map(([path]) => path);
  assertEquals(printing.sort(), [
    "lib/explore/engine/explorer.ts",
    ...["lib/runs/study/study.ts", "lib/show/terminal.ts"],
  ]);
});
