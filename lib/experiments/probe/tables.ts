/** The tables of the probe: what can be read at the end token, and what patching it does. */

import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { FEWEST_CLUSTERS, studentIntervals, withoutBounds } from "../../stats/estimate.ts";
import { clusterShare } from "../../stats/share.ts";
import type { RowLines } from "../../study/effects/means.ts";
import { type ShareOfD, SimultaneousRatios } from "../../stats/many.ts";
import { CONTROLS, FEWEST_PAIRS, type PairFit, shareRight, toldRight } from "./fit.ts";
import { LAYER_OR_EMBEDDING, numberOrNone } from "../../study/columns.ts";
import {
  type ChosenClusters,
  clusterOf,
  FEWEST_FRAMES,
  FEWEST_NOUNS,
  type StatisticsOptions,
} from "../../study/clusters.ts";
import { RESIDUAL_NOISE } from "../../study/effects/noise.ts";
import { type EvaluateRow, SEGMENTS } from "../../study/rows/score_rows.ts";
import { estimate, type TogetherNames } from "../../study/effects/estimate_columns.ts";
import { count, key, optional, type Row, type RowOfColumns, text } from "../../tables/table.ts";
import type { EstimateNames } from "../../tables/estimates.ts";
import { mean } from "../../stats/columns.ts";
import type { ProbedRow } from "./probe.ts";
import { NEGATIONS } from "../../data/pairs.ts";
import type { Steps } from "../../stats/steps.ts";
import {
  type EffectLine,
  type EffectRow,
  Effects,
  type EffectTables,
  type MeanEffectRow,
} from "../../study/effects/effects.ts";

/** What is patched at the end token, and which of its effects it is. */
const METHODS = [["direction", "means"], ["probe", "probe"], ["full", "full"]] as const;

const KEYS = {
  held_out: key(text(
    `What had no part in what is fitted: all rows of the row's fold, by subject noun (\`nouns\`, where the data has at least ${FEWEST_NOUNS}, or with \`--cluster noun\`) or by sentence pair (\`pairs\`); or all rows of a frame, such as \`frame there is no … in the photo\`, where at least ${FEWEST_FRAMES} frames have ${FEWEST_CLUSTERS} sentence pairs or more.`,
  )),
  layer: LAYER_OR_EMBEDDING,
  method: key(text<typeof METHODS[number][0]>(
    "What of the negated run's vector is put into the affirmative run: its coordinate along the difference of means (`direction`) or along the probe's pattern (`probe`), or all of it, as in causal tracing (`full`).",
  )),
};

/** What is read of a row, in the lines of the method `probe`. */
const READ = {
  fold: optional(count(
    `Of \`probe\`, as the next columns, the fold of the row's sentence pair, from 1. Empty, as they are, if its two vectors differ by no more than float32 rounding (${RESIDUAL_NOISE} of their length), or those of fewer than ${FEWEST_PAIRS} pairs do differ.`,
  )),
  logit_negated: numberOrNone(
    "",
    "The probe's logit for the negated sentence: log of the odds that it is negated.",
  ),
  logit_affirmative: numberOrNone("", "The same for the affirmative sentence."),
  decoded: numberOrNone(
    "share",
    "The share of the two sentences that the probe classifies correctly: the negated one by a logit above 0, the affirmative one by any other.",
  ),
  control_decoded: numberOrNone(
    "share",
    `The control: the same for ${CONTROLS} probes that are fitted to labels which half of the pairs have reversed, and tested on such labels; the share of the ${
      2 * CONTROLS
    } answers that are right. Fewer probes where there are fewer such labellings.`,
  ),
};

const ACCURACY = estimate(
  "accuracy",
  "share",
  "The share of the rows' sentences, two for each, that the probe classifies correctly. Its interval takes the fitted probes as they are: only that of `above_control` tests whether anything is decoded.",
);

const CONTROL = estimate(
  "control_accuracy",
  "share",
  "The mean of `control_decoded`; chance is 0.5.",
);

const ABOVE_CONTROL = estimate(
  "above_control",
  "share",
  "Accuracy minus the control's: what is known of negation rather than of the fitted sentences. Its interval knows that folds share their data.",
  { together: "above_control_simultaneous_" },
);

const DECODED = {
  pairs: optional(count("Of `probe`, as the next columns, the distinct sentence pairs.", "pairs")),
  pairs_differing: optional(count(
    `Those whose two vectors differ by more than float32 rounding: what is decoded, and the controls, are of their rows alone, and empty if there are fewer than ${FEWEST_PAIRS} in all of the data.`,
    "pairs",
  )),
  ...ACCURACY.columns,
  ...CONTROL.columns,
  ...ABOVE_CONTROL.columns,
};

