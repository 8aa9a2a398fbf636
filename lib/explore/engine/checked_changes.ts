/** Whether changes that a page or a link has sent can be made, as far as the model's size alone decides. */

import { wrongValue } from "../../errors.ts";
import { type Node, readNode } from "../../tables/nodes.ts";
import type { Change } from "../protocol.ts";

export type Of<Kind extends Change["kind"]> = Extract<Change, { readonly kind: Kind }>;

const MOST = { changes: 200, strength: 10 };

export function checkedChanges(given: unknown, { layers, heads }: Sizes): readonly Change[] {
  if (!Array.isArray(given) || given.length > MOST.changes) {
    throw wrongValue("make changes", given, `a list of at most ${MOST.changes} changes`);
  }
  const check = (change: Change): boolean => {
    const isLayer = (first: number) => {
      const { layer } = change as Of<"patch">;
      return Number.isInteger(layer) && layer >= first && layer <= layers;
    };
    switch (change?.kind) {
      case "patch":
        return isLayer(0) && Number.isInteger(change.position) && change.position >= 0;
      case "direction":
        return isLayer(1) && Number.isFinite(change.strength) &&
          Math.abs(change.strength) <= MOST.strength;
      case "knock_out":
        return nodeIn(change.head, { layers, heads })?.kind === "head";
      case "replace":
        return nodeIn(change.part, { layers, heads }) !== undefined;
      case "cut":
        return isArrow(change, { layers, heads });
      default:
        return false;
    }
  };
  const wrong = given.find((change) => !check(change));
  if (wrong === undefined) return given;
  throw wrongValue(
    "make change",
    JSON.stringify(wrong)?.slice(0, 200),
    `a patch, knock_out, replace, cut or direction in ${layers} layers of ${heads} heads`,
  );
}

interface Sizes {
  readonly layers: number;
  readonly heads: number;
}

export function nodeIn(name: unknown, { layers, heads }: Sizes): Node | undefined {
  const node = typeof name === "string" ? readNode(name) : undefined;
  const isIn = node !== undefined && node.layer >= 1 && node.layer <= layers &&
    (node.head === undefined || node.head >= 1 && node.head <= heads);
  return isIn ? node : undefined;
}

function isArrow({ from, to, by }: Of<"cut">, sizes: Sizes): boolean {
  const start = nodeIn(from, sizes);
  if (by === "direct") return to === "score" && start !== undefined;
  const end = nodeIn(to, sizes);
  if (end?.kind !== "head") return false;
  if (by === "all") return from === "negator";
  return ["queries", "keys", "values"].includes(by) &&
    (from === "negator" || start?.kind === "head" && start.layer < end.layer);
}
