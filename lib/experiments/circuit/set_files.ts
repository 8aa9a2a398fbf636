/** The files of `--sets` and `--circuit`. */

import { NegscopeError, shown } from "../../errors.ts";
import { jsonFile } from "../../options/json_file.ts";
import type { Option } from "../../options/option.ts";
import type { Files } from "../../reading/files.ts";
import type { FileDigest } from "../../reading/sources.ts";
import { allNodes, nodeName, type NodeSizes, readNode } from "../../tables/nodes.ts";
import type { Origin } from "./origin.ts";

/** Lists of nodes by the names of sets. */
export type NamedSets = Readonly<Record<string, readonly string[]>>;

/** An estimate with its interval, as a file holds it. */
export interface FiledEstimate {
  /** Absent where the run had none. */
  readonly estimate?: number;
  /** The lower bound of its 95 % interval. */
  readonly low?: number;
  /** The upper bound. */
  readonly high?: number;
}

/** A circuit that another run has found or tested, and the model and the rows of that run, as far as the file says. */
export interface FiledCircuit extends Partial<Origin> {
  /** The names of its nodes. */
  readonly nodes: readonly string[];
  /** Its faithfulness there, over the rows of both sides. */
  readonly faithfulness?: FiledEstimate;
  /** By how much leaving a node out lowered it there, by node. */
  readonly drops?: Readonly<Record<string, FiledEstimate>>;
  /** The model and the rows that it was chosen on, as far as the file says. */
  readonly chosenOn?: Partial<Origin>;
}

export const SETS: Option<NamedSets | undefined> = jsonFile({
  placeholder: "FILE",
  help: "no search: scores the sets of nodes in this JSON file, such as circuit_sets.json of a run",
  expected: 'sets of nodes, such as {"relay": ["head 1.2", "mlp 3"]}',
  read: readSets,
  brief: (sets) => `(${Object.keys(sets).length} sets)`,
});

export const CIRCUIT: Option<FiledCircuit | undefined> = jsonFile({
  placeholder: "FILE",
  help: "no search: tests, on this model and these rows, the circuit in another run's circuit.json",
  expected: "the circuit of another run, as in its circuit.json",
  read: readCircuit,
  brief: ({ nodes }) => `(${nodes.length} nodes)`,
});

/** The circuit of a run's folder, or of its circuit.json; undefined if there is no such file. */
export function circuitIn(given: string, files: Files): FiledCircuit | undefined {
  const path = given.endsWith(".json") ? given : `${given.replace(/\/+$/, "")}/circuit.json`;
  try {
    files.realPathSync(path);
  } catch {
    return undefined;
  }
  return CIRCUIT.parse(path, files);
}

/** Checks that a model has all nodes. */
export function checkNodes(names: readonly string[], sizes: NodeSizes): void {
  const known = new Set(allNodes(sizes).map(nodeName));
  const missing = [...new Set(names.filter((name) => !known.has(name)))];
  if (missing.length === 0) return;
  const more = missing.length > 8 ? ` and ${missing.length - 8} more` : "";
  throw new NegscopeError("index-outside", {
    problem: `Cannot use node "${missing[0]}"`,
    subject: missing[0],
    reason: `the text tower lacks ${missing.slice(0, 8).join(", ")}${more}`,
    expected: `layers from 1 to ${sizes.layers} and heads from 1 to ${sizes.heads}`,
  });
}

function readSets(content: unknown, file: string): NamedSets {
  if (!isObject(content)) throw setsWrong(file, `it is ${shown(content)}`);
  const sets = Object.entries(content).map(([name, nodes]): [string, readonly string[]] => {
    const wrong = wrongNode(nodes);
    if (wrong !== undefined) throw setsWrong(file, `set "${name}" ${wrong}`);
    return [name, namesIn(nodes)];
  });
  if (sets.length === 0) throw setsWrong(file, "it has no set");
  return Object.fromEntries(sets);
}

function readCircuit(content: unknown, file: string): FiledCircuit {
  if (!isObject(content)) throw circuitWrong(file, `it is ${shown(content)}`);
  const { nodes, faithfulness, drops, chosenOn } = content;
  const wrong = wrongNode(nodes);
  if (wrong !== undefined) throw circuitWrong(file, `"nodes" ${wrong}`);
  const names = namesIn(nodes);
  if (names.length === 0) throw circuitWrong(file, "its run found no circuit");
  const all = isObject(faithfulness) ? faithfulness["all"] ?? faithfulness : undefined;
  const there = isObject(drops) ? drops : undefined;
  return {
    nodes: names,
    ...(all !== undefined && { faithfulness: estimateIn(all, file) }),
    ...(there && {
      drops: Object.fromEntries(
        Object.entries(there).map(([name, drop]) => [name, estimateIn(drop, file)]),
      ),
    }),
    ...originIn(content, file),
    ...(isObject(chosenOn) && { chosenOn: originIn(chosenOn, file) }),
  };
}

function originIn(content: Readonly<Record<string, unknown>>, file: string): Partial<Origin> {
  const { rows, ...lists } = content;
  if (rows !== undefined && typeof rows !== "string") {
    throw circuitWrong(file, `its rows are ${shown(rows)} instead of a checksum`);
  }
  const known = (["model", "data"] as const).flatMap((name) => {
    const files = lists[name];
    if (files === undefined) return [];
    if (!Array.isArray(files) || !files.every(isDigest)) {
      throw circuitWrong(file, `its ${name} is ${shown(files)} instead of files with checksums`);
    }
    return [[name, files.map(({ file, sha256 }) => ({ file, sha256 }))] as const];
  });
  return { ...Object.fromEntries(known), ...(rows !== undefined && { rows }) };
}

function isDigest(value: unknown): value is FileDigest {
  return isObject(value) && typeof value["file"] === "string" &&
    typeof value["sha256"] === "string";
}

function estimateIn(value: unknown, file: string): FiledEstimate {
  const parts = isObject(value) ? value : {};
  const known = (["estimate", "low", "high"] as const).flatMap((name) => {
    const part = parts[name];
    if (part === undefined || part === null) return [];
    if (typeof part !== "number") {
      throw circuitWrong(file, `its ${name} ${shown(part)} is not a number`);
    }
    return [[name, part] as const];
  });
  return Object.fromEntries(known);
}

/** What is wrong with a list of nodes, after its name. */
function wrongNode(nodes: unknown): string | undefined {
  if (nodes === undefined) return "is missing";
  if (!Array.isArray(nodes)) return `is ${shown(nodes)} instead of a list`;
  const wrong: unknown = nodes.find((node) => readNode(node) === undefined);
  return wrong === undefined ? undefined : `has ${shown(wrong)}`;
}

/** The names of nodes in the kit's notation, each once. */
function namesIn(nodes: unknown): readonly string[] {
  return [...new Set((nodes as readonly unknown[]).map((node) => nodeName(readNode(node)!)))];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function setsWrong(file: string, reason: string): NegscopeError {
  return new NegscopeError("file-malformed", {
    problem: `Cannot take sets of nodes from "${file}"`,
    subject: file,
    reason,
    expected: 'an object of lists such as {"relay": ["head 1.2", "mlp 3"]}',
  });
}

function circuitWrong(file: string, reason: string): NegscopeError {
  return new NegscopeError("file-malformed", {
    problem: `Cannot take a circuit from "${file}"`,
    subject: file,
    reason,
    expected: 'a circuit.json with a list of nodes such as {"nodes": ["head 1.2", "mlp 3"]}',
  });
}
