/** The files of `circuit` for other programs: the circuit, and all sets that were run. */

import { sha256Text } from "../../reading/sha256.ts";
import type { FileDigest, Sources } from "../../reading/path.ts";
import { NO_SEGMENT } from "./measured.ts";
import { cellsName } from "../../tables/nodes.ts";
import { type FiledCircuit, type GivenSearch, searchChoice } from "./options.ts";
import type { CircuitRow } from "./tables/circuit_table.ts";
import { allNames, type CircuitNodeRow, ownNodes } from "./tables/nodes.ts";
import { chosenOnHalves, type CircuitSetRow, nearestSet } from "./tables/sets.ts";
import type { CircuitTables } from "./tables/tables.ts";

/** What a circuit is scored on. */
export type ScoredOn = "chosen" | "same_data" | "other" | "";

/** A model and rows, by checksums. */
export interface Origin extends Sources {
  /** The checksum of the rows' ids, as {@linkcode idsDigest} has it. */
  readonly rows: string;
}

/** The SHA-256 of the ids of rows, one a line, in their order. */
export function idsDigest(ids: readonly string[]): string {
  return sha256Text(ids.map((id) => `${JSON.stringify(id)}\n`).join(""));
}

/** Whether a circuit is scored on what it was chosen on. */
export function scoredOn(
  { model, data, rows }: Partial<Origin> = {},
  here: Origin,
): ScoredOn {
  if (model === undefined || data === undefined || rows === undefined) return "";
  if (!hasAll(model, here.model) || !areSame(data, here.data)) return "other";
  return rows === here.rows ? "chosen" : "same_data";
}

/** Whether a run had all files of a model, whatever their names; without images the image tower's are not among them. */
function hasAll(there: readonly FileDigest[], model: readonly FileDigest[]): boolean {
  const sums = new Set(there.map(({ sha256 }) => sha256));
  return model.length === 0 ? there.length === 0 : model.every(({ sha256 }) => sums.has(sha256));
}

/** Whether files have the same content, whatever their names. */
function areSame(some: readonly FileDigest[], others: readonly FileDigest[]): boolean {
  const sums = (files: readonly FileDigest[]) => files.map(({ sha256 }) => sha256).sort().join();
  return sums(some) === sums(others);
}

export interface FilesContext extends GivenSearch {
  readonly segments: readonly string[];
  readonly circuit: FiledCircuit | undefined;
  readonly seed: number;
  readonly sources: Sources;
}

/** The content of circuit.json and circuit_sets.json. Without a circuit the list of its nodes is empty. */
export function circuitFiles(
  { circuit, nodes: { rows: known }, sets, scores }: CircuitTables,
  { segments, circuit: given, seed, sources, ...search }: FilesContext,
): { readonly circuit: object; readonly circuit_sets: object } {
  const both = sets.rows.filter(({ negation }) => negation === "all");
  const nodes = ownNodes(known, { side: "all" });
  const ids = new Set<string>();
  for (const { id } of scores.rows) ids.add(id);
  const here = { ...sources, rows: idsDigest([...ids]) };
  const { bound } = searchChoice(search);
  const whole = circuit.rows.find(({ negation }) => negation === "all");
  const count = allNames(known).size;
  const nearest = whole === undefined ? nearestSet(sets.rows, count) : undefined;
  return {
    circuit: {
      nodes: nodes.map(cellsName),
      ...(whole && {
        faithfulness: bySide(circuit.rows),
        rowError: estimateOf(
          { ...whole, low: whole.row_error_low, high: whole.row_error_high },
          whole.row_error,
        ),
        drops: Object.fromEntries(
          nodes.map((row) => [cellsName(row), estimateOf(row, row.effect)]),
        ),
        ...(SCORED_ON.has(whole.scored_on) && { scoredOn: SCORED_ON.get(whole.scored_on) }),
        ...(given === undefined && { heldOut: heldOut(whole, both) }),
        random: {
          circuits: whole.random,
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
  { n, low, high }: Pick<CircuitRow | CircuitNodeRow, "n" | "low" | "high">,
  estimate: number | undefined,
): object {
  return { n, estimate, low, high };
}
