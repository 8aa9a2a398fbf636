import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Logits } from "../../../lib/experiments/probe/fit.ts";
import type { ProbedLayer } from "../../../lib/experiments/probe/probe.ts";
import {
  aboveControl,
  type ProbeInput,
  probeSteps,
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

function tablesOf(rows: readonly ProbeInput[]) {
  const { probe, summary } = finish(probeSteps(rows, { seed: 0 }));
  const of = (method: string, place: number, segment = "all") =>
    summary.rows.find((line) =>
      line.method === method && line.layer === place && line.segment === segment
    )!;
  return { probe, summary, of };
}

Deno.test("probeSteps() lists rows, methods and layers, and beside the probe's effect what it tells right, with the folds from 1", () => {
  const lines = [...rowsOf(tablesOf(ROWS).probe)];
  assertEquals(lines.length, 9 * 3 * 2);
  const first = {
    id: "r0",
    negation: "foil",
    segment: "correct",
    held_out: "pairs",
    layer: 1,
  } as const;
  const none = { fold: undefined, logit_negated: undefined, logit_affirmative: undefined };
  const nothing = { ...none, decoded: undefined, control_decoded: undefined };
  const read = {
    fold: 1,
    logit_negated: 2,
    logit_affirmative: -1,
    decoded: 1,
    control_decoded: 0.75,
  };
  assertEquals(lines.filter(({ id, layer }) => id === "r0" && layer === 1), [
    { ...first, method: "direction", ...nothing, effect: 0.25 },
    { ...first, method: "probe", ...read, effect: 0.5 },
    { ...first, method: "full", ...nothing, effect: 1 },
  ]);
  const last = lines.filter(({ id, method }) => id === "r8" && method === "probe");
  assertEquals(last.map(({ layer, decoded }) => [layer, decoded]), [[0, undefined], [1, 0.5]]);
});

Deno.test("probeSteps() gives accuracies over sentences, and shares of d of each method", () => {
  const { of } = tablesOf(ROWS);
  const [embeddings, block] = [of("probe", 0), of("probe", 1)];
  const { accuracy, control_accuracy, above_control, share } = embeddings;
  assertEquals([accuracy, control_accuracy, above_control, share], [...new Array(3), 0]);
  assertEquals([embeddings.pairs, embeddings.pairs_differing], [9, 0]);
  assertEquals([block.n, block.pairs, block.pairs_differing], [9, 9, 9]);
  assertEquals(of("probe", 1, "correct").accuracy, block.accuracy);
  assertEquals([of("full", 1).pairs, of("full", 1).accuracy], [undefined, undefined]);
  assertAlmostEquals(block.accuracy!, 17 / 18, 1e-12);
  const right = [...new Array<boolean>(16).fill(true), false, true];
  const wilson = clusterShare(right, { clusters: right.map((_, i) => `${Math.floor(i / 2)}`) });
  assertAlmostEquals(block.accuracy_low!, wilson.low!, 1e-12);
  const controls = [1 / 2, 1 / 9];
  const mean = (controls[0]! + controls[1]!) / 2;
  assertAlmostEquals(block.control_accuracy!, mean, 1e-12);
  const [reach, both] = [studentIntervals(controls), studentIntervals(controls, 1 - 0.05 / 2)]; // two layers
  assertAlmostEquals(block.control_accuracy_high!, mean + reach.ofMean, 1e-12);
  assertAlmostEquals(block.above_control_low!, 17 / 18 - mean - reach.ofNext, 1e-12);
  assertAlmostEquals(block.above_control_simultaneous_low!, 17 / 18 - mean - both.ofNext, 1e-12);
  const shares = ["direction", "probe", "full"].map((method) => of(method, 1).share);
  shares.forEach((share, i) => assertAlmostEquals(share!, [0.25, 0.5, 1][i]!, 1e-12));
});

Deno.test("probeSteps() decodes each side and segment by its own rows", () => {
  const wrong = ROWS.map(({ scores, probed }, i): ProbeInput => {
    const read = readOf(i, [-1, 2]);
    const layers = probed.layers.with(1, { ...probed.layers[1]!, read });
    const own = {
      ...scores,
      id: `c${i}`,
      negation: "caption" as const,
      segment: "incorrect" as const,
    };
    return { scores: own, probed: { ...probed, layers } };
  });
  const summary = tablesOf([...ROWS, ...wrong]).summary.rows.filter(({ layer, method, negation }) =>
    layer === 1 && method === "probe" && negation !== "both"
  );
  assertEquals(summary.map(({ negation, segment }) => `${negation} ${segment}`), [
    ...["foil correct", "foil all", "caption incorrect", "caption all"],
  ]);
  assertEquals(summary.map(({ accuracy }) => accuracy), [17 / 18, 17 / 18, 0, 0]);
});

Deno.test("probeSteps() decodes in the rows whose vectors differ, and has no share where a direction lacks", () => {
  const alike = { differs: false, read: undefined, effects: { means: 0, probe: 0, full: 0 } };
  const some = tablesOf([...ROWS, row(9, 2, alike), row(10, 2, alike)]);
  const whole = tablesOf(ROWS).of("probe", 1);
  const decoded = ["accuracy", "accuracy_low", "control_accuracy", "above_control"] as const;
  for (const column of decoded) {
    assertAlmostEquals(some.of("probe", 1)[column]!, whole[column]!, 1e-12, column);
  }
  const { n, pairs, pairs_differing } = some.of("probe", 1);
  assertEquals([n, pairs, pairs_differing], [11, 11, 9]);
  assertAlmostEquals(some.of("full", 1).share!, 9 / 13, 1e-12); // of 9 rows with d of 1, and of two with 2
  const lacking = { read: undefined, effects: { means: undefined, probe: undefined, full: 1 } };
  const few = tablesOf([...ROWS.map((_, i) => row(i, 1, alike)), row(9, 1, lacking)]);
  assertEquals([few.of("direction", 1), few.of("probe", 1)], [undefined, undefined] as never);
  assertAlmostEquals(few.of("full", 1).share!, 0.1, 1e-12);
});

Deno.test("probeSteps() says what is held out, and has the rows of each frame beside those of all", () => {
  const framed = ROWS.map(({ scores, probed }, i): ProbeInput => ({
    scores,
    probed: {
      ...probed,
      heldOut: "noun",
      ...(i < 6 && { ofFrame: { frame: i < 4 ? "b" : "a", layers: row(i, 2).probed.layers } }),
    },
  }));
  const all = tablesOf(framed).summary.rows.filter(({ layer, method }) =>
    layer === 1 && method === "direction"
  );
  assertEquals(all.map(({ segment, held_out, n }) => [segment, held_out, n].join()), [
    ...["correct,nouns,9", "all,nouns,9", "all,frame a,2", "all,frame b,4"],
  ]);
  assertAlmostEquals(all.at(-1)!.share!, 0.5, 1e-12); // effects of d = 2 on rows with d = 1
  const plain = tablesOf(ROWS).of("direction", 1);
  assertEquals({ ...all[1], held_out: "pairs" }, plain);
});

Deno.test("aboveControl() takes the wider of the controls' spread and of both sampling errors, to each side", () => {
  const { ofMean, ofNext } = studentIntervals([0.4, 0.5, 0.6]);
  const { control, above } = aboveControl({ estimate: 0.8, low: 0.1, high: 0.9 }, [0.4, 0.5, 0.6]);
  assertAlmostEquals(control.estimate!, 0.5, 1e-12);
  assertAlmostEquals(control.low!, 0.5 - ofMean, 1e-12);
  assertAlmostEquals(above.low!, 0.3 - Math.hypot(0.7, ofMean), 1e-12);
  assertAlmostEquals(above.high!, 0.3 + ofNext, 1e-12);
  const bounds = { low: undefined, high: undefined };
  assertEquals(aboveControl({ estimate: 0.75, ...bounds }, [0.5, 0.5]), {
    control: { estimate: 0.5, ...bounds },
    above: { estimate: 0.25, ...bounds },
  });
});
