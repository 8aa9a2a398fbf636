/** What the circuit, and each node in it, brings about of d in single rows. */

import type { RowEffects } from "../../study/experiment/finding.ts";
import { sizeOfD } from "../../study/effects/noise.ts";
import { cellsName, nodeText } from "../../tables/nodes.ts";
import { unchangedOf } from "./faithfulness.ts";
import { type CircuitInput, NO_SEGMENT } from "./measured.ts";
import { nearestSet } from "./tables/sets.ts";
import type { CircuitTables } from "./tables/tables.ts";

/** Of a circuit it and its nodes, by what d loses without each; without one the given sets, or what came nearest in the search. */
export function circuitRowEffects(
  tables: CircuitTables,
  inputs: readonly CircuitInput[],
): RowEffects {
  const isScored = inputs[0]?.scores.segment !== NO_SEGMENT;
  const scoreOf = new Map(tables.scores.rows.map(({ id, set, score }) => [`${id} ${set}`, score]));
  const parts = partsOf(tables);
  const effects = inputs.flatMap(({ scores }) => {
    const { id } = scores;
    const { sign, affirmative, negated } = unchangedOf(scores);
    const change = negated - affirmative;
    const unit = isScored ? sign : sizeOfD(change) === 0 ? Infinity : change; // those without an image have no d that the text knows
    const gain = (set: string) => (scoreOf.get(`${id} ${set}`)! - affirmative) / unit;
    return parts.map(({ part, set, without }) => (
      { id, part, effect: gain(set) - (without === undefined ? 0 : gain(without)) }
    ));
  });
  const of = tables.circuit.rows.length > 0
    ? "the circuit, and what it loses without a node"
    : "sets of nodes";
  return {
    of: isScored ? of : `${of}, as shares of the embedding's change`,
    effects,
    asTheyAre: !isScored,
  };
}

/** What is shown of each row: the set that brings it about, less another one. */
function partsOf(
  { circuit, minimality, membership, curve, sets }: CircuitTables,
): { readonly part: string; readonly set: string; readonly without?: string }[] {
  if (circuit.rows.length > 0) {
    const nodes = new Set(minimality.rows.map(cellsName));
    return [
      { part: "the circuit", set: "circuit" },
      ...[...nodes].map((node) => (
        { part: nodeText(node), set: "circuit", without: `circuit without ${node}` }
      )),
    ];
  }
  const count = new Set(membership.rows.map(cellsName)).size;
  const shown = curve.rows.length > 0 ? nearestSet(sets.rows, count) ?? [] : sets.rows;
  return [...new Set(shown.map(({ set }) => set))].map((set) => ({ part: set, set }));
}
