import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { ProbedLayer } from "../../../lib/experiments/probe/probe.ts";
import { probeSummarySteps } from "../../../lib/experiments/probe/summary.ts";
import { type ProbeInput, probeTable } from "../../../lib/experiments/probe/tables.ts";
import { clusterShare } from "../../../lib/stats/intervals/share.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { segmentOf } from "../../../lib/subject/score.ts";
import { rowsOf } from "../../../lib/tables/table.ts";

const EMBEDDINGS: ProbedLayer = {
  ...{ logits: [0, 0], control: 0.5 },
  effects: { means: 0, probe: 0, full: 0 },
};

/** A foil-negated row whose block's patches restore .25, .5 and all of d. */
function row(place: number, d: number, layer: Partial<ProbedLayer> = {}): ProbeInput {
  const effects = { means: d / 4, probe: d / 2, full: d };
  return {
    scores: {
      ...{ id: `r${place}`, image: "a.png", negation: "foil" },
      ...{ caption: `There is a cat ${place}.`, foil: `There is no cat ${place}.` },
      ...{ s_caption: 20 + d, s_foil: 20, d, segment: segmentOf(d), tokens: 7 },
    },
    probed: {
      fold: place % 2,
      layers: [EMBEDDINGS, { logits: [2, -1], control: 0.4, effects, ...layer }],
    },
  };
}

const ROWS = [
  ...Array.from({ length: 15 }, (_, i) => row(i, 1 + i / 8)),
  row(15, 3, { logits: [-1, -2] }),
];

Deno.test("probeTable() lists rows and layers, with the folds from 1 and the share of sentences told right", () => {
  const lines = [...rowsOf(probeTable(ROWS))];
  assertEquals(lines.length, 32);
  assertEquals(lines[1], {
    ...{ id: "r0", negation: "foil", segment: "correct", layer: 1, fold: 1 },
    ...{ logit_negated: 2, logit_affirmative: -1, decoded: 1, control_decoded: 0.4, d: 1 },
    ...{ effect_direction: 0.25, effect_probe: 0.5, effect_full: 1 },
  });
  assertEquals([lines[30]!.layer, lines[30]!.decoded, lines[31]!.decoded], [0, 0.5, 0.5]);
});

Deno.test("probeSummarySteps() gives accuracies over sentences, and shares of d as ratios of sums with their intervals", () => {
  const { rows } = finish(probeSummarySteps(ROWS, { seed: 0 }));
  assertEquals(rows.map(({ segment, layer, n }) => [segment, layer, n]), [
    ["correct", 0, 16],
    ["correct", 1, 16],
    ["all", 0, 16],
    ["all", 1, 16],
  ]);
  const [embeddings, block] = rows;
  assertEquals(
    [embeddings!.accuracy, embeddings!.accuracy_low, embeddings!.accuracy_high],
    [0.5, 0.5, 0.5],
  );
  assertEquals([embeddings!.above_control, embeddings!.share_full], [0, 0]);
  assertAlmostEquals(block!.accuracy!, 31 / 32, 1e-12);
  const right = [...new Array<boolean>(30).fill(true), false, true];
  const wilson = clusterShare(right, { clusters: right.map((_, i) => `${Math.floor(i / 2)}`) });
  assertAlmostEquals(block!.accuracy_low!, wilson.low!, 1e-12);
  assertAlmostEquals(block!.control!, 0.4, 1e-12);
  assertAlmostEquals(block!.above_control!, 31 / 32 - 0.4, 1e-12);
  const shares = [block!.share_direction, block!.share_probe, block!.share_full];
  shares.forEach((share, i) => assertAlmostEquals(share!, [0.25, 0.5, 1][i]!, 1e-12));
  assertAlmostEquals(block!.share_direction_low!, 0.25, 1e-12); // the same in every row
});

Deno.test("probeSummarySteps() gives no share of a mean d that may be 0, and counts rounding errors as 0", () => {
  const signs = ROWS.map((_, i) => row(i, i % 2 === 0 ? 2 : -2));
  const all = finish(probeSummarySteps(signs, { seed: 0 })).rows.filter(({ segment }) =>
    segment === "all"
  );
  assertEquals(all.map(({ share_full }) => share_full), [undefined, undefined]);
  const tiny = { means: 9e-5, probe: 2e-4, full: 0 };
  const rounded = finish(
    probeSummarySteps(ROWS.map((_, i) => row(i, 2, { effects: tiny })), { seed: 0 }),
  );
  assertEquals(rounded.rows[1]!.share_direction, 0);
  assertAlmostEquals(rounded.rows[1]!.share_probe!, 1e-4, 1e-12);
});