/** What is patched at the end token, and what can be read there. */
export const PROBE = new Effects({
  name: "probe",
  title: "What the end token holds of negation",
  effect:
    "the part of d that returns if the affirmative run is given, at the end token of this layer, what the negated run has there; of `full` in the last layer it is d",
  unit: "direction",
  about:
    "What is fitted for a row has seen no row of its fold. A layer has no lines of a direction if it cannot be fitted for all rows whose vectors differ.",
  keys: KEYS,
  cells: READ,
  beside: DECODED,
  familyOf: ({ held_out, method }) =>
    method === "direction" && !isOfFrame({ held_out: `${held_out}` }) ? "" : undefined,
  hasScale: true,
  said: { nameOf: ({ method }) => NAMES[`${method}`]!, joinsLayers: true },
  isApart: ({ layer, method, held_out }, last) =>
    isOfFrame({ held_out: `${held_out}` }) || method === "full" && layer === last,
});

/** How methods are called. */
export const NAMES: Readonly<Record<string, string>> = {
  direction: "mean difference",
  probe: "probe direction",
  full: "whole vector",
};

/** What is read of a row. */
export type ProbeCells = Row<
  unknown,
  never,
  "fold" | "logit_negated" | "logit_affirmative" | "decoded" | "control_decoded"
>;

/** What is held out, and what is moved where. */
export type ProbeKeys = Row<{ held_out: string; method: "direction" | "probe" | "full" }, "layer">;

/** A row of probe.csv: what one method moves in one layer of one row. */
export type ProbeRow = EffectRow<ProbeKeys & ProbeCells>;

/** A row of probe_summary.csv: one layer and method in a group of rows. */
export type ProbeSummaryRow = MeanEffectRow<
  & ProbeKeys
  & Row<
    unknown,
    never,
    | "pairs"
    | "pairs_differing"
    | EstimateNames<"accuracy" | "control_accuracy">
    | TogetherNames<"above_control", "above_control_", "above_control_simultaneous_">
  >
>;

export interface ProbeInput {
  readonly scores: EvaluateRow;
  readonly probed: ProbedRow;
}

/** What is held out, as a cell: `nouns`, `pairs`, or a frame. */
const HELD_OUT_BY = { noun: "nouns", pair: "pairs" } as const satisfies Record<
  ChosenClusters,
  string
>;

const FRAME = "frame ";

/** Whether a row of the summary is of a held-out frame alone. */
export function isOfFrame({ held_out }: Pick<ProbeSummaryRow, "held_out">): boolean {
  return held_out.startsWith(FRAME);
}

/** All rows, and those of each frame that was held out, with their layers. */
function heldOutRows(rows: readonly ProbeInput[]) {
  const frames = new Set(rows.flatMap(({ probed: { ofFrame } }) => ofFrame?.frame ?? []));
  return [
    {
      held_out: HELD_OUT_BY[rows[0]?.probed.heldOut ?? "pair"],
      rows: rows.map(({ scores, probed: { layers } }) => ({ scores, layers })),
    },
    ...[...frames].sort().map((frame) => ({
      held_out: `${FRAME}${frame}`,
      rows: rows.flatMap(({ scores, probed: { ofFrame } }) =>
        ofFrame?.frame === frame ? [{ scores, layers: ofFrame.layers }] : []
      ),
    })),
  ];
}

type Line = EffectLine<typeof KEYS, typeof READ>;

const NOTHING = Object.fromEntries(
  Object.keys(READ).map((name) => [name, undefined]),
) as Readonly<Record<keyof typeof READ, undefined>>;

/** The lines of a method, without those of a layer in which its direction cannot be fitted for all rows. */
function linesOf(
  { held_out, rows }: ReturnType<typeof heldOutRows>[number],
  [method, effect]: typeof METHODS[number],
): RowLines<Line>[] {
  const lacking = new Set(
    rows.flatMap(({ layers }) =>
      [...layers.keys()].filter((layer) => layers[layer]!.effects[effect] === undefined)
    ),
  );
  return rows.map(({ scores, layers }) => ({
    scores,
    count: layers.length,
    line: (layer): Line => {
      const { read, effects } = layers[layer]!;
      const cells = method !== "probe" || read === undefined ? NOTHING : {
        fold: read.fold + 1,
        logit_negated: read.logits[0],
        logit_affirmative: read.logits[1],
        decoded: shareRight(read.logits),
        control_decoded: mean(read.control),
      };
      const own = lacking.has(layer) ? undefined : effects[effect];
      return { held_out, layer, method, ...cells, effect: own };
    },
  }));
}

/** The tables of all rows, and of those of single frames: the effects by method, and beside those of the probe what is decoded. */
export function* probeSteps(
  rows: readonly ProbeInput[],
  options: StatisticsOptions,
): Steps<EffectTables<"probe", typeof KEYS, typeof READ, typeof DECODED>> {
  const sets = heldOutRows(rows);
  const decoded = new Map<string, RowOfColumns<typeof DECODED>>();
  const keyOf = (line: Pick<ProbeSummaryRow, "held_out" | "negation" | "segment" | "layer">) =>
    JSON.stringify([line.held_out, line.negation, line.segment, line.layer]);
  for (const { held_out, rows } of sets) {
    for (const [negation, segment] of GROUPS) {
      const group = rows.filter(({ scores }) =>
        scores.negation === negation && (segment === "all" || scores.segment === segment)
      );
      if (group.length === 0) continue;
      for (const [layer, cells] of (yield* decodedSteps(group, options)).entries()) {
        decoded.set(keyOf({ held_out, negation, segment, layer }), cells);
      }
    }
  }
  const families = sets.flatMap((set) => METHODS.map((method) => linesOf(set, method)));
  const { table, summary } = yield* PROBE.steps(
    families,
    options,
    (line) => line.method === "probe" ? decoded.get(keyOf(line))! : NOT_DECODED,
  );
  return {
    probe: table,
    summary: {
      ...summary,
      rows: summary.rows.filter((row) => row.segment === "all" || !isOfFrame(row)), // a frame has few rows of a segment
    },
  };
}

