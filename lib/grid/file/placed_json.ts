/** A JSON text with the place of each value, so that everything wrong with it is said at once, each with its line. */

import {
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import { NegscopeError } from "../../errors.ts";
import { nearestName } from "../../errors/kinds.ts";
import { nestingFault } from "../../reading/json.ts";

/** A value of the text, or a key. */
export type Place = Node;

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
  /** The outermost value; undefined if the text is not JSON. */
  readonly root: Place | undefined;
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

  /** Keeps what is wrong at a place. */
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

/** The name that is nearest to one that is not known; all of them if none is near. */
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
