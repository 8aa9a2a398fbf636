import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { flagSet, helpText } from "../../lib/cli/flags.ts";
import { runHere } from "../scripts/task_here.ts";
import { TASKS } from "../scripts/task_process.ts";

Deno.test("helpText() begins with what the task does and an example, then its own flags, then those that it shares", () => {
  const flags = {
    ...flagSet("model", "limit"),
    data: { value: "FILE", help: "a file of its own", default: "none" },
    ...flagSet("seed", "out", "quiet"),
  };
  const help = { name: "trace", does: "traces.", example: "--limit 3" };
  const lines = helpText({ ...help, operands: "[RUN…]" }, flags).split("\n");
  assertEquals(lines.slice(0, 5), [
    "deno task trace [RUN…] [flags]: traces.",
    "",
    ...["Example", "  deno task trace --limit 3", ""],
  ]);
  const order = lines.slice(5, -2).map((line) => line.slice(0, 11).trim());
  assertEquals(order, [
    "--data FI",
    ...["Model", "--model F"],
    ...["Data", "--limit N", "--seed N"],
    ...["Output", "--out FOL", "--quiet"],
  ]);
  assertEquals(lines[5], "  --data FILE             a file of its own (default: none)");
  assertStringIncludes(lines.at(-4)!, "where the files go (default: results/trace)");
  const own = helpText({ ...help, command: "deno run own.ts" }, flags);
  assertStringIncludes(own, "\n  deno run own.ts --limit 3\n");
});

Deno.test("the help of every task has at most 60 lines of 80 columns, and that of trace at most 500 words", async () => {
  const tasks = Object.entries(TASKS).filter(([task, { command }]) =>
    command.includes(` scripts/${task}.ts`)
  );
  assertEquals(tasks.length, 29);
  for (const [task] of tasks) {
    const { code, stdout, stderr } = await runHere(task, ["--help"]);
    assertEquals([code, stderr], [0, ""], task);
    assertStringIncludes(stdout, `deno task ${task} `);
    assertMatch(stdout, new RegExp(`^Example\n  deno task ${task} .*$`, "m"));
    const lines = stdout.trimEnd().split("\n");
    assertEquals(lines.length <= 60, true, `${task}: ${lines.length} lines`);
    const wide = lines.filter((line) => line.length > 80 && !line.startsWith("  deno task "));
    assertEquals(wide, [], task);
    const words = stdout.split(/\s+/).length;
    assertEquals(task !== "trace" || words <= 500, true, `${words} words`);
  }
});
