/** The faithfulness of the first nodes of each ranking, and the areas under it. */

import type { Estimate } from "../../../stats/intervals/bootstrap.ts";
import type { Steps } from "../../../stats/steps.ts";
import { areaUnder, FRACTIONS, nodesOf } from "../faithfulness.ts";
import type { CircuitRun } from "../measured.ts";
import type { CurveAreaRow, CurveRow } from "./ranking_schemas.ts";
import { beginning } from "../search/rank.ts";
import type { SidesOfRun } from "./set_rows.ts";

/** The rows of curve.csv, in the order side, ranking, share of nodes. */
export function* curveRows(
  { rankings, gainOf }: CircuitRun,
  { sides, segment }: SidesOfRun,
): Steps<CurveRow[]> {
  const rows: CurveRow[] = [];
  for (const { negation, n, share } of sides) {
    for (const ranking of rankings) {
      for (const fraction of FRACTIONS) {
        yield;
        const set = beginning(ranking, nodesOf(fraction, ranking.order.length));
        const { estimate, low, high } = share((row) => gainOf(row, set));
        rows.push({
          negation,
          segment,
          ranking: ranking.name,
          fraction,
          nodes: set.nodes.length,
          n,
          faithfulness: estimate,
          low,
          high,
        });
      }
    }
  }
  return rows;
}

/** The rows of curve_areas.csv, in the order side, ranking. */
export function* areaRows(
  { rankings, gainOf }: CircuitRun,
  { sides, segment }: SidesOfRun,
): Steps<CurveAreaRow[]> {
  const rows: CurveAreaRow[] = [];
  for (const { negation, n, shares } of sides) {
    for (const ranking of rankings) {
      yield;
      const sets = FRACTIONS.map((fraction) =>
        beginning(ranking, nodesOf(fraction, ranking.order.length))
      );
      const area = (of: (f: number) => number): Estimate =>
        shares(
          sets.map((set) => (row) => gainOf(row, set)),
          (curve) => areaUnder(curve.map(of)),
        );
      const cpr = area((f) => f);
      const cmd = area((f) => Math.abs(1 - f));
      rows.push({
        negation,
        segment,
        ranking: ranking.name,
        n,
        cpr: cpr.estimate,
        cpr_low: cpr.low,
        cpr_high: cpr.high,
        cmd: cmd.estimate,
        cmd_low: cmd.low,
        cmd_high: cmd.high,
      });
    }
  }
  return rows;
}
