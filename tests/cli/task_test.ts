import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import users from "../../deno.json" with { type: "json" };
import dev from "../../scripts/dev/tasks.json" with { type: "json" };
import { commandOf } from "../../lib/errors/command.ts";
import { runHere } from "../scripts/task_here.ts";

Deno.test("commandOf() is the command that the user has: of a checkout, or of an installed package", () => {
  assertEquals(commandOf("trace"), "deno task trace");
  assertEquals(commandOf("trace", "https://example.org/negscope/x.ts"), "negscope trace");
});

Deno.test("no task for developers has the name of a user's", () => {
  assertEquals(Object.keys(dev.tasks).filter((name) => name in users.tasks), []);
});

Deno.test("a command of several tasks lists them without a name, and tells the nearest of a mistyped one", async () => {
  const help = await runHere("dev", []);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertMatch(help.stdout, /^deno task dev NAME runs one of\n\n {2}check +The gate: .*\n/);
  for (
    const [name, said] of [
      ["chek", "there is no such task; the nearest is: deno task dev check\n"],
      ["nothing-near", "there is no such task\n"],
    ] as const
  ) {
    const { code, stdout, stderr } = await runHere("dev", [name]);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, `Cannot run "${name}": ${said}See: deno task dev --help\n`);
  }
});

Deno.test("a task refuses more arguments than it takes, by name, before it does anything", async () => {
  const cases = [
    ["cards", "data/cards results/gone --static none", "results/gone", "cards FOLDER"],
    ["study", "examples/study.json none.json", "none.json", "study FILE"],
    ["card", "data/cards/tuned.json results/gone", "results/gone", "card [ATLAS|CARD]"],
    ["explore", "a b", "b", "explore [RUN]"],
    ["contrast", "a b c d", "c", "contrast A B"],
  ] as const;
  for (const [task, given, over, takes] of cases) {
    const { code, stdout, stderr } = await runHere(task, given.split(" "));
    assertEquals([code, stdout], [2, ""], task);
    assertStringIncludes(
      stderr,
      `Cannot use "${over}": expected no more than deno task ${takes}\n`,
    );
  }
});
