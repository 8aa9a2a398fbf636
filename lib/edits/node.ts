/** The heads and MLPs that an edit scales. */

import { headName, type NamedHead, readHead } from "../tables/head_names.ts";

/** A head, or an MLP, which has no `head`; both from 1. */
export type EditedNode = NamedHead | { readonly layer: number; readonly head?: undefined };

/** Reads `mlp 3`, or a head in any notation that the kit knows. */
export function editedNode(name: unknown): EditedNode | undefined {
  if (typeof name !== "string") return undefined;
  const [, layer] = /^mlp ([1-9]\d{0,3})$/.exec(name) ?? [];
  return layer === undefined ? readHead(name) : { layer: Number(layer) };
}

/** A node's name: `head 4.2` or `mlp 3`. */
export function editedNodeName(node: EditedNode): string {
  return node.head === undefined ? `mlp ${node.layer}` : `head ${headName(node)}`;
}
