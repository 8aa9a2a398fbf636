/** What is ablated at once in the text tower: a head, an MLP, the attention of a block, a whole block, or a set of heads. */

import { type Intervention, type Patch, patch, zero } from "../../hooks/interventions.ts";
import { type HeadSet, headsOfSet, nameOfSet } from "../head_set.ts";
import { allNodes, type Node, nodeHook, type NodeSizes } from "../../tables/nodes.ts";

/** A kind of single nodes, by its name as an option. */
export type NodeKind = "heads" | "mlps" | "attention" | "blocks";

export const NODE_KINDS: readonly NodeKind[] = ["heads", "mlps", "attention", "blocks"];

/** A value that is replaced: all of a hook point, or one head of it. */
interface ReplacedValue {
  readonly hook: string;
  /** The head's number from 0; absent for the whole value. */
  readonly head?: number;
}

export interface AblatedNode {
  /** `head`, `mlp`, `attn`, `block`, or several heads such as `heads 4.2,4.3`. */
  readonly part: string;
  /** The block's number from 1; undefined for several heads. */
  readonly layer: number | undefined;
  /** The head's number from 1. */
  readonly head: number | undefined;
  readonly values: readonly ReplacedValue[];
}

/**
 * The nodes that are ablated, each on its own, and a set of heads last. Returns first the heads, layer by layer, then the MLPs, the
 * attention of blocks, and whole blocks.
 */
export function ablatedNodes(
  { nodes: kinds, heads }: {
    readonly nodes: readonly NodeKind[];
    readonly heads?: HeadSet | undefined;
  },
  sizes: NodeSizes,
): AblatedNode[] {
  const single = allNodes(sizes);
  const blocks = Array.from({ length: sizes.layers }, (_, block) => block + 1);
  const ofKind: Record<NodeKind, () => AblatedNode[]> = {
    heads: () => single.filter(({ kind }) => kind === "head").map(ofNode),
    mlps: () => single.filter(({ kind }) => kind === "mlp").map(ofNode),
    attention: () => blocks.map((layer) => ofBlock("attn", layer, [attention(layer)])),
    blocks: () =>
      blocks.map((layer) =>
        ofBlock("block", layer, [attention(layer), { hook: nodeHook({ kind: "mlp", layer }) }])
      ),
  };
  return [
    ...NODE_KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) => ofKind[kind]()),
    ...heads === undefined ? [] : [ofSet(heads, sizes)],
  ];
}

export function nodeSet(part: string, nodes: readonly Node[]): AblatedNode {
  return { part, layer: undefined, head: undefined, values: nodes.map(valueOf) };
}

function ofSet(set: HeadSet, sizes: NodeSizes): AblatedNode {
  const heads = headsOfSet(set, sizes).map((head): Node => ({ kind: "head", ...head }));
  return nodeSet(`heads ${nameOfSet(set)}`, heads);
}

function ofNode(node: Node): AblatedNode {
  const { kind, layer, head } = node;
  return { part: kind, layer, head, values: [valueOf(node)] };
}

function ofBlock(part: string, layer: number, values: readonly ReplacedValue[]): AblatedNode {
  return { part, layer, head: undefined, values };
}

function valueOf(node: Node): ReplacedValue {
  const hook = nodeHook(node);
  return node.kind === "head" ? { hook, head: node.head! - 1 } : { hook };
}

function attention(layer: number): ReplacedValue {
  return { hook: `blocks.${layer - 1}.hook_attn_out` };
}

export function hooksOf(nodes: readonly AblatedNode[]): string[] {
  return [...new Set(nodes.flatMap(({ values }) => values.map(({ hook }) => hook)))];
}

/** What replaces a node's values: zeros, or the values at the same place of another run. */
export type Replacement = "zero" | Patch["from"];

export function changesOf(
  { values }: AblatedNode,
  position: readonly number[],
  by: Replacement,
): Intervention[] {
  return [...Map.groupBy(values, ({ hook }) => hook)].map(([hook, ofHook]) => {
    const head = ofHook.flatMap((value) => value.head ?? []);
    const where = { position, ...(head.length > 0 && { head }) };
    return by === "zero" ? zero(hook, where) : patch(hook, { ...where, from: by });
  });
}
