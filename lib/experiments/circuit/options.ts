/** The options of `circuit`: the rows, how a circuit is searched, or what is run without a search. */

import { NegscopeError, shown } from "../../errors/errors.ts";
import { amount, jsonFile, list, type Option, type OptionsOf } from "../../options/option.ts";
import type { Files } from "../../reading/files.ts";
import { isObject } from "../../reading/json.ts";
import { nodeName, readNode } from "../../tables/nodes.ts";
import { controlOption } from "../../study/controls/control.ts";
import { SEGMENTS } from "../../study/rows/score_rows.ts";
import { RANKINGS } from "./search.ts";

/** Lists of nodes by the names of sets. */
type NamedSets = Readonly<Record<string, readonly string[]>>;

/** A circuit that another run has found or tested. */
export interface FiledCircuit {
  /** The names of its nodes. */
  readonly nodes: readonly string[];
}

export const SETS: Option<NamedSets | undefined> = jsonFile({
  placeholder: "FILE",
  help: "no search: scores these sets, as circuit_sets.json has them",
  expected: 'sets of nodes, such as {"relay": ["head 1.2", "mlp 3"]}',
  read: readSets,
  brief: (sets) => `(${Object.keys(sets).length} sets)`,
});

export const CIRCUIT: Option<FiledCircuit | undefined> = jsonFile({
  placeholder: "FILE",
  help: "no search: tests another run's circuit.json here",
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

function readSets(content: unknown, file: string): NamedSets {
  const sets = isObject(content) ? Object.entries(content) : [];
  if (sets.length === 0) {
    throw wrong(file, isObject(content) ? "it has no set" : `it is ${shown(content)}`);
  }
  return Object.fromEntries(
    sets.map(([name, nodes]) => [
      name,
      nodesIn(nodes, (reason) => wrong(file, `set "${name}" ${reason}`)),
    ]),
  );
}

function readCircuit(content: unknown, file: string): FiledCircuit {
  if (!isObject(content)) throw wrong(file, `it is ${shown(content)}`);
  const nodes = nodesIn(content["nodes"], (reason) => wrong(file, `"nodes" ${reason}`));
  if (nodes.length === 0) throw wrong(file, "its run found no circuit");
  return { nodes };
}

function wrong(file: string, reason: string): NegscopeError {
  return new NegscopeError("file-malformed", {
    problem: `Cannot take nodes from "${file}"`,
    reason,
    expected: 'a list of nodes such as ["head 1.2", "mlp 3"], of a circuit as its "nodes"',
  });
}

/** The names of nodes in the kit's notation, each once. */
function nodesIn(nodes: unknown, wrong: (reason: string) => NegscopeError): readonly string[] {
  if (nodes === undefined) throw wrong("is missing");
  if (!Array.isArray(nodes)) throw wrong(`is ${shown(nodes)} instead of a list`);
  const named = nodes.map(readNode);
  const unknown = named.indexOf(undefined);
  if (unknown >= 0) throw wrong(`has ${shown(nodes[unknown])}`);
  return [...new Set(named.map((node) => nodeName(node!)))];
}

/** How a circuit is searched. */
const SEARCH = {
  ranking: list(RANKINGS, {
    standard: ["denoise", "noise", "direct"],
    help: "of denoise,noise,direct: how nodes are ranked",
  }),
  faithfulness: amount({
    min: 0.01,
    max: 1,
    standard: 0.9,
    help: "the share of d that a circuit must bring about",
  }),
} as const;

export type SearchChoice = OptionsOf<typeof SEARCH>;

export const OPTIONS = {
  segments: list(SEGMENTS, {
    standard: ["correct"],
    help: "of correct,incorrect,ambiguous: the rows",
  }),
  ...SEARCH,
  sets: SETS,
  circuit: CIRCUIT,
  control: controlOption(),
} as const;

export interface GivenSets {
  readonly sets: NamedSets | undefined;
  readonly circuit: FiledCircuit | undefined;
  /** Decides the draws of the tests of a circuit. */
  readonly seed: number;
}

export function areGiven({ sets, circuit }: Pick<GivenSets, "sets" | "circuit">): boolean {
  return sets !== undefined || circuit !== undefined;
}

/** Refuses options that cannot be given together, or would do nothing. */
export function checkGiven(options: OptionsOf<typeof OPTIONS>): void {
  const { sets, circuit, control } = options;
  const file = sets === undefined ? "circuit" : "sets";
  const conflict = (name: string, reason: string) => {
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use --${name} and --${file} together`,
      ...{ subject: `--${name}`, reason, expected: "one of them" },
    });
  };
  if (sets && control.length > 0) conflict("control", "only a circuit has controls");
  if (sets && circuit) conflict("circuit", "each names what is run");
  for (const [name, { standard }] of Object.entries<Option<unknown>>(SEARCH)) {
    const isStandard = `${options[name as keyof typeof SEARCH]}` === `${standard}`;
    if (areGiven(options) && !isStandard) conflict(name, `--${file} is run without a search`);
  }
}
