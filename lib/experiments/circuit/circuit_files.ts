/** The files of `circuit` for other programs: the circuit, and all sets that were run. */

import type { Sources } from "../../files/sources.ts";
import { cellsName } from "./node_sets.ts";
import type { CircuitRow, MinimalityRow } from "./tables/schemas.ts";
import type { CircuitTables } from "./tables/tables.ts";

/** What the files say besides the tables. */
export interface FilesContext {
  /** The segments of the rows. */
  readonly segments: readonly string[];
  /** The faithfulness that is enough. */
  readonly faithfulness: number;
  /** The seed of the run. */
  readonly seed: number;
  /** Checksums of the model and the data. */
  readonly sources: Sources;
}

/**
 * The content of circuit.json and circuit_sets.json. Without a circuit the list of its nodes is empty.
 *
 * @param tables The tables.
 * @param context The options and the checksums.
 */
export function circuitFiles(
  { circuit, minimality, sets }: CircuitTables,
  { segments, faithfulness: bound, seed, sources }: FilesContext,
): { readonly circuit: object; readonly circuit_sets: object } {
  const both = sets.rows.filter(({ negation }) => negation === "all");
  const nodes = minimality.rows.filter(({ negation }) => negation === "all");
  const { model, data } = sources;
  const whole = circuit.rows.find(({ negation }) => negation === "all");
  return {
    circuit: {
      nodes: nodes.map(cellsName),
      ...(whole && {
        faithfulness: Object.fromEntries(
          circuit.rows.map((row) => [row.negation, estimateOf(row, row.faithfulness)]),
        ),
        drops: Object.fromEntries(
          nodes.map((row) => [cellsName(row), estimateOf(row, row.drop)]),
        ),
        random: { circuits: whole.random, reaching: whole.random_reaching },
      }),
      found: { ranking: whole?.ranking ?? null, bound, segments, seed },
      ...{ model, data },
    },
    circuit_sets: Object.fromEntries(
      both.map(({ set, members }) => [set, members === "" ? [] : members.split(", ")]),
    ),
  };
}

function estimateOf(
  { n, low, high }: Pick<CircuitRow | MinimalityRow, "n" | "low" | "high">,
  estimate: number | undefined,
): object {
  return { n, estimate, low, high };
}
