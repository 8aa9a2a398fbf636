/** What each node of the circuit adds, and whether the circuit has everything that counts. */

import { type DeviatingCell, LargestDeviations } from "../../../stats/many.ts";
import type { Steps } from "../../../stats/steps.ts";
import { high, LAYER, low, N, numberOrNone } from "../../../study/columns.ts";
import { estimate } from "../../../study/effects/estimate_columns.ts";
import { nodeCells } from "../../../tables/nodes.ts";
import {
  bounds,
  count,
  estimated,
  key,
  optional,
  type Row,
  table,
  text,
} from "../../../tables/table.ts";
import type { CircuitRun } from "../measured.ts";
import { CHOSEN, HEAD_OR_NONE, NODE, SHARE, SIDE, type SideOrAll } from "./columns.ts";
import { ofSides, type Side } from "./sides.ts";

export const MINIMALITY = table(
  "minimality",
  "One row for each side and node of the circuit: how much faithfulness falls without it.",
  {
    negation: SIDE,
    segment: CHOSEN,
    node: NODE,
    layer: LAYER,
    head: HEAD_OR_NONE,
    n: N,
    without: numberOrNone(SHARE, "Faithfulness of the circuit without the node."),
    drop: estimated(
      numberOrNone(
        SHARE,
        "Faithfulness of the circuit minus `without`; below 0 for a node that takes away from d.",
      ),
      { interval: bounds(""), simultaneous: bounds("simultaneous_") },
    ),
    low: low(SHARE),
    high: high(SHARE),
    simultaneous_low: numberOrNone(
      SHARE,
      "Lower bound of the 95 % interval that holds for all nodes at once (max-t).",
    ),
    simultaneous_high: numberOrNone(SHARE, "Upper bound of the same."),
    drop_there: numberOrNone(
      SHARE,
      "Of a circuit of `--circuit`, the drop in the run that found it.",
    ),
    stand_ins: optional(text(
      "Nodes outside the circuit with any of which in its place the circuit is enough. Sought for nodes that the circuit needs and the whole model does not.",
    )),
  },
);

/** A row of minimality.csv. */
export type MinimalityRow = Row<
  {
    negation: SideOrAll;
    segment: string;
    node: "head" | "mlp";
    stand_ins: string | undefined;
  },
  "layer" | "n",
  | ("head" | "without" | "drop" | "low" | "high" | "drop_there")
  | ("simultaneous_low" | "simultaneous_high")
>;

const DIFFERENCE = estimate(
  "difference",
  "",
  SHARE,
  "`model` minus `circuit`: near 0 if the circuit has all that stands in for the subset.",
);

export const COMPLETENESS = table(
  "completeness",
  "One row for each side and subset of the circuit that is taken out of the circuit and of the whole model: all subsets, or 10 random ones.",
  {
    negation: SIDE,
    segment: CHOSEN,
    subset: key(count("The subset's number from 1.")),
    nodes: count("Number of nodes that are taken out.", "nodes"),
    n: N,
    circuit: numberOrNone(SHARE, "Faithfulness of the circuit without the subset."),
    model: numberOrNone(SHARE, "Faithfulness of all nodes without the subset."),
    ...DIFFERENCE.columns,
  },
);

/** A row of completeness.csv. */
export type CompletenessRow = Row<
  { negation: SideOrAll; segment: string },
  "subset" | "nodes" | "n",
  "circuit" | "model" | "difference" | "low" | "high"
>;

export function* minimalityRows(
  { circuit, model, gainOf, given, search }: CircuitRun,
  sides: readonly Side[],
): Steps<MinimalityRow[]> {
  const rows: MinimalityRow[] = [];
  const standIns = Map.groupBy(search?.standIns ?? [], ({ node }) => node);
  if (circuit === undefined) return rows;
  const whole = gainOf(circuit.tests.circuit);
  for (const { cells: ofSide, samples, clusters, share } of sides) {
    const deviations = new LargestDeviations(samples);
    const drops: DeviatingCell[] = [];
    const left: (number | undefined)[] = [];
    for (const { set } of circuit.tests.drops) {
      yield;
      const gain = gainOf(set);
      left.push(share(gain).estimate);
      const keep = new Float64Array(samples);
      const own = share((row) => whole(row) - gain(row), keep);
      drops.push(
        own.low === undefined
          ? { own, clusters, error: 0 }
          : deviations.add(own, { samples: keep, clusters }),
      );
    }
    for (const [i, { node }] of circuit.tests.drops.entries()) {
      const { estimate: drop, low, high } = drops[i]!.own;
      const simultaneous = deviations.interval(drops[i]!);
      rows.push({
        ...ofSide,
        ...nodeCells(model.nodes[node]!),
        without: left[i],
        drop,
        low,
        high,
        simultaneous_low: simultaneous.low,
        simultaneous_high: simultaneous.high,
        drop_there: given?.drops?.[model.names[node]!]?.estimate,
        stand_ins: standIns.get(node)?.map(({ by }) => model.names[by]!).join(", "),
      });
    }
  }
  return rows;
}

export function completenessRows(
  { circuit, gainOf }: CircuitRun,
  sides: readonly Side[],
): Steps<CompletenessRow[]> {
  const subsets = circuit?.tests.subsets ?? [];
  return ofSides(sides, [...subsets.entries()], ({ cells, share }, [i, subset]) => {
    const [ofCircuit, ofModel] = [gainOf(subset.circuit), gainOf(subset.model)];
    return {
      ...cells,
      subset: i + 1,
      nodes: subset.removed.length,
      circuit: share(ofCircuit).estimate,
      model: share(ofModel).estimate,
      ...DIFFERENCE.cells(share((row) => ofModel(row) - ofCircuit(row))),
    };
  });
}
