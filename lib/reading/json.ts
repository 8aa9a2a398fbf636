/** The values of JSON, and how those of a file are read and written. */

import stringify from "json-stringify-pretty-compact";
import { firstLine, shown } from "../errors.ts";
import { jsonKeys } from "./json_keys.ts";

/** Lists and objects within each other: more than any file of a model or a run has, and far less than recursion can follow. */
const DEEPEST = 100;

const TOO_DEEP = `its lists and objects are nested more than ${DEEPEST} levels deep`;

/** Says of a text of JSON that it is nested beyond any file; undefined if it is not. */
export function nestingFault(text: string): string | undefined {
  return jsonKeys(text).levels > DEEPEST ? TOO_DEEP : undefined;
}

/** A value that JSON can represent. */
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
  if (levels > DEEPEST) throw new SyntaxError(TOO_DEEP);
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

/** Whether a value is an object that is no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