const GROUPS = NEGATIONS.flatMap((negation) =>
  ([...SEGMENTS, "all"] as const).map((segment) => [negation, segment] as const)
);

const NOT_DECODED = Object.fromEntries(
  Object.keys(DECODED).map((name) => [name, undefined]),
) as RowOfColumns<typeof DECODED>;

/** What is decoded of some rows in each layer. */
function* decodedSteps(
  group: ReturnType<typeof heldOutRows>[number]["rows"],
  { seed, cluster }: StatisticsOptions,
): Steps<RowOfColumns<typeof DECODED>[]> {
  const clusters = group.map(({ scores }) => clusterOf(scores, cluster));
  const pairs = group.map(({ scores }) => clusterOf(scores));
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  yield* bootstrap.draw();
  const ratios = new SimultaneousRatios(bootstrap);
  const layers = group[0]!.layers.length;
  const pending = [];
  for (let layer = 0; layer < layers; layer++) {
    yield;
    const ofLayer = group.map(({ layers }) => layers[layer]!);
    const found = decodedIn(ofLayer.map(({ read }) => read), { ratios, clusters, layers });
    pending.push({ found, differing: pairs.filter((_, row) => ofLayer[row]!.differs) });
  }
  return pending.map(({ found: { accuracy, control, above }, differing }) => ({
    ...{ pairs: new Set(pairs).size, pairs_differing: new Set(differing).size },
    ...{ ...ACCURACY.cells(accuracy), ...CONTROL.cells(control), ...ABOVE_CONTROL.cells(above) },
  }));
}

export type Read = Omit<PairFit, "directions">;

/** Summarises what is read of some rows in one of several layers; rows of which nothing can be read do not count. */
export function decodedIn(
  reads: readonly (Read | undefined)[],
  { ratios, clusters, layers }: {
    readonly ratios: SimultaneousRatios;
    readonly clusters: readonly string[];
    readonly layers: number;
  },
): { readonly accuracy: Estimate; readonly control: Estimate; readonly above: ShareOfD } {
  const known = reads.filter((read) => read !== undefined);
  const nothing = withoutBounds(undefined);
  if (known.length === 0) {
    const above = { ...nothing, simultaneous: () => nothing };
    return { accuracy: nothing, control: nothing, above };
  }
  const accuracy = clusterShare(known.flatMap(({ logits }) => toldRight(logits)), {
    clusters: clusters.flatMap((cluster, row) =>
      reads[row] === undefined ? [] : [cluster, cluster]
    ),
  });
  const controls = known[0]!.control.map((_, i) => mean(known.map(({ control }) => control[i]!))!);
  const drawn = ratios.add(
    Float64Array.from(reads, (read) => read === undefined ? 0 : shareRight(read.logits)),
    Float64Array.from(reads, (read) => Number(read !== undefined)),
  );
  const { control, above } = aboveControl(drawn, controls);
  const simultaneous = () => aboveControl(drawn.simultaneous(), controls, 1 - 0.05 / layers).above; // of the controls by Bonferroni
  return { accuracy, control, above: { ...above, simultaneous } };
}

/**
 * Compares a cross-validated accuracy with those of controls.
 *
 * A bootstrap over pairs takes the decisions on different pairs for independent. They are not: each pair trains the probes that decide on
 * the others, so that without any information the accuracy varies up to 1.7 times as much (in variance) as the bootstrap says. But true and
 * exchanged labels are alike then: the probe's accuracy is one more draw from the distribution of the controls', whose spread gives the
 * interval (Student's t). Where there is information it may vary more: there the bootstrap's interval of the accuracy and Student's of the
 * controls' mean give the bounds, by the root of the summed squares of their widths.
 */
export function aboveControl(
  accuracy: Estimate,
  controls: readonly number[],
  level?: number,
): { readonly control: Estimate; readonly above: Estimate } {
  const { mean, ofMean, ofNext } = studentIntervals(controls, level);
  const above = accuracy.estimate! - mean;
  const { low, high } = accuracy;
  if (low === undefined) return { control: withoutBounds(mean), above: withoutBounds(above) };
  const reach = (bound: number) => Math.max(ofNext, Math.hypot(bound - accuracy.estimate!, ofMean));
  return {
    control: { estimate: mean, low: mean - ofMean, high: mean + ofMean },
    above: { estimate: above, low: above - reach(low), high: above + reach(high!) },
  };
}
