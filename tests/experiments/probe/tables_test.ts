import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Logits } from "../../../lib/experiments/probe/fit.ts";
import type { ProbedLayer } from "../../../lib/experiments/probe/probe.ts";
import {
  type ProbeInput,
  probeSummarySteps,
  probeTable,
} from "../../../lib/experiments/probe/tables.ts";
import { clusterShare } from "../../../lib/stats/share.ts";
import { studentIntervals } from "../../../lib/stats/estimate.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { segmentOf } from "../../../lib/study/rows/score_rows.ts";
import { rowsOf } from "../../../lib/tables/table.ts";

const EMBEDDINGS: ProbedLayer = {
  ...{ differs: false, read: undefined },
  effects: { means: 0, probe: 0, full: 0 },
};

/** A foil-negated row whose block's patches restore .25, .5 and all of d. */
function row(place: number, d: number, layer: Partial<ProbedLayer> = {}): ProbeInput {
  const effects = { means: d / 4, probe: d / 2, full: d };
  const read = readOf(place, [2, -1]);
  return {
    scores: {
      ...{ id: `r${place}`, image: "a.png", negation: "foil" },
      ...{ caption: `There is a cat ${place}.`, foil: `There is no cat ${place}.` },
      ...{ s_caption: 20 + d, s_foil: 20, d, segment: segmentOf(d), tokens: 7 },
    },
    probed: {
      heldOut: "pair",
      layers: [EMBEDDINGS, { differs: true, read, effects, ...layer }],
    },
  };
}

/** What is read of a pair, of whose controls one is right in its first sentence only, the other in none; in pair 0 in both. */
function readOf(place: number, logits: Logits): ProbedLayer["read"] {
  return { fold: place % 2, logits, control: [0.5, place === 0 ? 1 : 0] };
}

const ROWS = [
  ...Array.from({ length: 8 }, (_, i) => row(i, 1)), // of one d, so that nine pairs are enough for an interval
  row(8, 1, { read: readOf(8, [-1, -2]) }),
];

Deno.test("probeTable() lists rows and layers, with the folds from 1 and the share of sentences told right", () => {
  const lines = [...rowsOf(probeTable(ROWS))];
  assertEquals(lines.length, 18);
  assertEquals(lines[1], {
    ...{ id: "r0", negation: "foil", segment: "correct", layer: 1, fold: 1 },
    ...{ logit_negated: 2, logit_affirmative: -1, decoded: 1, control_decoded: 0.75, d: 1 },
    ...{ effect_direction: 0.25, effect_probe: 0.5, effect_full: 1 },
  });
  assertEquals([lines[16]!.layer, lines[17]!.decoded], [0, 0.5]);
  const { fold, logit_negated, decoded, control_decoded } = lines[16]!;
  assertEquals([fold, logit_negated, decoded, control_decoded], new Array(4).fill(undefined));
});

Deno.test("probeSummarySteps() gives accuracies over sentences, and shares of d as ratios of sums with their intervals", () => {
  const { rows } = finish(probeSummarySteps(ROWS, { seed: 0 }));
  assertEquals(rows.map(({ segment, layer, n }) => [segment, layer, n]), [
    ["correct", 0, 9],
    ["correct", 1, 9],
    ["all", 0, 9],
    ["all", 1, 9],
  ]);
  const [embeddings, block] = rows;
  const { accuracy, control_low, above_control, share_full } = embeddings!;
  assertEquals([accuracy, control_low, above_control, share_full], [...new Array(3), 0]);
  assertEquals([embeddings!.pairs, embeddings!.pairs_differing], [9, 0]);
  assertEquals([block!.pairs, block!.pairs_differing], [9, 9]);
  assertAlmostEquals(block!.accuracy!, 17 / 18, 1e-12);
  const right = [...new Array<boolean>(16).fill(true), false, true];
  const wilson = clusterShare(right, { clusters: right.map((_, i) => `${Math.floor(i / 2)}`) });
  assertAlmostEquals(block!.accuracy_low!, wilson.low!, 1e-12);
  const controls = [1 / 2, 1 / 9];
  const mean = (controls[0]! + controls[1]!) / 2;
  assertAlmostEquals(block!.control!, mean, 1e-12);
  assertAlmostEquals(block!.above_control!, 17 / 18 - mean, 1e-12);
  const reach = studentIntervals(controls);
  assertAlmostEquals(block!.control_high!, mean + reach.ofMean, 1e-12);
  assertAlmostEquals(block!.above_control_low!, 17 / 18 - mean - reach.ofNext, 1e-12);
  const both = studentIntervals(controls, 1 - 0.05 / 2); // two layers
  assertAlmostEquals(
    block!.above_control_simultaneous_low!,
    17 / 18 - mean - both.ofNext,
    1e-12,
  );
  const shares = [block!.share_direction, block!.share_probe, block!.share_full];
  shares.forEach((share, i) => assertAlmostEquals(share!, [0.25, 0.5, 1][i]!, 1e-12));
  assertAlmostEquals(block!.share_direction_low!, 0.25, 1e-12); // the same in every row
});

