/** A JSON text with the place of each value, so that everything wrong with it is said at once, each with its line. */

import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { NegscopeError } from "../../errors/negscope_error.ts";
import { nearestName } from "../../errors/kinds.ts";
import { nestingFault } from "../../reading/json.ts";
import { CONTROL } from "../atlas/atlas.ts";
import { ALL_EXPERIMENTS } from "../../experiments/all.ts";
import { list, numbers, type Option, wholeNumber } from "../../options/option.ts";
import { flagName, STUDY_OPTIONS, type StudyOption } from "../../study/choice/study_options.ts";
import { CONTROLS } from "../../study/controls/control.ts";
import type { AnyExperiment } from "../../study/experiment/experiment.ts";

export type GridKeys = Readonly<Record<string, Option<unknown>>>;

function keysOf(names: readonly StudyOption[]): GridKeys {
  return Object.fromEntries(names.map((name) => [flagName(name), STUDY_OPTIONS[name]]));
}

export const MODEL_KEYS: GridKeys = keysOf([
  ...["model", "onnx", "onnxText", "onnxVision", "weights", "tokenizer", "edit"] as const,
  ...["randomWeights", "device", "threads"] as const,
]);
export const DATA_KEYS: GridKeys = keysOf([
  ...["data", "images", "imageEmbeddings", "subjectSizes", "protocol", "limit"] as const,
  ...["skipBad", "cluster"] as const,
]);

/** Keys of the whole file that every model, or all data, have unless they have one themselves. */
export const SHARED_KEYS = {
  models: keysOf(["device", "threads"]),
  data: keysOf(["protocol", "limit", "cluster"]),
};

/** The names of models, data and experiments, which are those of folders. */
export const NAME = /^(?!.*\.\.)\w[\w.-]{0,98}[\w-]$|^\w$/;

export const SHARDS: Option<number | undefined> = wholeNumber({
  min: 1,
  max: 10_000,
  help: "into how many shards a run is cut",
});

export const SEEDS: Option<readonly number[] | undefined> = {
  ...numbers({ min: 0, max: 2 ** 32 - 1, help: "the seeds; several have a folder each" }),
  expected: "a list of whole numbers from 0, such as [0, 1]",
};

export const GIVEN_CONTROLS = list(CONTROLS, {
  standard: [],
  help: "the controls of every experiment that takes some",
});

export const TASKS: readonly string[] = [...ALL_EXPERIMENTS.map(({ name }) => name), "atlas"];

/** The experiment of a task; undefined of the atlas, which runs several. */
export function experimentOf(task: string): AnyExperiment | undefined {
  return ALL_EXPERIMENTS.find(({ name }) => name === task);
}

export function optionsOfTask(task: string): GridKeys {
  return experimentOf(task)?.options ?? { control: CONTROL };
}

/** The keys that say where a file or a folder is. */
const PLACES = new Set([
  ...["model", "onnx-text", "onnx-vision", "weights", "tokenizer", "edit", "data", "images"],
  ...["image-embeddings", "subject-sizes"],
]);

export function isPlace(name: string, { placeholder }: Option<unknown>): boolean {
  return PLACES.has(name) || placeholder === "FILE";
}

/** Whether a value of JSON may stand in place of the file that a key names. */
export function isContent({ placeholder, expected }: Option<unknown>): boolean {
  return placeholder === "FILE" && expected !== STUDY_OPTIONS.weights.expected;
}

/** The text of a value of JSON, as a flag would have it; undefined of a value that no flag can have. */
export function textOfValue(value: unknown, option: Option<unknown>): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "object") return String(value);
  if (!Array.isArray(value)) return isContent(option) ? JSON.stringify(value) : undefined;
  const isFlat = value.every((item) => typeof item !== "object");
  return isFlat ? value.join() : undefined;
}

export type Place = Node; // value of the text, or a key

export interface Entry {
  readonly name: string;
  readonly key: Place;
  readonly value: Place;
}

