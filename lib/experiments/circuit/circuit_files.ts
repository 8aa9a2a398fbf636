/** The files of `circuit` for other programs: the circuit, and all sets that were run. */

import { sha256Text } from "../../reading/sha256.ts";
import type { FileDigest, Sources } from "../../reading/path.ts";
import { NO_SEGMENT } from "./faithfulness.ts";
import { cellsName } from "../../tables/nodes.ts";
import { type FiledCircuit, type GivenSearch, searchChoice } from "./options.ts";
import type { CircuitRow } from "./tables/circuit_table.ts";
import { allNames, ownNodes } from "./tables/nodes.ts";
import { type CircuitSetRow, nearestSet } from "./tables/sets.ts";
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

interface FilesContext extends GivenSearch {
  readonly segments: readonly string[];
  readonly circuit: FiledCircuit | undefined;
  readonly seed: number;
  readonly sources: Sources;
}

/** The content of circuit.json and circuit_sets.json. Without a circuit the list of its nodes is empty. */
export function circuitFiles(
  { circuit, nodes, sets, scores }: CircuitTables,
  { segments, circuit: given, seed, sources, ...search }: FilesContext,
): { readonly circuit: object; readonly circuit_sets: object } {
  const ids = new Set<string>();
  for (const { id } of scores.rows) ids.add(id);
  const here = { ...sources, rows: idsDigest([...ids]) };
  const [whole] = circuit.rows;
  const nearest = whole === undefined
    ? nearestSet(sets.rows, allNames(nodes.rows).size)
    : undefined;
  const chosenOn = given === undefined ? whole && here : given.chosenOn;
  return {
    circuit: {
      nodes: ownNodes(nodes.rows, { side: "all" }).map(cellsName),
      ...(whole && { faithfulness: bySide(circuit.rows) }),
      ...(nearest && {
        nearest: { nodes: nodesOf(nearest[0].members), faithfulness: bySide(nearest) },
      }),
      found: {
        ranking: whole?.ranking ?? null,
        ...(given === undefined && { bound: searchChoice(search).bound }),
        segments: whole?.segment === NO_SEGMENT ? [] : segments,
        seed,
      },
      ...here,
      ...(chosenOn && { chosenOn }),
    },
    circuit_sets: Object.fromEntries(
      sets.rows.flatMap(({ negation, set, members }) =>
        negation === "all" ? [[set, nodesOf(members)]] : []
      ),
    ),
  };
}

function nodesOf(members: string): string[] {
  return members === "" ? [] : members.split(", ");
}

function bySide(rows: readonly (CircuitRow | CircuitSetRow)[]): object {
  return Object.fromEntries(
    rows.map((
      { negation, n, faithfulness: estimate, low, high },
    ) => [negation, { n, estimate, low, high }]),
  );
}