Deno.test("probeSummarySteps() gives shares of d of either sign, and counts rounding errors as 0", () => {
  const signs = ROWS.map((_, i) => row(i, i % 2 === 0 ? 2 : -2));
  const all = finish(probeSummarySteps(signs, { seed: 0 })).rows.filter(({ segment }) =>
    segment === "all"
  );
  assertEquals(all.map(({ share_full }) => share_full), [0, 1]);
  const tiny = { means: 9e-5, probe: 2e-4, full: 0 };
  const rounded = finish(
    probeSummarySteps(ROWS.map((_, i) => row(i, 2, { effects: tiny })), { seed: 0 }),
  );
  assertEquals(rounded.rows[1]!.share_direction, 0);
  assertAlmostEquals(rounded.rows[1]!.share_probe!, 1e-4, 1e-12);
  const equal = finish(probeSummarySteps(ROWS.map((_, i) => row(i, 9e-5)), { seed: 0 }));
  assertEquals(equal.rows.map(({ share_full }) => share_full), new Array(4).fill(undefined)); // d itself is rounding
});

Deno.test("probeSummarySteps() decodes in the rows whose vectors differ, and leaves a share empty where a direction lacks", () => {
  const alike = { differs: false, read: undefined, effects: { means: 0, probe: 0, full: 0 } };
  const some = [...ROWS, row(9, 2, alike), row(10, 2, alike)];
  const lines = (rows: readonly ProbeInput[]) =>
    finish(probeSummarySteps(rows, { seed: 0 })).rows.filter(({ segment, layer }) =>
      segment === "all" && layer === 1
    )[0]!;
  const decoded = ["accuracy", "accuracy_low", "control", "control_low", "above_control"] as const;
  for (const column of decoded) {
    assertAlmostEquals(lines(some)[column]!, lines(ROWS)[column]!, 1e-12, column);
  }
  const { n, pairs, pairs_differing, share_full } = lines(some);
  assertEquals([n, pairs, pairs_differing], [11, 11, 9]);
  assertAlmostEquals(share_full!, 9 / 13, 1e-12); // of 9 rows with d of 1, and of two with 2
  const lacking = { read: undefined, effects: { means: undefined, probe: undefined, full: 1 } };
  const few = lines([...ROWS.map((_, i) => row(i, 1, alike)), row(9, 1, lacking)]);
  assertEquals([few.pairs_differing, few.accuracy, few.share_direction], [1, undefined, undefined]);
  assertAlmostEquals(few.share_full!, 0.1, 1e-12);
});

Deno.test("probeSummarySteps() says what is held out, and has the rows of each frame beside those of all", () => {
  const framed = ROWS.map(({ scores, probed }, i): ProbeInput => ({
    scores,
    probed: {
      ...probed,
      heldOut: "noun",
      ...(i < 6 && { ofFrame: { frame: i < 4 ? "b" : "a", layers: row(i, 2).probed.layers } }),
    },
  }));
  const all = finish(probeSummarySteps(framed, { seed: 0 })).rows;
  assertEquals(
    all.filter(({ layer }) => layer === 1).map(({ segment, held_out, n }) =>
      [segment, held_out, n].join()
    ),
    ["correct,nouns,9", "all,nouns,9", "all,frame a,2", "all,frame b,4"],
  );
  const plain = finish(probeSummarySteps(ROWS, { seed: 0 })).rows;
  assertEquals(
    all.slice(0, plain.length).map((line) => ({ ...line, held_out: "pairs" })),
    [...plain],
  );
  assertAlmostEquals(all.at(-1)!.share_direction!, 0.5, 1e-12); // effects of d = 2 on rows with d = 1
});
