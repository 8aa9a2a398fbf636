/** probe_summary.csv: accuracies and shares of d by layer, with intervals over clusters of rows. */

import { NEGATIONS } from "../../data/pairs.ts";
import { ClusterBootstrap } from "../../stats/intervals/bootstrap.ts";
import { withoutBounds } from "../../stats/intervals/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { clusterOf, type StatisticsOptions } from "../../study/clusters.ts";
import { type ShareOfD, SharesOfD, SimultaneousRatios } from "../../study/effects/shares_of_d.ts";
import { SEGMENTS } from "../../study/rows/score_rows.ts";
import { fillTable } from "../../tables/schema.ts";
import type { Table } from "../../tables/table.ts";
import { decodedIn } from "./decoded.ts";
import {
  ABOVE_CONTROL,
  CONTROL,
  HELD_OUT_BY,
  heldOutFrame,
  PROBE_SUMMARY,
  type ProbeInput,
  type ProbeSummaryRow,
  SHARE_DIRECTION,
  SHARE_FULL,
  SHARE_PROBE,
} from "./tables.ts";

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