interface Fault {
  readonly line: number;
  readonly text: string;
}

/** A JSON text that is being read, and what is wrong with it so far. */
export class PlacedJson {
  readonly root: Place | undefined; // outermost value; undefined if the text is not JSON
  readonly path: string;
  readonly #text: string;
  readonly #faults: Fault[] = [];

  /** Reads a text; a mistake in its form is kept as what is wrong with it. */
  constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
    const errors: ParseError[] = [];
    let root: Node | undefined;
    try {
      root = parseTree(text, errors, { disallowComments: true, allowEmptyContent: false });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // nested deeper than the stack
      this.#add(0, "it is nested too deeply");
    }
    const [first] = errors;
    if (first !== undefined) this.#add(first.offset, `it is no JSON: ${wordsOf(first)}`);
    const nesting = root === undefined || first !== undefined ? undefined : nestingFault(text);
    if (nesting !== undefined) this.#add(0, nesting);
    this.root = first === undefined && nesting === undefined ? root : undefined;
  }

  fault(at: Place, text: string): void {
    this.#add(at.offset, text);
  }

  valueOf(at: Place): unknown {
    return getNodeValue(at);
  }

  /** The entries of an object, in their order; what is no object has none. */
  entriesOf(at: Place, called: string): Entry[] {
    if (at.type !== "object") {
      this.fault(at, `${called} must be an object with names, such as { "NAME": {} }`);
      return [];
    }
    const entries = new Map<string, Entry>();
    for (const { children = [] } of at.children ?? []) {
      const [key, value] = children as [Place, Place];
      const name = String(key.value);
      if (entries.has(name)) this.fault(key, `${called} has key "${name}" twice`);
      else entries.set(name, { name, key, value });
    }
    return [...entries.values()];
  }

  /** The entries of an object whose keys are known, by name; others are wrong. */
  knownEntries(at: Place, called: string, known: readonly string[]): Map<string, Entry> {
    const entries = this.entriesOf(at, called);
    for (const { name, key } of entries) {
      if (known.includes(name)) continue;
      const hint = nearestOf(name, known, "its keys are");
      this.fault(key, `${called} has no key "${name}"; ${hint}`);
    }
    return new Map(
      entries.filter(({ name }) => known.includes(name)).map((entry) => [entry.name, entry]),
    );
  }

  /** The values of a list that is not empty. */
  itemsOf(at: Place, called: string): readonly Place[] {
    const items = at.type === "array" ? at.children ?? [] : undefined;
    if (items === undefined) this.fault(at, `${called} must be a list`);
    else if (items.length === 0) {
      this.fault(at, `${called} is an empty list; leave it out, or fill it`);
    }
    return items ?? [];
  }

  /** Throws what is wrong, in the order of the lines, if anything is. */
  check(): void {
    const faults = this.#faults.toSorted((a, b) => a.line - b.line);
    const [first] = faults;
    if (first === undefined) return;
    const place = ({ line }: Fault) => `${this.path}:${line}`;
    const isAlone = faults.length === 1;
    throw new NegscopeError("file-malformed", {
      problem: `Cannot use study file "${isAlone ? place(first) : this.path}"`,
      subject: this.path,
      reason: isAlone ? first.text : `${faults.length} places are wrong`,
      ...(!isAlone && { details: faults.map((fault) => `${place(fault)}: ${fault.text}`) }),
    });
  }

  #add(offset: number, text: string): void {
    this.#faults.push({ line: this.#text.slice(0, offset).split("\n").length, text });
  }
}

export function nearestOf(name: string, known: readonly string[], all: string): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? `${all} ${known.join(", ")}` : `the nearest is "${nearest}"`;
}

/** What the parser found, in words: `ValueExpected` as "value expected". */
function wordsOf({ error }: ParseError): string {
  return printParseErrorCode(error).replace(
    /(?<=[a-z])[A-Z]/g,
    (letter) => ` ${letter.toLowerCase()}`,
  )
    .toLowerCase();
}
