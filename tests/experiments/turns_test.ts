import { assert, assertEquals } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { emptyTablesOf, type MeasuredRow, tablesOf } from "../../lib/experiments/experiment.ts";
import { standardOptions } from "../../lib/options/values.ts";
import { segmentOf } from "../../lib/subject/score.ts";
import { turnsDuring } from "../stats/turns.ts";

const ROWS = Array.from({ length: 1500 }, (_, i) => {
  const negation = i % 2 === 0 ? "foil" as const : "caption" as const;
  const pair: Pair = {
    ...{ id: `${i}`, image: "a.png", negation, caption: `${i}`, foil: `no ${i}` },
  };
  const d = 3 * Math.sin(i);
  const scores = { ...pair, s_caption: d, s_foil: 0, d, segment: segmentOf(d), tokens: 5 };
  return { pair, scores };
});

/** What each experiment measures for a row. */
const MEASURED: Readonly<Record<string, (row: typeof ROWS[number], i: number) => unknown>> = {
  trace: () => ({
    ...{ roles: ["sot", "negator", "eot"], tokens: ["", "no", ""], heads: 1 },
    effects: Array.from({ length: 21 }, (_, i) => Math.cos(i)),
  }),
  evaluate: () => null,
  attend: (_, i) => attended(i),
  knockout: ({ scores }, i) => ({
    heads: [1, 2, 3, 4].map((head) => (
      { ...scores, layer: 1, head, s_negated: 1, s_knocked_out: 0, d_knocked_out: Math.cos(i) }
    )),
    attended: attended(i),
  }),
  ablate: ({ scores }, i) =>
    ["attn_out", "mlp_out"].map((part) => (
      { ...scores, layer: 1, part, d_ablated: 0, effect: Math.cos(i) }
    )),
  correlate: ({ scores: { id, negation, d } }, i) => (
    { id, negation, d, text_similarity: Math.cos(i), tokens: 5 + i % 3, subject_size: undefined }
  ),
};

function attended(i: number) {
  const heads = [{ layer: 1, head: 1, byQuery: [0, 0.5, Math.sin(i)], largest: Math.sin(i) }];
  return { key: `${i}`, roles: ["sot", "negator", "eot"], heads };
}

for (const experiment of ALL_EXPERIMENTS) {
  Deno.test(`the statistics of ${experiment.name} let a program do something else meanwhile, such as end`, async () => {
    const rows = ROWS.map((row, i): MeasuredRow<unknown> => (
      { ...row, measured: MEASURED[experiment.name]!(row, i) }
    ));
    const context = { ...standardOptions(experiment.options), seed: 0 };
    const { turns, value } = await turnsDuring(() => tablesOf(experiment, rows, context));
    assert(turns >= 1, `${turns}`);
    assertEquals(Object.keys(value), Object.keys(emptyTablesOf(experiment, context)));
  });
}
