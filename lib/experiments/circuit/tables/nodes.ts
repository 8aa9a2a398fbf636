/** What each node of the circuit adds and every node's place in each ranking; curves, their areas, and completeness. */

import { type Estimate, FEWEST_CLUSTERS, withoutBounds } from "../../../stats/estimate.ts";
import type { Steps } from "../../../stats/steps.ts";
import { high, LAYER, low, N, numberOrNone } from "../../../study/columns.ts";
import { cellsName, nodeCells } from "../../../tables/nodes.ts";
import {
  bounds,
  count,
  estimated,
  key,
  number,
  optional,
  type Row,
  table,
  text,
} from "../../../tables/table.ts";
import { areaUnder, FRACTIONS, mostDeviation, ofSides, type Side } from "../faithfulness.ts";
import type { CircuitRun } from "../measured.ts";
import { beginnings, orderOf, type Ranking, type RankingName } from "../search/rank.ts";
import type { SingleRanking } from "../search/run_sets.ts";
import { HEAD_OR_NONE, NODE, SHARE, SIDE, type SideOrAll } from "./sets.ts";
import { type DeviatingCell, LargestDeviations } from "../../../stats/many.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";

export const CIRCUIT_NODES = table(
  "circuit_nodes",
  "One row for each side and node of the circuit (`ranking` is `circuit`), then for each ranking and node of the model over all chosen rows.",
  {
    negation: SIDE,
    ranking: key(text<RankingName | "circuit">(
      "How the nodes are ranked: `denoise`, `noise`, `direct` or `greedy`; `circuit` for what the circuit loses without a node of its own.",
    )),
    node: NODE,
    layer: LAYER,
    head: HEAD_OR_NONE,
    n: N,
    effect: estimated(
      numberOrNone(
        SHARE,
        "Of `circuit`: its faithfulness minus that without the node, below 0 for a node that takes away from d. Of a ranking: the effect by whose size the node is ranked, as a share of d; empty for `greedy`.",
      ),
      { interval: bounds(""), simultaneous: bounds("simultaneous_") },
    ),
    low: low(SHARE),
    high: high(SHARE),
    simultaneous_low: numberOrNone(
      SHARE,
      "Lower bound of the 95 % interval that holds for all nodes of the circuit at once (max-t); empty for rankings.",
    ),
    simultaneous_high: numberOrNone(SHARE, "Upper bound of the same."),
    stand_ins: optional(text(
      "Nodes outside the circuit with any of which in its place the circuit is enough. Sought for nodes that the circuit needs and the whole model does not.",
    )),
    rank: optional(count("The node's place in the ranking, from 1.")),
    share_of_samples: estimated(numberOrNone(
      "share",
      `In how many bootstrap samples of the clusters the node is among the first that are enough: each sample ranks the nodes anew, and takes the smallest size that was run at which the ranking of all rows is enough in it. Empty for \`greedy\`, and below ${FEWEST_CLUSTERS} effective clusters.`,
    )),
  },
);

/** A row of circuit_nodes.csv. */
export type CircuitNodeRow = Row<
  {
    negation: SideOrAll;
    ranking: RankingName | "circuit";
    node: "head" | "mlp";
    stand_ins: string | undefined;
  },
  "layer" | "n",
  | "head"
  | "rank"
  | "share_of_samples"
  | ("effect" | "low" | "high" | "simultaneous_low" | "simultaneous_high")
>;

/** The rows of the circuit's own nodes, over all rows or over those of each side too. */
export function ownNodes(
  nodes: readonly CircuitNodeRow[],
  { side }: { readonly side?: SideOrAll } = {},
): CircuitNodeRow[] {
  return nodes.filter(({ ranking, negation }) =>
    ranking === "circuit" && (side === undefined || negation === side)
  );
}

/** The names of all nodes of the model; none without a search. */
export function allNames(nodes: readonly CircuitNodeRow[]): Set<string> {
  return new Set(nodes.filter(({ ranking }) => ranking !== "circuit").map(cellsName));
}

/** The rows of circuit_nodes.csv. */
export function* nodeRows(run: CircuitRun, sides: readonly Side[]): Steps<CircuitNodeRow[]> {
  return [...yield* minimalityRows(run, sides), ...yield* membershipRows(run, sides)];
}

function* membershipRows(
  run: CircuitRun,
  [whole]: readonly Side[],
): Steps<CircuitNodeRow[]> {
  const { search, model } = run;
  const rows: CircuitNodeRow[] = [];
  for (const ranking of search?.rankings ?? []) {
    const { name, order } = ranking;
    const sizes = yield* sizesOf(run, whole!, ranking);
    const drawn = name === "greedy" ? undefined : yield* resampled(run, whole!, { name, sizes });
    for (const [i, node] of order.entries()) {
      const { estimate: effect, low, high } = drawn?.effects[node] ?? withoutBounds(undefined);
      rows.push({
        ...whole!.cells,
        ranking: name,
        ...nodeCells(model.nodes[node]!),
        ...{ effect, low, high, simultaneous_low: undefined, simultaneous_high: undefined },
        stand_ins: undefined,
        rank: i + 1,
        share_of_samples: drawn?.among?.[node],
      });
    }
  }
  return rows;
}

