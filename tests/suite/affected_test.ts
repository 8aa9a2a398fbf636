import { assertEquals } from "@std/assert";
import { affectedTests } from "./affected.ts";
import { secondsIn } from "./measure.ts";

const TESTS = [
  ...["tests/engine/tower_test.ts", "tests/engine/run/run_slow_test.ts"],
  ...["tests/experiments/trace/trace_test.ts", "tests/experiments/trace/trace_slow_test.ts"],
  ...[
    "tests/experiments/all_test.ts",
    "tests/scripts/trace_test.ts",
    "tests/scripts/score_test.ts",
  ],
  ...["tests/stats/steps_test.ts", "tests/show/show_test.ts"],
];

const IMPORTS = [
  { file: "lib/experiments/trace/trace.ts", of: "lib/engine/tower.ts", typeOnly: false },
  { file: "lib/show/show.ts", of: "lib/engine/tower.ts", typeOnly: true },
];

function affected(...changed: string[]): string[] {
  return affectedTests(changed, { tests: TESTS, imports: IMPORTS });
}

Deno.test("affectedTests() finds all tests of a room, and the quick ones of rooms that import the file", () => {
  assertEquals(affected("lib/engine/tower.ts"), [
    ...["tests/engine/tower_test.ts", "tests/engine/run/run_slow_test.ts"],
    "tests/experiments/trace/trace_test.ts",
  ]);
  assertEquals(affected("lib/stats/steps.ts"), ["tests/stats/steps_test.ts"]);
});

Deno.test("affectedTests() knows each experiment as a room, and each script by its name", () => {
  assertEquals(affected("lib/experiments/trace/trace.ts"), TESTS.slice(2, 4));
  assertEquals(affected("lib/experiments/all.ts"), TESTS.slice(2, 5));
  assertEquals(affected("scripts/trace.ts"), ["tests/scripts/trace_test.ts"]);
});

Deno.test("affectedTests() finds a changed test itself, and the tests beside what they share", () => {
  assertEquals(affected("tests/stats/steps_test.ts"), ["tests/stats/steps_test.ts"]);
  assertEquals(affected("tests/engine/sizes.ts"), TESTS.slice(0, 2));
  assertEquals(affected("docs/guide.md", "deno.json"), []);
});

Deno.test("secondsIn() adds up the tests of a file, and leaves out short files and documentation", () => {
  const of = (path: string, time: string) => `<testcase classname="./${path}" time="${time}"/>`;
  const [a, b] = ["tests/a/a_slow_test.ts", "tests/b_test.ts"];
  const report = [of(a, "1.25"), of(b, "0.9"), of("lib/x.ts", "7"), of(a, "2.5")].join("\n");
  assertEquals(secondsIn(report), { [a]: 4 });
});
