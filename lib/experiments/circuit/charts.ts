/** The charts of a circuit: the curves of the rankings, and its nodes. */

import { bars } from "../../charts/bars.ts";
import { lines } from "../../charts/lines.ts";
import { type ChartOptions, type ChartSpec, modelOf } from "../../charts/spec.ts";
import { greatest } from "../../charts/texts.ts";
import { cellsName } from "../../tables/nodes.ts";
import { FRACTIONS, nodesOf } from "./faithfulness.ts";
import { allNames, type CircuitNodeRow, ownNodes } from "./tables/circuit_table.ts";
import type { CircuitTables } from "./tables/tables.ts";
import { setsIn } from "./tables/sets.ts";

/**
 * Draws the curves of all rankings over the rows of both sides. The sizes are those of MIB (2504.13151), at equal distances: small shares
 * of few nodes round to the same size, and on a linear axis the first sizes of many nodes would be one point.
 */
export function curveChart(
  { sets, nodes: { rows: nodes } }: Pick<CircuitTables, "sets" | "nodes">,
  options: ChartOptions,
): ChartSpec {
  const bySet = new Map(setsIn(sets.rows, "all").map((row) => [row.set, row]));
  const count = allNames(nodes).size;
  const bySize = new Map(FRACTIONS.map((fraction) => [nodesOf(fraction, count), fraction]));
  const rankings = new Set(nodes.map(({ ranking }) => ranking)).difference(new Set(["circuit"]));
  const points = [...rankings].flatMap((ranking) =>
    [...bySize].flatMap(([size, fraction]) => {
      const { value: faithfulness, ...row } = bySet.get(`${ranking} ${size}`)!;
      return faithfulness === undefined ? [] : [{ ...row, ranking, fraction, faithfulness }];
    })
  );
  return lines(points, {
    ...options,
    title: `How few parts of ${modelOf(options)} are enough for negation`,
    subtitle:
      `faithfulness of the first nodes of each ranking: what is left of d with all other nodes as in the affirmative run; n = ${
        greatest(points.map(({ n }) => n))
      }`,
    about:
      `Faithfulness of sets of heads and MLPs, by the number of nodes that are kept, the first of each ranking (sizes at equal distances), as a ratio of sums over rows. Nodes are ranked on the same rows, which tends to make the values too large`,
    x: "nodes",
    y: { field: "faithfulness", low: "low", high: "high" },
    series: "ranking",
    xTitle: "nodes kept",
    hasEqualSteps: true,
    levels: [0, 1],
    name: ({ ranking, nodes, fraction }) => `${ranking}, first ${nodes} (${fraction} of the nodes)`,
  });
}

const MOST_NODES = 24;

/** Draws a bar for each node of the circuit, those with the largest drops first. */
export function nodeBars(nodes: readonly CircuitNodeRow[], options: ChartOptions): ChartSpec {
  const drops = ownNodes(nodes, { side: "all" }).filter(({ effect }) => effect !== undefined)
    .toSorted((a, b) => Math.abs(b.effect!) - Math.abs(a.effect!));
  const shown = drops.slice(0, MOST_NODES).map((row) => ({ ...row, name: cellsName(row) }));
  const more = drops.length > shown.length
    ? `; ${shown.length} of ${drops.length} nodes, those with the largest drops`
    : "";
  return bars(shown, {
    ...options,
    title: `What each part of the circuit of ${modelOf(options)} adds`,
    subtitle: `without one node at a time${more}`,
    about:
      "How far the faithfulness of the circuit falls, over the rows of both sides; each interval is for one node",
    at: "name",
    value: { field: "effect", low: "low", high: "high", title: "drop of faithfulness" },
  });
}