/** The smallest of the sizes that were run at which a ranking is enough, in each bootstrap sample. */
function* sizesOf(
  { sets, gainOf, bound }: CircuitRun,
  { deviation, rounding, samples }: Side,
  ranking: Ranking,
): Steps<Float64Array> {
  const run = sets.filter(({ name, nodes }) => name === `${ranking.name} ${nodes.length}`)
    .toSorted((a, b) => b.nodes.length - a.nodes.length);
  const enough = mostDeviation(bound, rounding);
  const ofSamples = new Float64Array(samples).fill(ranking.order.length);
  for (const set of run) {
    yield;
    const size = set.nodes.length;
    const keep = new Float64Array(samples).fill(NaN);
    deviation(gainOf(set), keep);
    keep.forEach((distance, sample) => {
      if (distance <= enough) ofSamples[sample] = size;
    });
  }
  return ofSamples;
}

/** The effects of all nodes as shares of d, and in how many bootstrap samples each is in the beginning that is enough. */
function* resampled(
  { rows, model, effectsOf }: CircuitRun,
  { shares, samples }: Side,
  { name, sizes }: { readonly name: SingleRanking; readonly sizes: Float64Array },
): Steps<{ readonly effects: readonly Estimate[]; readonly among?: readonly number[] }> {
  const ofRows = rows.map((_, row) => effectsOf(row, name));
  const bySample: Float64Array[] = [];
  const effects: Estimate[] = [];
  for (const node of model.nodes.keys()) {
    yield;
    const keep = new Float64Array(samples);
    effects.push(shares([(row) => ofRows[row]![node]!], ([share]) => share!, keep));
    bySample.push(keep);
  }
  if (effects.some(({ low }) => low === undefined)) return { effects };
  const counts = new Array<number>(model.nodes.length).fill(0);
  for (let sample = 0; sample < samples; sample++) {
    if (sample % 64 === 0) yield;
    const order = orderOf(bySample.map((values) => values[sample]!));
    for (const node of order.slice(0, sizes[sample])) counts[node]!++;
  }
  return { effects, among: counts.map((n) => n / samples) };
}

/** What the circuit loses without each of its nodes, with intervals that hold for all of them at once. */
function* minimalityRows(
  { circuit, model, gainOf, search }: CircuitRun,
  sides: readonly Side[],
): Steps<CircuitNodeRow[]> {
  const rows: CircuitNodeRow[] = [];
  const standIns = Map.groupBy(search?.standIns ?? [], ({ node }) => node);
  if (circuit === undefined) return rows;
  const whole = gainOf(circuit.tests.circuit);
  for (const { cells: ofSide, samples, clusters, share } of sides) {
    const deviations = new LargestDeviations(samples);
    const drops: DeviatingCell[] = [];
    for (const { set } of circuit.tests.drops) {
      yield;
      const gain = gainOf(set);
      const keep = new Float64Array(samples);
      const own = share((row) => whole(row) - gain(row), keep);
      drops.push(
        own.low === undefined
          ? { own, clusters, error: 0 }
          : deviations.add(own, { samples: keep, clusters }),
      );
    }
    for (const [i, { node }] of circuit.tests.drops.entries()) {
      const { estimate: effect, low, high } = drops[i]!.own;
      const simultaneous = deviations.interval(drops[i]!);
      rows.push({
        ...{ ...ofSide, ranking: "circuit" },
        ...nodeCells(model.nodes[node]!),
        ...{ effect, low, high },
        simultaneous_low: simultaneous.low,
        simultaneous_high: simultaneous.high,
        stand_ins: standIns.get(node)?.map(({ by }) => model.names[by]!).join(", "),
        ...{ rank: undefined, share_of_samples: undefined },
      });
    }
  }
  return rows;
}

const VALUE = estimate("value", "", "", "The value.");

export const CIRCUIT_MEASURES = table(
  "circuit_measures",
  "Of each ranking the curve over the share of nodes that are kept, the first of the ranking, and the areas over the shares from .001 to 1, by trapezoids on a linear axis; of the circuit its completeness.",
  {
    negation: SIDE,
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
    ranking: RankingName | "circuit";
    measure: "faithfulness" | "cpr" | "cmd" | "completeness";
  },
  "n",
  "fraction" | "subset" | "nodes" | "value" | "low" | "high"
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
