/** The files of `circuit` for other programs: the circuit, and all sets that were run. */

import { sha256Text } from "../../reading/sha256.ts";
import type { Sources } from "../../reading/path.ts";
import { NO_SEGMENT } from "./faithfulness.ts";
import { cellsName } from "../../tables/nodes.ts";
import { type FiledCircuit, type GivenSearch, searchChoice } from "./options.ts";
import { allNames, ownNodes } from "./tables/circuit_table.ts";
import { type CircuitSetRow, nearestSet, setsIn } from "./tables/sets.ts";
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
  const [there, known, chosenOn, own] = [model, here.model, data, here.data].map((files) =>
    new Set(files.map(({ sha256 }) => sha256))
  ) as [Set<string>, Set<string>, Set<string>, Set<string>];
  const isModel = known.size === 0 ? there.size === 0 : known.isSubsetOf(there); // without images the image tower's files are not among them
  if (!isModel || chosenOn.symmetricDifference(own).size > 0) return "other";
  return rows === here.rows ? "chosen" : "same_data";
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
  const here = { ...sources, rows: idsDigest([...new Set(scores.rows.map(({ id }) => id))]) };
  const [whole] = circuit.rows;
  const nearest = whole ? undefined : nearestSet(sets.rows, allNames(nodes.rows).size);
  const chosenOn = given === undefined ? whole && here : given.chosenOn;
  return {
    circuit: {
      nodes: ownNodes(nodes.rows, { side: "all" }).map(cellsName),
      ...(whole && {
        faithfulness: bySide(circuit.rows.map((row) => ({ ...row, value: row.faithfulness }))),
      }),
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
      setsIn(sets.rows, "all").map(({ set, members }) => [set, nodesOf(members)]),
    ),
  };
}

function nodesOf(members: string): string[] {
  return members === "" ? [] : members.split(", ");
}

function bySide(rows: readonly Pick<CircuitSetRow, "negation" | "n" | "value" | "low" | "high">[]) {
  return Object.fromEntries(
    rows.map(({ negation, n, value, low, high }) => [negation, { n, estimate: value, low, high }]),
  );
}
