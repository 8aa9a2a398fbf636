/** The files of `circuit` for other programs: the circuit, and all sets that were run. */

import { NO_SEGMENT } from "./measured.ts";
import type { Sources } from "../../reading/path.ts";
import { cellsName } from "../../tables/nodes.ts";
import { type GivenSearch, searchChoice } from "./options.ts";
import { idsDigest } from "./origin.ts";
import type { FiledCircuit } from "./set_files.ts";
import type { CircuitRow } from "./tables/circuit_table.ts";
import type { MinimalityRow } from "./tables/test_tables.ts";
import { chosenOnHalves, type CircuitSetRow, nearestSet } from "./tables/sets.ts";
import type { CircuitTables } from "./tables/tables.ts";

export interface FilesContext extends GivenSearch {
  readonly segments: readonly string[];
  readonly circuit: FiledCircuit | undefined;
  readonly seed: number;
  readonly sources: Sources;
}

/** The content of circuit.json and circuit_sets.json. Without a circuit the list of its nodes is empty. */
export function circuitFiles(
  { circuit, minimality, membership, sets, scores }: CircuitTables,
  { segments, circuit: given, seed, sources, ...search }: FilesContext,
): { readonly circuit: object; readonly circuit_sets: object } {
  const both = sets.rows.filter(({ negation }) => negation === "all");
  const nodes = minimality.rows.filter(({ negation }) => negation === "all");
  const ids = new Set<string>();
  for (const { id } of scores.rows) ids.add(id);
  const here = { ...sources, rows: idsDigest([...ids]) };
  const { bound } = searchChoice(search);
  const whole = circuit.rows.find(({ negation }) => negation === "all");
  const count = new Set(membership.rows.map(cellsName)).size;
  const nearest = whole === undefined ? nearestSet(sets.rows, count) : undefined;
  return {
    circuit: {
      nodes: nodes.map(cellsName),
      ...(whole && {
        faithfulness: bySide(circuit.rows),
        rowError: {
          n: whole.n,
          estimate: whole.row_error,
          low: whole.row_error_low,
          high: whole.row_error_high,
        },
        drops: Object.fromEntries(
          nodes.map((row) => [cellsName(row), estimateOf(row, row.drop)]),
        ),
        ...(SCORED_ON.has(whole.scored_on) && { scoredOn: SCORED_ON.get(whole.scored_on) }),
        ...(given === undefined && { heldOut: heldOut(whole, both) }),
        random: {
          circuits: whole.random,
          all: whole.random_all === "yes",
          reaching: whole.random_reaching,
        },
      }),
      ...(nearest && {
        nearest: {
          nodes: nearest[0].members.split(", "),
          faithfulness: bySide(nearest),
        },
      }),
      found: {
        ranking: whole?.ranking ?? null,
        ...(given === undefined && { bound }),
        segments: whole?.segment === NO_SEGMENT ? [] : segments,
        seed,
      },
      ...here,
      ...(given === undefined
        ? whole && { chosenOn: here }
        : given.chosenOn && { chosenOn: given.chosenOn }),
    },
    circuit_sets: Object.fromEntries(
      both.map(({ set, members }) => [set, members === "" ? [] : members.split(", ")]),
    ),
  };
}

/** What `scored_on` says in words. */
const SCORED_ON: ReadonlyMap<string, string> = new Map([
  ["chosen", "the rows that it was chosen on"],
  ["same_data", "other rows of the data that it was chosen on, some of them perhaps the same"],
  ["other", "another model, or other data, than it was chosen on"],
]);

/** The faithfulness on rows that had no part in the choice, and the circuits that were chosen on each half. */
function heldOut(
  { n, held_out_by: by, held_out: estimate, held_out_low: low, held_out_high: high }: CircuitRow,
  sets: readonly CircuitSetRow[],
): object {
  const chosen = chosenOnHalves(sets).map(({ members }) => members.split(", "));
  return { by, n, estimate, low, high, chosen };
}

function bySide(rows: readonly (CircuitRow | CircuitSetRow)[]): object {
  return Object.fromEntries(rows.map((row) => [row.negation, estimateOf(row, row.faithfulness)]));
}

function estimateOf(
  { n, low, high }: Pick<CircuitRow | MinimalityRow, "n" | "low" | "high">,
  estimate: number | undefined,
): object {
  return { n, estimate, low, high };
}
