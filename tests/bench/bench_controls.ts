/**
 * Measures how often a part is called specific where nothing is: in towers with random weights, and with another determiner for the
 * negator as the main contrast.
 *
 *     deno task bench:controls --runs 2
 *     deno task bench:controls --document docs/methods/controls.md
 */

import { settingsOf } from "../../lib/cli/choice.ts";
import { numberFlag } from "../../lib/cli/flag_values.ts";
import { flagSet } from "../../lib/cli/flags.ts";
import { say } from "../../lib/cli/say.ts";
import { runTask } from "../../lib/cli/task.ts";
import { EXPERIMENTS } from "../../lib/experiments/all.ts";
import { Study } from "../../lib/runs/study/study.ts";
import type { Control } from "../../lib/study/controls/control.ts";
import { withAllControls } from "../../lib/study/controls/control_columns.ts";
import { withDeterminers } from "../../lib/study/controls/control_rows.ts";
import type { Variant } from "../../lib/study/controls/variant.ts";
import {
  type AnyExperiment,
  type AnyTables,
  type MeasuredRow,
  tablesOf,
} from "../../lib/study/experiment/experiment.ts";
import { measureRows } from "../../lib/study/experiment/measure_rows.ts";
import { Stopwatch } from "../../lib/study/experiment/stopwatch.ts";
import { completeOptions } from "../../lib/options/values.ts";
import { alignedTable } from "../../scripts/dev/docs/markdown.ts";
import { DOCUMENT, documentWriter } from "../../scripts/dev/document.ts";

const HELP = {
  name: "bench:controls",
  does: "measures how often parts are called specific where nothing is.",
  example: "deno task bench:controls --runs 2",
};

const FLAGS = {
  runs: { value: "N", help: "main runs of each experiment and control", default: "12" },
  document: DOCUMENT,
  ...flagSet("quiet"),
};

/** The rows of the embedded data that are measured. */
const ROWS = 150;

/** The experiments, with the tables whose parts are counted. */
const COUNTED = [
  ["attend", "heads", {}],
  ["knockout", "summary", {}],
  ["ablate", "summary", { tower: "text" }],
  ["attribute", "summary", {}],
  ["shares", "summary", {}],
] as const;

const HEAD = [
  ...["table", "random: of all parts", "on a side, any"],
  ...["determiner: of all parts", "on a side, any"],
];

await runTask(HELP, FLAGS, async (values) => {
  const runs = numberFlag(values, "runs", { min: 1, max: 1000 })!;
  const document = await documentWriter(values, "controls");
  using bar = settingsOf(values, HELP).bar("controls");
  await using study = await Study.open({ limit: ROWS, say: () => {} });
  const lines: string[][] = [];
  const total = COUNTED.length * (2 * runs + 4);
  let done = 0;
  for (const [name, table, given] of COUNTED) {
    const experiment: AnyExperiment = EXPERIMENTS[name];
    const options = completeOptions(experiment.options, { ...given, control: "none" });
    const measure = async (variant: Omit<Variant, "drawn">) => {
      const rows = await study.withVariant({ ...variant, drawn: variant.pairs }, async (study) => {
        const run = { study, stopwatch: new Stopwatch(), seed: 0, owned: false };
        return (await measureRows(experiment, options, run)).rows;
      });
      bar.report(++done, total);
      return rows.map((row) => ({
        ...row,
        pair: study.pairs.find(({ id }) => id === row.pair.id)!,
      }));
    };
    const tables = async (rows: readonly MeasuredRow<unknown>[], cluster: "pair" | "whole") =>
      await tablesOf(experiment, rows, { ...options, seed: 0, cluster });
    const tower = (seed: number) =>
      measure({ pairs: study.pairs, random: { tower: "text", seed } });
    const towers: AnyTables[] = [];
    for (const seed of [1, 2, 3]) towers.push(await tables(await tower(seed), "whole"));
    const ofRandom: AnyTables[] = [];
    for (let run = 0; run < runs; run++) {
      const main = await tables(await tower(4 + run), "pair");
      ofRandom.push(compared(main, "random", towers));
    }
    const length = (sentence: string) => study.text.ownTokens(sentence).end;
    const ofDeterminer: AnyTables[] = [];
    let before: AnyTables | undefined;
    for (let seed = 0; seed <= runs; seed++) {
      const pairs = withDeterminers(study.pairs, { seed, length });
      const made = await tables(await measure({ pairs }), "pair");
      if (before !== undefined) ofDeterminer.push(compared(before, "determiner", [made]));
      before = made;
    }
    lines.push(lineOf(`${name} (${towers[0]![table]!.name}.csv)`, table, ofRandom, ofDeterminer));
  }
  const report = [
    `${runs} main runs of each kind on ${ROWS} rows of the embedded data:`,
    "",
    alignedTable([HEAD, ...lines]),
    "",
  ].join("\n");
  say(report);
  await document(report);
});

function compared(main: AnyTables, control: Control, runs: readonly AnyTables[]): AnyTables {
  return withAllControls(main, new Map([[control, { runs, isStill: () => false }]]));
}

function lineOf(
  name: string,
  table: string,
  ...kinds: readonly (readonly AnyTables[])[]
): string[] {
  const cells = kinds.flatMap((made) => {
    const sides = made.flatMap((tables) => {
      const rows = tables[table]!.rows.filter(({ segment = "all" }) => segment === "all");
      return [...Map.groupBy(rows, ({ negation }) => negation).values()];
    });
    const specific = sides.map((side) => side.map((row) => row["specific"] === "yes"));
    const parts = specific.flat();
    const share = (values: readonly boolean[]) =>
      (values.filter(Boolean).length / values.length).toFixed(4);
    return [share(parts), share(specific.map((side) => side.includes(true)))];
  });
  return [name, ...cells];
}
