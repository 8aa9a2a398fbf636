/** probe_summary.csv: accuracies and shares of d by layer, with intervals over clusters of rows. */

import { NEGATIONS } from "../../data/pairs.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/intervals/bootstrap.ts";
import { withoutBounds } from "../../stats/intervals/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { clusterOf, type StatisticsOptions } from "../../study/clusters.ts";
import { SharesOfD } from "../../study/effects/shares_of_d.ts";
import { SEGMENTS } from "../../study/rows/score.ts";
import { fillTable } from "../../tables/schema.ts";
import type { Table } from "../../tables/table.ts";
import { decodedIn } from "./decoded.ts";
import {
  HELD_OUT_BY,
  heldOutFrame,
  PROBE_SUMMARY,
  type ProbeInput,
  type ProbeSummaryRow,
} from "./tables.ts";

/** Summarises rows by side and segment, foil-negated first as in the paper, with all rows of a side last. */
export function* probeSummarySteps(
  rows: readonly ProbeInput[],
  { seed, cluster }: StatisticsOptions,
): Steps<Table<ProbeSummaryRow>> {
  const made: ProbeSummaryRow[] = [];
  const frames = new Set(rows.flatMap(({ probed: { ofFrame } }) => ofFrame?.frame ?? []));
  for (const negation of NEGATIONS) {
    const side = rows.filter(({ scores }) => scores.negation === negation);
    for (const segment of [...SEGMENTS, "all"] as const) {
      const group = side.filter(({ scores }) => segment === "all" || scores.segment === segment);
      if (group.length === 0) continue;
      const held_out = HELD_OUT_BY[group[0]!.probed.heldOut];
      made.push(...yield* summarySteps(group, { negation, segment, held_out, seed, cluster }));
    }
    for (const frame of [...frames].sort()) {
      const group = side.flatMap(({ scores, probed: { ofFrame, heldOut } }) =>
        ofFrame?.frame === frame ? [{ scores, probed: { layers: ofFrame.layers, heldOut } }] : []
      );
      if (group.length === 0) continue;
      const held_out = heldOutFrame(frame);
      made.push(
        ...yield* summarySteps(group, { negation, segment: "all", held_out, seed, cluster }),
      );
    }
  }
  return fillTable(PROBE_SUMMARY, made);
}

/** The rows of a group, the layers in their order. */
function* summarySteps(
  group: readonly ProbeInput[],
  { seed, cluster, ...of }:
    & Pick<ProbeSummaryRow, "negation" | "segment" | "held_out">
    & StatisticsOptions,
): Steps<ProbeSummaryRow[]> {
  const clusters = group.map(({ scores }) => clusterOf(scores, cluster));
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  yield* bootstrap.draw();
  const made: ProbeSummaryRow[] = [];
  for (const layer of group[0]!.probed.layers.keys()) {
    yield;
    const cells = cellsOf(group, layer, { bootstrap, clusters });
    made.push({ ...of, layer, n: group.length, ...cells });
  }
  return made;
}

function cellsOf(
  rows: readonly ProbeInput[],
  layer: number,
  { bootstrap, clusters }: {
    readonly bootstrap: ClusterBootstrap;
    readonly clusters: readonly string[];
  },
): Omit<ProbeSummaryRow, "negation" | "segment" | "held_out" | "layer" | "n"> {
  const ofLayer = rows.map(({ probed }) => probed.layers[layer]!);
  const { accuracy, control, above } = decodedIn(ofLayer.map(({ read }) => read), {
    bootstrap,
    clusters,
  });
  const d = rows.map(({ scores }) => scores.d);
  const share = (effects: readonly (number | undefined)[]): Estimate =>
    effects.includes(undefined)
      ? withoutBounds(undefined)
      : new SharesOfD(bootstrap, d).add(effects);
  const direction = share(ofLayer.map(({ effects }) => effects.means));
  const probe = share(ofLayer.map(({ effects }) => effects.probe));
  const full = share(ofLayer.map(({ effects }) => effects.full));
  const pairs = rows.map(({ scores }) => clusterOf(scores));
  return {
    pairs: new Set(pairs).size,
    pairs_differing: new Set(pairs.filter((_, row) => ofLayer[row]!.differs)).size,
    accuracy: accuracy.estimate,
    accuracy_low: accuracy.low,
    accuracy_high: accuracy.high,
    control: control.estimate,
    control_low: control.low,
    control_high: control.high,
    above_control: above.estimate,
    above_control_low: above.low,
    above_control_high: above.high,
    share_direction: direction.estimate,
    share_direction_low: direction.low,
    share_direction_high: direction.high,
    share_probe: probe.estimate,
    share_probe_low: probe.low,
    share_probe_high: probe.high,
    share_full: full.estimate,
    share_full_low: full.low,
    share_full_high: full.high,
  };
}
