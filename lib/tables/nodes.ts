/** The nodes of a text tower, every attention head and every MLP, and their names in tables, files and options. */

import { headName, type NamedHead, readHead } from "./head_names.ts";

export interface Node {
  readonly kind: "head" | "mlp";
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1; absent for an MLP. */
  readonly head?: number;
}

export interface NodeSizes {
  readonly layers: number;
  readonly heads: number;
}

/** All nodes: first the heads, layer by layer, then the MLPs. */
export function allNodes({ layers, heads }: NodeSizes): Node[] {
  const blocks = Array.from({ length: layers }, (_, block) => block + 1);
  const headNumbers = Array.from({ length: heads }, (_, i) => i + 1);
  return [
    ...blocks.flatMap((layer) => headNumbers.map((head): Node => ({ kind: "head", layer, head }))),
    ...blocks.map((layer): Node => ({ kind: "mlp", layer })),
  ];
}

/** A node's name: `head 4.2` (layer.head) or `mlp 3`, from 1 as in the paper. */
export function nodeName(node: Node): string {
  return node.kind === "head" ? `head ${headName(node as NamedHead)}` : `mlp ${node.layer}`;
}

/**
 * Reads a node: an MLP, `mlp 3`, or a head in any notation that {@linkcode readHead} knows.
 *
 * @param value A name; in a JSON file a list such as [3, 1] is a head too, counted from 0.
 */
export function readNode(value: unknown): Node | undefined {
  const name = Array.isArray(value) ? `(${value.join()})` : value;
  if (typeof name !== "string") return undefined;
  const head = readHead(name);
  if (head !== undefined) return { kind: "head", ...head };
  const [, block] = /^mlp ([1-9]\d{0,3})$/.exec(name) ?? [];
  return block === undefined ? undefined : { kind: "mlp", layer: Number(block) };
}

/** The hook point of a node's value: a head's mixed values z, or an MLP's output. */
export function nodeHook({ kind, layer }: Node): string {
  return kind === "head" ? `blocks.${layer - 1}.attn.hook_z` : `blocks.${layer - 1}.hook_mlp_out`;
}

export function nodeCells({ kind, layer, head }: Node): {
  readonly node: Node["kind"];
  readonly layer: number;
  readonly head: number | undefined;
} {
  return { node: kind, layer, head };
}

/** The name of a node in a table's row. */
export function cellsName({ node, layer, head }: {
  readonly node: Node["kind"];
  readonly layer: number;
  readonly head: number | undefined;
}): string {
  return nodeName({ kind: node, layer, ...(head !== undefined && { head }) });
}

/** A node's name in a text or a small table, where a head is written `4.2` as everywhere. */
export function nodeText(name: string): string {
  return name.replace(/^head /, "");
}
