/** Which nodes a search dropped from the beginning of a ranking, and which it added to it. */

import { cellsName } from "../../../tables/nodes.ts";
import type { MembershipRow } from "./ranking_schemas.ts";
import type { CircuitRow } from "./schemas.ts";

/** Names of nodes. */
export interface Changes {
  /** Nodes of the beginning that the circuit does not have. */
  readonly dropped: readonly string[];
  /** Nodes of the circuit that the beginning does not have. */
  readonly added: readonly string[];
}

/** How a circuit differs from the beginning of its ranking. */
export function changesOf(
  { ranking, start }: Pick<CircuitRow, "ranking" | "start">,
  membership: readonly MembershipRow[],
): Changes {
  const ranked = start === undefined ? [] : membership.filter((row) => row.ranking === ranking);
  const named = (isFirst: boolean, isIn: "yes" | "no") =>
    ranked.filter(({ rank, in_circuit }) => (rank <= start!) === isFirst && in_circuit === isIn)
      .map(cellsName);
  return { dropped: named(true, "no"), added: named(false, "yes") };
}

/** Whether the circuit is a beginning of its ranking, so that the samples' beginnings are its samples. */
export function isBeginning(
  circuit: Pick<CircuitRow, "ranking" | "start">,
  membership: readonly MembershipRow[],
): boolean {
  const { dropped, added } = changesOf(circuit, membership);
  return circuit.start !== undefined && dropped.length === 0 && added.length === 0;
}
