/** Properties of every experiment in the list. */

import { emptyTablesOf, withOptions } from "../../lib/study/experiment/experiment.ts";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { findingText } from "../../lib/study/experiment/finding.ts";
import { printOptions, standardOptions } from "../../lib/options/values.ts";
import { outcomeFiles } from "../../lib/study/experiment/outcome.ts";
import { estimatesOf, keysOf } from "../../lib/tables/estimates.ts";
import { optionsOf } from "./run_experiment.ts";

Deno.test("experiments have names, tables and charts of their own", () => {
  const files = ALL_EXPERIMENTS.map((experiment) =>
    outcomeFiles(withOptions(experiment), { scored: false })
  );
  const names = [ALL_EXPERIMENTS.map(({ name }) => name)];
  names.push(files.flatMap(({ tables }) => tables), files.flatMap(({ charts }) => charts));
  for (const own of names) assertEquals(new Set(own).size, own.length, own.join());
});

for (const experiment of ALL_EXPERIMENTS) {
  const { name } = experiment;

  Deno.test(`${name} makes tables with keys, and findings from no rows`, () => {
    const sources = { model: [], data: [] };
    const context = { ...standardOptions(experiment.options), seed: 0, sources };
    const tables = emptyTablesOf(experiment, context);
    for (const { schema } of Object.values(tables)) {
      assert(schema !== undefined);
      assertNotEquals(keysOf(schema), [], `${schema.name} has keys`);
      const bounds = estimatesOf(schema).flatMap(({ interval, simultaneous }) =>
        [interval, simultaneous].flatMap((both) => both === undefined ? [] : [both.low, both.high])
      );
      const missing = bounds.filter((name) => !(name in schema.columns));
      assertEquals(missing, [], `${schema.name} has its bounds`);
    }
    assert(/^$|\n$/.test(findingText(experiment.findings(tables))));
  });

  Deno.test(`${name} reads back the options that it writes down`, () => {
    const options = optionsOf(experiment);
    const texts = printOptions(experiment.options, options);
    for (const [option, text] of Object.entries(texts)) {
      assertEquals(experiment.options[option].parse(text), options[option]);
    }
  });
}

/** Numbers that options take, and the nearest that they refuse. */
const BOUNDS: readonly (readonly [option: string, taken: string, refused: string])[] = [
  ["probe folds", "2 1000", "1 1001"],
  ["circuit faithfulness", "0.01 1", "0.009 1.01"],
  ["transplant random", "1 1000", "0 1001"],
];

Deno.test("options of numbers take what makes sense alone", () => {
  for (const [of, taken, refused] of BOUNDS) {
    const [name, option] = of.split(" ") as [string, string];
    const { parse } = ALL_EXPERIMENTS.find((one) => one.name === name)!.options[option]!;
    const read = (texts: string) => texts.split(" ").map((text) => parse(text));
    assertEquals(read(taken), taken.split(" ").map(Number), of);
    assertEquals(read(refused), [undefined, undefined], of);
  }
});
