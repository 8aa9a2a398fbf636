/** The heads that are knocked out together, as an option. */

import { NegscopeError } from "../errors/errors.ts";
import type { Option } from "../options/option.ts";
import {
  allNodes,
  headName,
  type NamedHead,
  nameFromZero,
  nodeName,
  type NodeSizes,
  readHead,
} from "../tables/nodes.ts";

/** Some heads, or all. */
export type HeadSet = readonly NamedHead[] | "all";

export const LIST_OF_HEADS = "1.2,1.3 (layer.head, from 1; or L0H1,L0H2)";

export const HEAD_SET: Option<HeadSet> = {
  help: `the heads that are also knocked out all at once, such as ${LIST_OF_HEADS}`,
  placeholder: "LIST",
  standard: "all",
  expected: `all, or different heads such as ${LIST_OF_HEADS}`,
  parse: (text) => {
    if (text === "all") return "all";
    const heads = partsOf(text).map(readHead);
    const named = heads.filter((head) => head !== undefined);
    const isSet = new Set(named.map(headName)).size === heads.length;
    return isSet ? named.sort((a, b) => a.layer - b.layer || a.head - b.head) : undefined;
  },
  print: nameOfSet,
  wrongPart: (text) => partsOf(text).find((part) => readHead(part) === undefined) || text, // the whole where a part is empty
};

/** The parts of a list; `(3, 1)` and `blocks.3, head 1` are one each. */
function partsOf(text: string): string[] {
  return text.split(/,(?![^(]*\))(?! *head)/);
}

/** The name of a set, as in a table: `all`, or `1.2,1.3`. */
export function nameOfSet(set: HeadSet): string {
  return set === "all" ? set : set.map(headName).join(",");
}

export function headsOfSet(set: HeadSet, { layers, heads }: NodeSizes): readonly NamedHead[] {
  if (set !== "all") return set;
  return Array.from({ length: layers * heads }, (_, i) => (
    { layer: Math.floor(i / heads) + 1, head: i % heads + 1 }
  ));
}

export function checkHeadSet(set: HeadSet, sizes: NodeSizes): void {
  if (set !== "all") checkNodes(set.map((head) => nodeName({ kind: "head", ...head })), sizes);
}

/** Refuses a head or an MLP that the text tower lacks. */
export function checkNodes(names: readonly string[], { layers, heads }: NodeSizes): void {
  const known = new Set(allNodes({ layers, heads }).map(nodeName));
  const missing = names.find((name) => !known.has(name));
  if (missing === undefined) return;
  const last = nameFromZero({ layer: layers, head: heads });
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot use ${missing}`,
    subject: missing,
    reason: "the text tower lacks it",
    expected: `layers from 1 to ${layers} and heads from 1 to ${heads} (L0H0 to ${last})`,
  });
}
