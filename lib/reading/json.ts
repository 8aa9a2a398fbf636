/** The values of JSON, and how those of a file are read and written. */

import stringify from "json-stringify-pretty-compact";
import { firstLine, shown } from "../errors/errors.ts";

interface RepeatedKey {
  readonly key: string;
  readonly depth: number; // how many objects and lists the object lies in
  readonly line: number; // line where the key stands for the second time, from 1
}

export function jsonKeys(text: string): {
  /** Those of the outermost object, in the order of the text; none if the text is a list. */
  readonly outermost: readonly string[];
  readonly repeated: RepeatedKey | undefined; // first key that an object has twice
  readonly levels: number; // how many objects and lists lie within each other
} {
  const open: (Set<string> | undefined)[] = []; // the keys of each open object; undefined for a list
  let repeated: RepeatedKey | undefined;
  let outermost = new Set<string>();
  let levels = 0;
  let isKey = false; // whether the next text is a key
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    levels = Math.max(levels, open.length);
    if (letter === "{") {
      open.push(new Set());
      if (open.length === 1) outermost = open[0]!;
      isKey = true;
    } else if (letter === "[") {
      open.push(undefined);
      isKey = false;
    } else if (letter === "}" || letter === "]") {
      open.pop();
    } else if (letter === ",") {
      isKey = open.at(-1) !== undefined;
    } else if (letter === '"') {
      const end = endOfText(text, at);
      if (isKey) {
        const keys = open.at(-1)!;
        const inside = text.slice(at + 1, end - 1);
        const key: string = inside.includes("\\") ? JSON.parse(`"${inside}"`) : inside;
        if (keys.has(key)) {
          repeated ??= { key, depth: open.length - 1, line: text.slice(0, at).split("\n").length };
        }
        keys.add(key);
        isKey = false;
      }
      at = end - 1;
    }
  }
  return { outermost: [...outermost], repeated, levels };
}

/** The place after the closing quote of a text that begins at a place. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1);; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
}

/** Lists and objects within each other: more than any file of a model or a run has, and far less than recursion can follow. */
const DEEPEST = 100;

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json };

/** Reads a JSON text from outside. Refuses a key that is there twice, of which `JSON.parse` keeps the last, and more than 100 levels. */
export function parseJson(text: string): Json {
  const value: Json = JSON.parse(text); // nesting does not bother the engine's own parser
  const { repeated, levels } = jsonKeys(text);
  if (levels > DEEPEST) {
    throw new SyntaxError(`its lists and objects are nested more than ${DEEPEST} levels deep`);
  }
  if (repeated === undefined) return value;
  throw new SyntaxError(`key ${shown(repeated.key)} is there again in line ${repeated.line}`);
}

/** Why a text is not JSON, without the part of it that `JSON.parse` quotes: a file of a model that was downloaded may be a link to another file. */
export function jsonFailure(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return firstLine(text.replace(/, (\.\.\.)?".*"(\.\.\.)? is not valid JSON/s, "")); // what it quotes may have several lines
}

/** The text of a JSON file that people may read too: lists and objects that fit into 100 characters are on one line. */
export function jsonText(content: unknown): string {
  return `${stringify(content, { maxLength: 100 })}\n`;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const DECIMAL = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i;

/** The number that a text spells in decimal digits, such as `0.5`, `-3` or `1e-4`; NaN for anything else, also `0x1` and `Infinity`. */
export function decimal(text: string): number {
  const value = DECIMAL.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}
