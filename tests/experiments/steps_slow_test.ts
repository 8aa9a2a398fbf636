import { assert, assertEquals } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { setsOfTests, testsOf } from "../../lib/experiments/circuit/circuit_tests.ts";
import {
  type AnyTables,
  emptyTablesOf,
  type MeasuredRow,
} from "../../lib/study/experiment/experiment.ts";
import { standardOptions } from "../../lib/options/values.ts";
import { segmentOf } from "../../lib/study/rows/score_rows.ts";
import { rowsOf } from "../../lib/tables/table.ts";
import { stepsOf } from "../stats/turns.ts";

const ROWS = Array.from({ length: 40 }, (_, i) => {
  const negation = i % 2 === 0 ? "foil" as const : "caption" as const;
  const pair: Pair = {
    ...{ id: `${i}`, image: "a.png", negation, caption: `${i}`, foil: `no ${i}` },
  };
  const d = 2 + 3 * Math.sin(i); // whose sum is known to be above 0
  const scores = { ...pair, s_caption: d, s_foil: 0, d, segment: segmentOf(d), tokens: 5 };
  return { pair, scores };
});

/** What each experiment measures for a row. */
const MEASURED: Readonly<Record<string, (row: typeof ROWS[number], i: number) => unknown>> = {
  trace: () => ({
    ...{ roles: ["sot", "negator", "eot"], tokens: ["", "no", ""], heads: 1 },
    effects: { denoise: Array.from({ length: 21 }, (_, i) => Math.cos(i)) },
  }),
  evaluate: () => null,
  attend: (_, i) => attended(i),
  knockout: (_, i) => ({
    knockedOut: {
      negator: { single: [1, 2, 3, 4].map((head) => Math.cos(head * i)), together: 1 },
    },
    heads: 4,
    attended: attended(i),
  }),
  ablate: (_, i) => ({ layers: 1, heads: 1, ablated: [Math.cos(i), Math.sin(i)] }),
  shares: ({ scores: { d } }) => ({
    roles: ["negator", "eot"],
    shares: [d, 0, d / 4, 3 * d / 4, 0, d],
  }),
  attribute: (_, i) => ({
    ...{ heads: [Math.cos(i), 1], mlps: [Math.sin(i)], norm: 0.5 },
    ...{ netHeads: [Math.cos(i), 1], netMlps: [0.5 + Math.sin(i)] },
    sources: [0, Math.cos(i), 0, 0.5, 0, 0.5],
    netSources: [0, Math.cos(i), 0, 0.5, 0, 0.5],
    ...{ roles: ["sot", "negator", "eot"], tokens: ["", "no", ""] },
  }),
  circuit: (_, i) => ({
    sizes: { layers: 1, heads: 1 },
    scores: [Math.cos(i), Math.sin(i)],
    single: { denoise: [Math.sin(i), Math.cos(i)] },
    search: {
      rankings: [{ name: "denoise", order: [0, 1] }],
      sets: [
        ...[[], [0], [0, 1]].map((nodes) => ({ name: `denoise ${nodes.length}`, nodes })),
        ...setsOfTests(testsOf([0], { layers: 1, heads: 1 }, 0)),
      ],
      circuit: { ranking: "denoise", nodes: [0] },
    },
  }),
  correlate: ({ scores: { id, negation, d } }, i) => (
    { id, negation, d, text_similarity: Math.cos(i), tokens: 5 + i % 3, subject_size: undefined }
  ),
  paths: (_, i) => ({
    ...{ sizes: { layers: 2, heads: 1 }, negator: 1, roles: ["negator", "eot"] },
    direct: [0, 1, 2, 3].map((node) => Math.cos(node * i)),
    swapped: Array.from({ length: 8 }, (_, place) => Math.sin(place * i)),
    receivers: [{ layer: 2, head: 1 }],
    patched: Array.from({ length: 6 }, (_, place) => Math.cos(place + i)), // from the embedding and from 1.1
  }),
  probe: (_, i) => ({
    layers: [0, 1].map((layer) => ({
      differs: true,
      read: { fold: i % 5, logits: [Math.cos(i), Math.sin(i)], control: [0, 1] },
      effects: { means: layer * Math.cos(i), probe: layer, full: layer },
    })),
  }),
  transplant: ({ scores: { d } }, i) => ({
    first: [0, 1, 2].map((blocks) => [d + blocks * Math.cos(i), 0]),
    last: [0, 1, 2].map((blocks) => [d + blocks * Math.cos(i), 0]),
    values: [0, 1].map((layer) => [0, 1, 2].map((place) => [d + layer * Math.cos(place + i), 0])),
    roles: [["sot", null, "eot"], ["sot", "negator", "eot"]],
    ...{ towers: [], parts: [], heads: 1, names: ["a", "b"] },
  }),
};

function attended(i: number) {
  const heads = [{
    layer: 1,
    head: 1,
    byQuery: [0, 0.5, Math.sin(i)],
    largest: Math.sin(i),
    mean: 0,
    swapped: 0,
  }];
  return {
    key: `${i}`,
    roles: ["sot", "negator", "eot"],
    tokens: ["", "no", ""],
    heads,
  };
}

for (const experiment of ALL_EXPERIMENTS) {
  Deno.test(`the statistics of ${experiment.name} come in many steps, between which a user can end the run`, () => {
    const rows = ROWS.map((row, i): MeasuredRow<unknown> => (
      { ...row, measured: MEASURED[experiment.name]!(row, i) }
    ));
    const context = { ...standardOptions(experiment.options), seed: 0 };
    const { steps, value } = stepsOf<AnyTables>(experiment.tables(rows, context));
    // At least those of the draws of two bootstraps; scores have shares instead, one step for each side.
    assert(steps >= (experiment.name === "evaluate" ? 3 : 2 * 2000 / 64), `${steps}`);
    assertEquals(Object.keys(value), Object.keys(emptyTablesOf(experiment, context)));
  });

  Deno.test(`the statistics of ${experiment.name} keep rows of a sentence pair or of a subject noun together`, () => {
    const bounds = (cluster: "pair" | "noun") => {
      const rows = ROWS.map((row, i): MeasuredRow<unknown> => { // each row has its own pair, and all have one noun
        const sentences = { caption: `Some cats ${i}.`, foil: `No cat in ${i}.` };
        if (row.pair.negation === "caption") {
          Object.assign(sentences, { caption: sentences.foil, foil: sentences.caption });
        }
        const measured = MEASURED[experiment.name]!(row, i);
        return {
          pair: { ...row.pair, ...sentences },
          scores: { ...row.scores, ...sentences },
          measured,
        };
      });
      const context = { ...standardOptions(experiment.options), seed: 0, cluster };
      const tables = stepsOf<AnyTables>(experiment.tables(rows, context)).value;
      return Object.values(tables).flatMap((table) => [...rowsOf<object>(table)])
        .flatMap((row) => Object.entries(row))
        .filter(([name, value]) => /(?:^|_)low$|^p_value$/.test(name) && value !== undefined)
        .filter(([name, value]) => name !== "change_low" || value !== 0); // the model's change from itself has no rows
    };
    assert(bounds("pair").length > 0);
    assertEquals(bounds("noun"), []);
  });
}
