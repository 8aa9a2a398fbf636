/** Attention between positions. */

import type { TowerWriter } from "./tower_writer.ts";

/** How the positions of a block's attention are laid out. */
export interface AttentionForm {
  /** The name of the whole numbers [rows, positions, heads, head width]. */
  readonly byHead: string;
  /** The same for the queries. @default {as those of keys and values} */
  readonly queriesByHead?: string;
  /** The name of a mask that is added to the scores. */
  readonly mask?: string;
}

/** The name of a value within a part: the part's own name before it. */
export type At = (name: string) => string;

/**
 * Writes the attention of positions to each other. Returns [rows x positions, width].
 *
 * @param x The normalised residual stream, [rows, positions, width].
 */
export function writeSelfAttention(
  tower: TowerWriter,
  x: string,
  { form, name, at }: { readonly form: AttentionForm; readonly name: string; readonly at: At },
): string {
  const { width } = tower.sizes;
  const square = { inputs: width, outputs: width };
  const rows = tower.flat(x, at("rows"));
  const [q, k, v] = ["q", "k", "v"].map((each) =>
    tower.linear(rows, `${name}.${each}_proj`, { ...square, output: at(`hook_${each}`) })
  );
  const z = attend(tower, { q: q!, k: k!, v: v! }, { form, at });
  return tower.linear(z, `${name}.out_proj`, { ...square, output: at("out") });
}

/**
 * Writes softmax(q k / sqrt(head width)) v for each head. Returns the heads' outputs side by side, [rows x positions, width].
 *
 * @param inputs Queries, keys and values, [rows x positions, width]; queries of one row serve all rows.
 */
export function attend(
  tower: TowerWriter,
  { q, k, v }: { readonly q: string; readonly k: string; readonly v: string },
  { form: { byHead, queriesByHead = byHead, mask }, at }: {
    readonly form: AttentionForm;
    readonly at: At;
  },
): string {
  const { width, heads } = tower.sizes;
  const split = (value: string, name: string, perm: readonly bigint[], sizes = byHead) =>
    tower.node(
      "Transpose",
      [tower.node("Reshape", [value, sizes], at(`${name} by head`))],
      at(name),
      { perm },
    );
  const scale = tower.real(at("scale"), (width / heads) ** -0.5);
  const scaled = tower.node("Mul", [q, scale], at("q scaled"));
  const queries = split(scaled, "queries", [0n, 2n, 1n, 3n], queriesByHead);
  const keys = split(k, "keys", [0n, 2n, 3n, 1n]);
  const values = split(v, "values", [0n, 2n, 1n, 3n]);
  const scores = at("hook_attn_scores");
  const products = tower.node("MatMul", [queries, keys], mask ? at("products") : scores);
  if (mask !== undefined) tower.node("Add", [products, mask], scores);
  const pattern = tower.node("Softmax", [scores], at("hook_pattern"), { axis: -1n });
  const mixed = tower.node("MatMul", [pattern, values], at("mixed"));
  const byPosition = tower.node("Transpose", [mixed], at("z by head"), { perm: [0n, 2n, 1n, 3n] });
  return tower.flat(byPosition, at("hook_z"));
}
