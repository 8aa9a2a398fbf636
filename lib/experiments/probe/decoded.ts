/** What is decoded in a group of rows, with intervals that hold although the folds of a cross-validation share their data. */

import type { Estimate } from "../../stats/bootstrap.ts";
import { studentIntervals, withoutBounds } from "../../stats/estimate.ts";
import { clusterShare } from "../../stats/share.ts";
import type { ShareOfD, SimultaneousRatios } from "../../study/effects/shares_of_d.ts";
import { type PairFit, shareRight, toldRight } from "./fit.ts";

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
