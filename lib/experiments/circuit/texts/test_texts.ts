/** What the tests of a circuit say, a sentence each. */

import { FEWEST_CLUSTERS } from "../../../stats/effective_clusters.ts";
import { numberText } from "../../../tables/text_table.ts";
import { cellsName } from "../../../tables/nodes.ts";
import { largestDistance, SHARE_ROUNDING } from "../faithfulness.ts";
import type { CircuitRow } from "../tables/circuit_table.ts";
import type { CompletenessRow, MinimalityRow } from "../tables/test_tables.ts";

/**
 * Whether each node is needed: f is further from 1 without it, by the largest |1 - f| of all rows and of each side, and its drop over all
 * rows is not 0, by intervals that hold for all nodes at once. Only a circuit that is faithful enough can be minimal.
 */
export function minimalText(
  rows: readonly MinimalityRow[],
  circuit: readonly CircuitRow[],
): string {
  if (circuit[0]!.enough !== "yes" || circuit.some(({ enough }) => enough === "no")) {
    return "Not minimal: it is not known to be faithful enough";
  }
  const nodes = rows.filter(({ negation }) => negation === circuit[0]!.negation);
  const tested = nodes.filter(({ simultaneous_low: low }) => low !== undefined);
  if (tested.length === 0) {
    return `No drop is tested: fewer than ${FEWEST_CLUSTERS} effective clusters of rows`;
  }
  const certain = tested.filter(({ simultaneous_low: low, simultaneous_high: high }) =>
    low! > 0 || high! < 0
  );
  const distance = largestDistance(circuit.map(({ faithfulness }) => faithfulness));
  const bySide = Map.groupBy(rows, cellsName);
  const needed = certain.filter((node) => {
    const without = largestDistance(bySide.get(cellsName(node))!.map((row) => row.without));
    return without > distance + SHARE_ROUNDING;
  }).length;
  if (needed === nodes.length) {
    return "Minimal: without any of its nodes it is further from 1, and no drop is 0, by simultaneous intervals";
  }
  const unknown = nodes.length - certain.length;
  const nearer = certain.length - needed;
  const parts = [
    ...unknown > 0 ? [`${countText(unknown, "drop")} cannot be told from 0`] : [],
    ...nearer > 0 ? [`without ${countText(nearer, "node")} it is at least as near to 1`] : [],
  ];
  const needs = `${needed} of ${nodes.length} nodes ${needed === 1 ? "is" : "are"} needed`;
  return `Not shown to be minimal: by simultaneous intervals ${needs}, ${parts.join(" and ")}`;
}

/** Whether chance would do: how many random circuits are as near to 1, over all rows and on each side. */
export function randomText(
  { random, random_all, random_fixed: fixed, random_reaching, random_mean }: CircuitRow,
): string {
  if (random === 0) {
    return "Random circuits: none, since no other circuit has as many heads in each block and as many MLPs";
  }
  if (random_mean === undefined) return "Random circuits: unknown";
  const count = random_all === "yes" ? `all ${random} others` : `${random} different ones`;
  return `Random circuits: ${random_reaching} of ${count} are as near to 1, by the largest |1 - faithfulness| of all rows and of each side; their mean faithfulness is ${
    numberText(random_mean, 3)
  }${fixed === "" ? "" : `; as in the circuit, all of them have all ${fixed}`}`;
}

/** Whether the model does better than the circuit where both lack the same nodes. */
export function completenessText(
  rows: readonly CompletenessRow[],
  { negation, nodes }: CircuitRow,
): string {
  const ofSide = rows.filter((row) => row.negation === negation);
  const known = ofSide.flatMap((row) => row.difference === undefined ? [] : [row]);
  if (known.length === 0) return "Completeness: unknown";
  const mean = known.reduce((sum, { difference }) => sum + Math.abs(difference!), 0) / known.length;
  const largest = known.reduce((most, row) =>
    Math.abs(row.difference!) > Math.abs(most.difference!) ? row : most
  );
  const areAll = known.length === 2 ** nodes - 1;
  const parts = areAll
    ? `${countText(known.length, "part")} of the circuit (all that there are)`
    : `${known.length} random parts of the circuit`;
  return `Completeness: without the same ${parts}, the faithfulness of the whole model and of the circuit differ by ${
    numberText(mean, 3)
  } on average and by ${numberText(Math.abs(largest.difference!), 3)} at most (${
    nodesText(largest.nodes)
  } taken out: model ${numberText(largest.model!, 3)}, circuit ${numberText(largest.circuit!, 3)})`;
}

/** A number of nodes in words. */
export function nodesText(count: number): string {
  return countText(count, "node");
}

function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
