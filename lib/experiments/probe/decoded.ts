/** What is decoded in a group of rows, with intervals that hold although the folds of a cross-validation share their data. */

import type { ClusterBootstrap, Estimate } from "../../stats/intervals/bootstrap.ts";
import { withoutBounds } from "../../stats/intervals/estimate.ts";
import { clusterShare } from "../../stats/intervals/share.ts";
import { studentIntervals } from "../../stats/intervals/interval_tail.ts";
import { type PairFit, shareRight, toldRight } from "./fit.ts";

export type Read = Omit<PairFit, "directions">;

export interface Decoded {
  readonly accuracy: Estimate;
  readonly control: Estimate;
  readonly above: Estimate;
}

/** Summarises what is read of some rows; those of which nothing can be read do not count. */
export function decodedIn(
  reads: readonly (Read | undefined)[],
  { bootstrap, clusters }: {
    readonly bootstrap: ClusterBootstrap;
    readonly clusters: readonly string[];
  },
): Decoded {
  const known = reads.filter((read) => read !== undefined);
  const nothing = withoutBounds(undefined);
  if (known.length === 0) return { accuracy: nothing, control: nothing, above: nothing };
  const accuracy = clusterShare(known.flatMap(({ logits }) => toldRight(logits)), {
    clusters: clusters.flatMap((cluster, row) =>
      reads[row] === undefined ? [] : [cluster, cluster]
    ),
  });
  const controls = known[0]!.control.map((_, number) =>
    known.reduce((sum, { control }) => sum + control[number]!, 0) / known.length
  );
  const drawn = bootstrap.mean(reads.map((read) => read && shareRight(read.logits)));
  return { accuracy, ...aboveControl(drawn, controls) };
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
): Omit<Decoded, "accuracy"> {
  const { mean, ofMean, ofNext } = studentIntervals(controls);
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
