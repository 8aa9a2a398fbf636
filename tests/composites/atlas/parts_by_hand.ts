/** Parts and paths of an atlas made by hand. */

import type {
  Atlas,
  AtlasPart,
  AtlasPath,
  MethodName,
  Value,
} from "../../../lib/composites/atlas/read_atlas.ts";
import { readNode } from "../../../lib/tables/nodes.ts";

/** A value whose intervals have a half-width; without one it has none. */
export function value(share: number, half: number | null = 0.001): Value {
  const bounds = half === null
    ? { low: undefined, high: undefined }
    : { low: share - half, high: share + half };
  return {
    value: share,
    ...bounds,
    simultaneousLow: bounds.low,
    simultaneousHigh: bounds.high,
  };
}

export function part(
  name: string,
  values: Partial<Record<MethodName, Value>>,
  inCircuit?: boolean,
): AtlasPart {
  return {
    negation: "foil",
    node: readNode(name)!,
    values: new Map(Object.entries(values) as [MethodName, Value][]),
    inCircuit,
  };
}

/** A path between `negator`, parts and `score`. */
export function path(from: string, to: string, share: number, half = 0.001): AtlasPath {
  return { ...value(share, half), negation: "foil", from: readNode(from), to: readNode(to) };
}

/** A share that a control says is one of negation, or not. */
export function controlled(share: number, isSpecific: boolean): Value {
  const shown = { value: 0.1, difference: 0.1, low: 0, high: 0.2 };
  const control = { control: "determiner", ...shown, isSpecific, isBeyond: isSpecific };
  return { ...value(share), control };
}

export function atlasOf(given: Partial<Atlas>): Atlas {
  const nothing = { parts: [], paths: [], scores: [], circuit: [], ablated: [] };
  return { ...nothing, isSearched: true, word: '"no"', ...given };
}
