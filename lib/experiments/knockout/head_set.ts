/** The heads that are knocked out together, as an option. */

import { NegscopeError } from "../../errors.ts";
import type { Option } from "../../options/option.ts";
import { headName, type NamedHead } from "../../tables/head_names.ts";

/** Some heads, or all. */
export type HeadSet = readonly NamedHead[] | "all";

/** The option `heads`. */
export const HEAD_SET: Option<HeadSet> = {
  help: "the heads that are also knocked out all at once, such as 1.2,1.3 (layer.head, from 1)",
  placeholder: "LIST",
  standard: "all",
  expected: "all, or different heads such as 1.2,1.3, each layer.head from 1",
  parse: (text) => {
    if (text === "all") return "all";
    const heads = text.split(",").map(readHead);
    const named = heads.filter((head) => head !== undefined);
    const isSet = new Set(named.map(headName)).size === heads.length;
    return isSet ? named.sort((a, b) => a.layer - b.layer || a.head - b.head) : undefined;
  },
  print: nameOfSet,
  wrongPart: (text) => text.split(",").find((part) => readHead(part) === undefined) || text, // the whole where a part is empty
};

/**
 * The name of a set, as in a table: `all`, or `1.2,1.3`.
 *
 * @param set The set.
 */
export function nameOfSet(set: HeadSet): string {
  return set === "all" ? set : set.map(headName).join(",");
}

/**
 * The heads of a set.
 *
 * @param set The set.
 * @param shape The text tower's sizes.
 */
export function headsOfSet(
  set: HeadSet,
  { layers, heads }: { readonly layers: number; readonly heads: number },
): readonly NamedHead[] {
  if (set !== "all") return set;
  return Array.from({ length: layers * heads }, (_, i) => (
    { layer: Math.floor(i / heads) + 1, head: i % heads + 1 }
  ));
}

/**
 * Checks that a model has the heads of a set.
 *
 * @param set The set.
 * @param shape The text tower's sizes.
 * @throws {NegscopeError} If it lacks one.
 */
export function checkHeadSet(
  set: HeadSet,
  { layers, heads }: { readonly layers: number; readonly heads: number },
): void {
  const missing = set === "all"
    ? undefined
    : set.find(({ layer, head }) => layer > layers || head > heads);
  if (missing === undefined) return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot use head ${headName(missing)}`,
    subject: headName(missing),
    expected: `a layer from 1 to ${layers} and a head from 1 to ${heads}`,
  });
}

function readHead(text: string): NamedHead | undefined {
  const [, layer, head] = /^([1-9]\d{0,3})\.([1-9]\d{0,3})$/.exec(text.trim()) ?? [];
  return layer === undefined ? undefined : { layer: Number(layer), head: Number(head) };
}
