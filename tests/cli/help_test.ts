import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Flag, flagSet, helpText } from "../../lib/cli/flags.ts";
import { taskOf } from "../../lib/cli/experiment_task.ts";
import { GLOSSARY } from "../../lib/study/glossary.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { withOptions } from "../../lib/study/experiment/experiment.ts";

const FLAGS = flagSet("model", "onnx", "limit", "skip-bad", "shard", "seed");

Deno.test("helpText() lists every flag with its value and default, the files and an example", () => {
  const help = { name: "trace", does: "traces.", example: "deno task trace --limit 3" };
  const text = helpText({ ...help, writes: ["a.csv"] }, FLAGS);
  const [first, , ...lines] = text.split("\n");
  assertEquals(first, "deno task trace [flags]: traces.");
  Object.entries(FLAGS).forEach(([name, { help }], i) => {
    assertStringIncludes(lines[i]!, `  --${name}`);
    assertStringIncludes(lines[i]!, help);
  });
  assertStringIncludes(
    text,
    "--seed N                decides all draws: of intervals, and of rows by --limit (default: 0)",
  );
  assertStringIncludes(text, "Writes a.csv, manifest.json");
  assertStringIncludes(text, "Example\n  deno task trace --limit 3");
  const withWords = (data: Flag) => helpText({ ...help, words: [] }, { ...FLAGS, data });
  assertStringIncludes(withWords(flagSet("data")["data"]!), "columns id,image,negation");
  assertEquals(withWords({ help: "another file" }).includes("id,image,negation"), false);
  const wide = Math.max(...text.split("\n").map((line) => line.length));
  assertEquals(wide <= 120, true, `a line of ${wide} characters`);
});

Deno.test("helpText() of an experiment explains S, d, protocols, the negator's column, sites and its own words", () => {
  for (const experiment of ALL_EXPERIMENTS) {
    const { help, flags } = taskOf(experiment);
    const text = helpText(help, flags);
    const words = text.split("\nWords (")[1]!;
    const own = withOptions(experiment).words;
    for (const { word } of [...GLOSSARY, ...own, { word: "--model" }, { word: "--data" }]) {
      assertStringIncludes(words, `\n  ${word} `);
    }
    assertMatch(words, /negator\s+\(its\s+position/);
    assertMatch(words, /planted\/NAME\s+with\s+NAME\s+relay,\s+backup,/);
    assertEquals(words.includes("\n  CTE "), experiment.name === "trace");
    assertEquals(words.includes("\n  site "), "site" in flags);
  }
});
