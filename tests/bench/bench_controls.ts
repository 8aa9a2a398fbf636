/**
 * Measures the verdict of the control `determiner`: how often parts are called specific where nothing is negated or learnt, and with how
 * many sentence pairs those of the embedded model are.
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
import { completeOptions } from "../../lib/options/values.ts";
import { Study } from "../../lib/runs/study/study.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { clusterOf } from "../../lib/study/clusters.ts";
import { controlledTables } from "../../lib/study/controls/controlled_outcome.ts";
import { withDeterminers } from "../../lib/study/controls/control_rows.ts";
import type { Variant } from "../../lib/study/controls/variant.ts";
import {
  type AnyExperiment,
  type MeasuredRow,
  tablesOf,
} from "../../lib/study/experiment/experiment.ts";
import { measureRows } from "../../lib/study/experiment/measure_rows.ts";
import { Stopwatch } from "../../lib/study/experiment/stopwatch.ts";
import { alignedTable } from "../../scripts/dev/docs/markdown.ts";
import { DOCUMENT, documentWriter } from "../../scripts/dev/document.ts";

const HELP = {
  name: "bench:controls",
  does: "measures how often the control determiner calls parts specific.",
  example: "deno task bench:controls --runs 2",
};

const FLAGS = {
  runs: { value: "N", help: "random towers, and pairs of determiners", default: "10" },
  document: DOCUMENT,
  ...flagSet("quiet"),
};

/** The rows of the embedded data that are measured. */
const ROWS = 250;

/** How many sentence pairs are drawn, and how often. */
const [PAIRS, DRAWS] = [[9, 20, 50], 20];

/** The experiments, with the tables whose parts are counted. */
const COUNTED = [
  ["knockout", "summary", {}],
  ["ablate", "summary", { tower: "text" }],
  ["attribute", "summary", {}],
] as const;

const HEAD = [
  "table",
  "parts of the model",
  "random towers, any",
  "another determiner, any",
  ...PAIRS.map((pairs) => `${pairs} pairs`),
];

type Rows = readonly MeasuredRow<unknown>[];

await runTask(HELP, FLAGS, async (values) => {
  const runs = numberFlag(values, "runs", { min: 1, max: 1000 })!;
  const document = await documentWriter(values, "controls");
  using bar = settingsOf(values, HELP).bar("controls");
  await using study = await Study.open({ limit: ROWS, say: () => {} });
  const lines: string[][] = [];
  const total = COUNTED.length * (2 * runs + 2);
  let done = 0;
  for (const [name, table, given] of COUNTED) {
    const experiment: AnyExperiment = EXPERIMENTS[name];
    const measure = async (variant: Omit<Variant, "drawn">, control: string): Promise<Rows> => {
      const options = completeOptions(experiment.options, { ...given, control });
      const rows = await study.withVariant({ ...variant, drawn: variant.pairs }, async (study) => {
        const run = { study, stopwatch: new Stopwatch(), seed: 0, owned: false };
        return (await measureRows(experiment, options, run)).rows;
      });
      bar.report(++done, total);
      return rows;
    };
    const specific = async (rows: Rows): Promise<string[]> => {
      const options = completeOptions(experiment.options, { ...given, control: "determiner" });
      const context = { ...options, seed: 0 };
      const own = await tablesOf(experiment, rows, context);
      const tables = await controlledTables(experiment, own, { rows, context });
      return tables[table]!.rows.filter(({ segment, specific }) =>
        segment === "all" && specific === "yes"
      ).map(({ negation, layer, head, share, specific_share, net_share }) =>
        JSON.stringify([
          ...[negation, layer, head],
          Math.max(...[share, specific_share, net_share].map(Number).filter(Number.isFinite)) > 0.2,
        ])
      );
    };
    const { pairs } = study;
    const main = await measure({ pairs }, "determiner");
    const known = await specific(main);
    const calls: boolean[] = [];
    for (let seed = 1; seed <= runs; seed++) {
      const random = { tower: "text", seed } as const;
      calls.push((await specific(await measure({ pairs, random }, "determiner"))).length > 0);
    }
    const length = (sentence: string) => study.text.ownTokens(sentence).end;
    const between: boolean[] = [];
    let before: Rows | undefined;
    for (let seed = 0; seed <= runs; seed++) {
      const words = withDeterminers(pairs, { seed, length });
      const made = (await measure({ pairs: words }, "none")).map((row) => ({
        ...row,
        sentences: `${row.pair.caption} ${row.pair.foil}`,
        pair: pairs.find(({ id }) => id === row.pair.id)!,
      }));
      if (before !== undefined) {
        const others = new Map(before.map((row) => [row.pair.id, row as typeof made[number]]));
        const rows = made.flatMap(({ sentences, ...row }) => {
          const other = others.get(row.pair.id)!;
          if (other.sentences === sentences) return []; // the same word: no other to compare with
          const { d, s_caption, s_foil } = other.scores!;
          const determiner = { measured: other.measured, d, s_caption, s_foil };
          return [{ ...row, controls: { determiner } }];
        });
        between.push((await specific(rows)).length > 0);
      }
      before = made;
    }
    const strong = new Set(known.filter((part) => part.endsWith("true]")));
    const byPairs: string[] = [];
    for (const count of PAIRS) {
      let found = 0;
      for (let seed = 0; seed < DRAWS; seed++) {
        const clusters = [...new Set(main.map(({ pair }) => clusterOf(pair)))].sort();
        const drawn = new Set(seededRandom(seed).shuffle(clusters).slice(0, count));
        const ofPairs = await specific(main.filter(({ pair }) => drawn.has(clusterOf(pair))));
        const names = new Set(ofPairs.map((part) => part.replace(/,(true|false)\]$/, "")));
        found += [...strong].filter((part) => names.has(part.replace(/,true\]$/, ""))).length;
      }
      byPairs.push(strong.size === 0 ? "" : (found / (DRAWS * strong.size)).toFixed(2));
    }
    const count = (all: readonly boolean[]) => `${all.filter(Boolean).length} of ${all.length}`;
    lines.push([
      `${name} (${strong.size} above .2)`,
      `${known.length}`,
      count(calls),
      count(between),
      ...byPairs,
    ]);
  }
  const report = [
    `Measured on ${ROWS} rows of the embedded data; with fewer pairs the share of the model's parts above .2 that are found again, in ${DRAWS} draws:`,
    "",
    alignedTable([HEAD, ...lines]),
    "",
  ].join("\n");
  say(report);
  await document(report);
});
