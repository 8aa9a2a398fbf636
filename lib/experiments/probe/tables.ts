/** The tables of the probe: what can be read at the end token, and what patching it does. */

import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { FEWEST_CLUSTERS, studentIntervals, withoutBounds } from "../../stats/estimate.ts";
import { clusterShare } from "../../stats/share.ts";
import { type ShareOfD, SharesOfD, SimultaneousRatios } from "../../study/effects/shares_of_d.ts";
import {
  controlCount,
  CONTROLS,
  FEWEST_PAIRS,
  type PairFit,
  shareRight,
  toldRight,
} from "./fit.ts";
import {
  D,
  ID,
  LAYER_OR_EMBEDDING,
  N,
  NEGATION,
  numberOrNone,
  SEGMENT,
  SEGMENT_OR_ALL,
} from "../../study/columns.ts";
import {
  type ChosenClusters,
  clusterOf,
  FEWEST_FRAMES,
  FEWEST_NOUNS,
  type StatisticsOptions,
} from "../../study/clusters.ts";
import { RESIDUAL_NOISE } from "../../study/effects/noise.ts";
import { type EvaluateRow, type Segment, SEGMENTS } from "../../study/rows/score_rows.ts";
import { estimate, type EstimateColumns } from "../../study/effects/estimate_columns.ts";
import {
  bounds,
  count,
  estimated,
  fillOnRequest,
  fillTable,
  key,
  number,
  optional,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { columnValues, type EstimateNames } from "../../tables/estimates.ts";
import { mean } from "../../stats/columns.ts";
import type { ProbedRow } from "./probe.ts";
import { type Negation, NEGATIONS } from "../../data/pairs.ts";
import type { Steps } from "../../stats/steps.ts";

export type Read = Omit<PairFit, "directions">;

export interface Decoded {
  readonly accuracy: Estimate;
  readonly control: Estimate;
  /** With an interval for all layers at once, after all were added. */
  readonly above: ShareOfD;
}

/** Summarises what is read of some rows in one of several layers; rows of which nothing can be read do not count. */
export function decodedIn(
  reads: readonly (Read | undefined)[],
  { ratios, clusters, layers }: {
    readonly ratios: SimultaneousRatios;
    readonly clusters: readonly string[];
    readonly layers: number;
  },
): Decoded {
  const known = reads.filter((read) => read !== undefined);
  const nothing = withoutBounds(undefined);
  if (known.length === 0) {
    return {
      accuracy: nothing,
      control: nothing,
      above: { ...nothing, simultaneous: () => nothing },
    };
  }
  const accuracy = clusterShare(known.flatMap(({ logits }) => toldRight(logits)), {
    clusters: clusters.flatMap((cluster, row) =>
      reads[row] === undefined ? [] : [cluster, cluster]
    ),
  });
  const controls = known[0]!.control.map((_, number) =>
    known.reduce((sum, { control }) => sum + control[number]!, 0) / known.length
  );
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
 * the others, so that by chance many are right together, and without any information the accuracy varies up to 1.7 times as much
 * (in variance) as the bootstrap says. But true and exchanged labels are alike then, so that the probe's accuracy is one more draw from the
 * distribution of the controls', and their spread gives the interval (Student's t; no control is another's repetition or complement).
 * Where there is information it may vary more than theirs: there the bootstrap's interval of the accuracy and Student's of the controls'
 * mean give the bounds, by the root of the summed squares of their widths.
 */
export function aboveControl(
  accuracy: Estimate,
  controls: readonly number[],
  level?: number,
): { readonly control: Estimate; readonly above: Estimate } {
  const { mean, ofMean, ofNext } = studentIntervals(controls, level);
  const above = accuracy.estimate! - mean;
  const { low, high } = accuracy;
  if (low === undefined || high === undefined) {
    return { control: withoutBounds(mean), above: withoutBounds(above) };
  }
  const reach = (bound: number) => Math.max(ofNext, Math.hypot(bound - accuracy.estimate!, ofMean));
  return {
    control: { estimate: mean, low: mean - ofMean, high: mean + ofMean },
    above: { estimate: above, low: above - reach(low), high: above + reach(high) },
  };
}

/** Why a cell of what is decoded is empty. */
const EMPTY =
  `Empty if its two vectors at the end token differ by no more than float32 rounding (${RESIDUAL_NOISE} of their length), so that there is nothing to decode, or if those of fewer than ${FEWEST_PAIRS} pairs do differ.`;

const PROBE = table(
  "probe",
  "One row for each row of the data and layer. Everything that is fitted for a row has seen neither its sentence pair nor another of its fold; a fold has all pairs of a subject noun where probe_summary.csv says `nouns`.",
  {
    id: ID,
    negation: NEGATION,
    segment: SEGMENT,
    layer: LAYER_OR_EMBEDDING,
    fold: optional(count(`The fold of the row's sentence pair, from 1. ${EMPTY}`)),
    logit_negated: numberOrNone(
      "",
      "The probe's logit for the negated sentence: log of the odds that it is negated. Empty if `fold` is.",
    ),
    logit_affirmative: numberOrNone("", "The same for the affirmative sentence."),
    decoded: numberOrNone(
      "share",
      "The share of the two sentences that the probe classifies correctly: the negated one by a logit above 0, the affirmative one by any other. Empty if `fold` is.",
    ),
    control_decoded: numberOrNone(
      "share",
      `The control: the same for ${CONTROLS} probes that are fitted to labels which half of the pairs have exchanged, in every fold and training part, and tested on such labels; the share of the ${
        2 * CONTROLS
      } answers that are right. Fewer probes where there are fewer such labellings, a labelling and its complement being one: ${
        controlCount(4)
      } with 4 pairs that differ in the layer, ${controlCount(6)} with 5 or 6, ${
        controlCount(8)
      } with 7 or 8. Empty if \`fold\` is.`,
    ),
    d: D,
    effect_direction: numberOrNone(
      "logit",
      "The part of d that returns if the affirmative run is given, at the end token of this layer, the negated run's coordinate along the difference of means. Empty if the pair's vectors differ, and those of too few others do for a direction.",
    ),
    effect_probe: numberOrNone(
      "logit",
      "The same along the probe's pattern: the direction in which the residual stream varies with its logit.",
    ),
    effect_full: number(
      "logit",
      "The same with the whole vector of the negated run, as in causal tracing; in the last layer it is d.",
    ),
  },
);

/** A row of probe.csv: one layer of one row. */
export type ProbeRow = Row<
  { id: string; negation: Negation; segment: Segment },
  "layer" | "d" | "effect_full",
  | "fold"
  | "logit_negated"
  | "logit_affirmative"
  | "decoded"
  | "control_decoded"
  | "effect_direction"
  | "effect_probe"
>;

export const CONTROL = estimate(
  "control",
  "control_",
  "share",
  "The mean of `control_decoded`; chance is 0.5.",
);

/** An estimate with an interval that holds for all layers of the group at once. */
function inLayers<const Name extends string>(
  name: Name,
  definition: string,
  { control }: Pick<NonNullable<Parameters<typeof estimate>[4]>, "control"> = {},
): EstimateColumns<LayerNames<Name>, ShareOfD> {
  const simultaneous = bounds(`${name}_simultaneous_`);
  const options = { simultaneous, ...control && { control } };
  const { columns, cells } = estimate(name, `${name}_`, "share", definition, options);
  const made = {
    columns: {
      ...columns,
      [simultaneous.low]: numberOrNone(
        "share",
        "Lower bound of its simultaneous 95 % interval: in 95 % of data sets, the intervals of this column contain the true values of all layers of the group at once.",
      ),
      [simultaneous.high]: numberOrNone("share", "Upper bound of the same."),
    },
    cells: (share: ShareOfD) => {
      const { low, high } = share.simultaneous();
      return { ...cells(share), [simultaneous.low]: low, [simultaneous.high]: high };
    },
  };
  return made as unknown as EstimateColumns<LayerNames<Name>, ShareOfD>;
}

/** The names of the columns of an estimate by layer. */
export type LayerNames<Name extends string> =
  | EstimateNames<Name>
  | `${Name}_simultaneous_${"low" | "high"}`;

const ABOVE_CONTROL = inLayers(
  "above_control",
  "Accuracy minus the control's, which is also called selectivity: what is known of negation rather than of the fitted sentences. Its interval knows that folds share their data.",
);

const SHARE_DIRECTION = inLayers(
  "share_direction",
  "The share of d that the difference of means carries: sum over rows of sign(d) x effect, divided by the sum of |d|. Empty where an effect is empty, or where every d is 0 but for rounding.",
  {
    control: {
      prefix: "direction_",
      of: {
        ...columnValues({ table: "probe", column: "effect_direction" }),
        familyOf: ({ held_out }) => isOfFrame({ held_out: `${held_out}` }) ? undefined : "",
      },
      isShare: true,
      hasScale: true,
    },
  },
);

const SHARE_PROBE = inLayers(
  "share_probe",
  "The same for the probe's direction.",
);

const SHARE_FULL = inLayers(
  "share_full",
  "The same for the whole vector: the most that is there.",
);

const PROBE_SUMMARY = table(
  "probe_summary",
  "One row for each layer and group of rows: what can be read at the end token beside what is used of it.",
  {
    negation: NEGATION,
    segment: SEGMENT_OR_ALL,
    held_out: key(text(
      `What had no part in what is fitted: all rows of the row's subject noun (\`nouns\`, where the data has at least ${FEWEST_NOUNS}, or with \`--cluster noun\`) or of its sentence pair (\`pairs\`), with the other rows of its fold; or all rows of a frame, which is the negated sentence without what it is about: \`frame there is no … in the photo\` has these rows alone. Frames are held out where at least ${FEWEST_FRAMES} have ${FEWEST_CLUSTERS} sentence pairs or more.`,
    )),
    layer: LAYER_OR_EMBEDDING,
    n: N,
    pairs: count("Number of distinct sentence pairs.", "pairs"),
    pairs_differing: count(
      `Those whose two vectors at the end token differ by more than float32 rounding (${RESIDUAL_NOISE} of their length): what is decoded, and the controls, are of their rows alone, and empty if it is 0 or less than ${FEWEST_PAIRS} in all of the data.`,
      "pairs",
    ),
    accuracy: estimated(
      numberOrNone(
        "share",
        "The share of the rows' sentences, two for each, that the probe classifies correctly.",
      ),
      { interval: bounds("accuracy_") },
    ),
    accuracy_low: numberOrNone(
      "share",
      `Lower bound of the 95 % interval with the fitted probes as they are; empty below ${FEWEST_CLUSTERS} effective clusters. Only the interval of \`above_control\` tests whether anything is decoded.`,
    ),
    accuracy_high: numberOrNone("share", "Upper bound of that interval."),
    ...CONTROL.columns,
    ...ABOVE_CONTROL.columns,
    ...SHARE_DIRECTION.columns,
    ...SHARE_PROBE.columns,
    ...SHARE_FULL.columns,
  },
);

/** A row of probe_summary.csv: one layer of a group of rows. */
export type ProbeSummaryRow = Row<
  { negation: Negation; segment: Segment | "all"; held_out: string },
  "layer" | "n" | "pairs" | "pairs_differing",
  | EstimateNames<"accuracy" | "control">
  | LayerNames<"above_control" | "share_direction" | "share_probe" | "share_full">
>;

export interface ProbeInput {
  readonly scores: EvaluateRow;
  readonly probed: ProbedRow;
}

export function probeTable(rows: readonly ProbeInput[]): Table<ProbeRow> {
  return fillOnRequest(PROBE, function* () {
    for (const { scores: { id, negation, segment, d }, probed: { layers } } of rows) {
      for (const [layer, { read, effects }] of layers.entries()) {
        yield {
          id,
          negation,
          segment,
          layer,
          fold: read && read.fold + 1,
          logit_negated: read?.logits[0],
          logit_affirmative: read?.logits[1],
          decoded: read && shareRight(read.logits),
          control_decoded: read && mean(read.control),
          d,
          effect_direction: effects.means,
          effect_probe: effects.probe,
          effect_full: effects.full,
        };
      }
    }
  });
}

/** What is held out, as a cell: `nouns`, `pairs`, or a frame. */
export const HELD_OUT_BY = { noun: "nouns", pair: "pairs" } as const satisfies Record<
  ChosenClusters,
  string
>;

function heldOutFrame(frame: string): string {
  return `${FRAME}${frame}`;
}

const FRAME = "frame ";

export function frameIn({ held_out }: Pick<ProbeSummaryRow, "held_out">): string {
  return held_out.slice(FRAME.length);
}

/** Whether a row of the summary is of a held-out frame alone. */
export function isOfFrame({ held_out }: Pick<ProbeSummaryRow, "held_out">): boolean {
  return held_out.startsWith(FRAME);
}

type GroupName = Pick<ProbeSummaryRow, "negation" | "segment" | "held_out">;

/** Summarises rows by side and segment, foil-negated first as in the paper, with all rows of a side and then those of single frames last. */
export function* probeSummarySteps(
  rows: readonly ProbeInput[],
  options: StatisticsOptions,
): Steps<Table<ProbeSummaryRow>> {
  const made: ProbeSummaryRow[] = [];
  for (const { group, name } of groupsOf(rows)) {
    if (group.length > 0) made.push(...yield* summarySteps(group, name, options));
  }
  return fillTable(PROBE_SUMMARY, made);
}

function groupsOf(rows: readonly ProbeInput[]) {
  const frames = new Set(rows.flatMap(({ probed: { ofFrame } }) => ofFrame?.frame ?? []));
  return NEGATIONS.flatMap((negation) => {
    const side = rows.filter(({ scores }) => scores.negation === negation);
    const held_out = HELD_OUT_BY[side[0]?.probed.heldOut ?? "pair"];
    const bySegment = ([...SEGMENTS, "all"] as const).map((segment) => ({
      group: side.filter(({ scores }) => segment === "all" || scores.segment === segment),
      name: { negation, segment, held_out },
    }));
    const byFrame = [...frames].sort().map((frame) => ({
      group: side.flatMap(({ scores, probed: { ofFrame, heldOut } }): ProbeInput[] =>
        ofFrame?.frame === frame ? [{ scores, probed: { layers: ofFrame.layers, heldOut } }] : []
      ),
      name: { negation, segment: "all" as const, held_out: heldOutFrame(frame) },
    }));
    return [...bySegment, ...byFrame];
  });
}

function* summarySteps(
  group: readonly ProbeInput[],
  name: GroupName,
  { seed, cluster }: StatisticsOptions,
): Steps<ProbeSummaryRow[]> {
  const clusters = group.map(({ scores }) => clusterOf(scores, cluster));
  const pairs = group.map(({ scores }) => clusterOf(scores));
  const d = group.map(({ scores }) => scores.d);
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  yield* bootstrap.draw();
  const nothing = withoutBounds(undefined);
  const [direction, probe, full] = [0, 1, 2].map(() => {
    const shares = new SharesOfD(bootstrap, d);
    return (effects: readonly (number | undefined)[]): ShareOfD =>
      effects.includes(undefined)
        ? { ...nothing, simultaneous: () => nothing }
        : shares.add(effects);
  });
  const ratios = new SimultaneousRatios(bootstrap);
  const { layers } = group[0]!.probed;
  const pending: (() => ProbeSummaryRow)[] = [];
  for (const layer of layers.keys()) {
    yield;
    const ofLayer = group.map(({ probed }) => probed.layers[layer]!);
    const reads = ofLayer.map(({ read }) => read);
    const { accuracy, control, above } = decodedIn(reads, {
      ratios,
      clusters,
      layers: layers.length,
    });
    const [means, fitted, whole] = [
      direction!(ofLayer.map(({ effects }) => effects.means)),
      probe!(ofLayer.map(({ effects }) => effects.probe)),
      full!(ofLayer.map(({ effects }) => effects.full)),
    ];
    pending.push(() => ({
      ...name,
      layer,
      n: group.length,
      pairs: new Set(pairs).size,
      pairs_differing: new Set(pairs.filter((_, row) => ofLayer[row]!.differs)).size,
      accuracy: accuracy.estimate,
      accuracy_low: accuracy.low,
      accuracy_high: accuracy.high,
      ...CONTROL.cells(control),
      ...ABOVE_CONTROL.cells(above),
      ...SHARE_DIRECTION.cells(means),
      ...SHARE_PROBE.cells(fitted),
      ...SHARE_FULL.cells(whole),
    }));
  }
  return pending.map((row) => row());
}
