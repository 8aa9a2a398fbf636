/** The faithfulness of the first nodes of each ranking, the areas under it, and whether the circuit is complete. */

import type { Steps } from "../../../stats/steps.ts";
import { N } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import type { EstimateNames } from "../../../tables/estimates.ts";
import { count, key, number, optional, type Row, table, text } from "../../../tables/table.ts";
import { areaUnder, FRACTIONS } from "../faithfulness.ts";
import type { CircuitRun } from "../measured.ts";
import { beginnings, type RankingName } from "../search/rank.ts";
import { CHOSEN, SIDE, type SideOrAll } from "./sets.ts";
import { ofSides, type Side } from "./sides.ts";

const VALUE = estimate("value", "", "", "The value.");

export const CIRCUIT_MEASURES = table(
  "circuit_measures",
  "Of each ranking the curve over the share of nodes that are kept, the first of the ranking, and the areas over the shares from .001 to 1, by trapezoids on a linear axis; of the circuit its completeness.",
  {
    negation: SIDE,
    segment: CHOSEN,
    ranking: key(text<RankingName | "circuit">(
      "How the nodes are ranked: `denoise`, `noise`, `direct` or `greedy`; `circuit` for completeness.",
    )),
    measure: key(text<"faithfulness" | "cpr" | "cmd" | "completeness">(
      "`faithfulness` as in circuit_sets.csv; `cpr`: the area under it, .999 if it is 1 everywhere; `cmd`: the area under its distance from 1, 0 if it is 1 everywhere; `completeness`: faithfulness of all nodes without a part of the circuit, minus that of the circuit without it (in circuit_sets.csv as `model` and `circuit without subset`), near 0 if the circuit has all that stands in for the part.",
    )),
    fraction: optional(
      key(
        number("share of nodes", "Of `faithfulness`, the share of nodes that are kept, as in MIB."),
      ),
    ),
    subset: optional(key(count("Of `completeness`, the part's number from 1."))),
    nodes: optional(count("Number of nodes that are kept, or taken out.", "nodes")),
    n: N,
    ...VALUE.columns,
  },
);

/** A row of circuit_measures.csv. */
export type CircuitMeasureRow = Row<
  {
    negation: SideOrAll;
    segment: string;
    ranking: RankingName | "circuit";
    measure: "faithfulness" | "cpr" | "cmd" | "completeness";
  },
  "n",
  "fraction" | "subset" | "nodes" | EstimateNames<"value", "">
>;

export function* measureRows(
  { search, circuit, gainOf }: CircuitRun,
  sides: readonly Side[],
): Steps<CircuitMeasureRow[]> {
  const rankings = search?.rankings ?? [];
  const points = rankings.flatMap((ranking) =>
    beginnings(ranking).map((set, i) => ({ ranking, fraction: FRACTIONS[i]!, set }))
  );
  const curves = yield* ofSides(
    sides,
    points,
    ({ cells, share }, { ranking, fraction, set }): CircuitMeasureRow => ({
      ...cells,
      ranking: ranking.name,
      measure: "faithfulness",
      fraction,
      subset: undefined,
      nodes: set.nodes.length,
      ...VALUE.cells(share(gainOf(set))),
    }),
  );
  const areas = yield* ofSides(
    sides,
    rankings,
    ({ cells, shares }, ranking): CircuitMeasureRow[] => {
      const gains = beginnings(ranking).map(gainOf);
      const area = (measure: "cpr" | "cmd", of: (f: number) => number): CircuitMeasureRow => ({
        ...cells,
        ranking: ranking.name,
        measure,
        ...{ fraction: undefined, subset: undefined, nodes: undefined },
        ...VALUE.cells(shares(gains, (curve) => areaUnder(curve.map(of)))),
      });
      return [area("cpr", (f) => f), area("cmd", (f) => Math.abs(1 - f))];
    },
  );
  const subsets = [...circuit?.tests.subsets.entries() ?? []];
  const completeness = yield* ofSides(
    sides,
    subsets,
    ({ cells, share }, [i, { removed, circuit, model }]): CircuitMeasureRow => {
      const [ofCircuit, ofModel] = [gainOf(circuit), gainOf(model)];
      return {
        ...{ ...cells, ranking: "circuit", measure: "completeness", fraction: undefined },
        ...{ subset: i + 1, nodes: removed.length },
        ...VALUE.cells(share((row) => ofModel(row) - ofCircuit(row))),
      };
    },
  );
  return [...curves, ...areas.flat(), ...completeness];
}
