/** The blocks of a tower: attention and MLP, each after a layer norm and added to the residual stream. */

import { type At, type AttentionForm, writeSelfAttention } from "./attention.ts";
import { writeMlp } from "./mlp.ts";
import type { TowerWriter } from "./tower_writer.ts";

/**
 * Writes the blocks, one after another.
 *
 * @param x The residual stream before the first, [rows, positions, width].
 */
export function writeBlocks(tower: TowerWriter, x: string, form: AttentionForm): string {
  let stream = x;
  for (let layer = 0; layer < tower.sizes.layers; layer++) {
    const at = (name: string) => `${tower.prefix}blocks.${layer}.${name}`;
    stream = writeBlock(tower, stream, { form, name: `encoder.layers.${layer}`, at });
  }
  return stream;
}

function writeBlock(
  tower: TowerWriter,
  before: string,
  { form, name, at }: { readonly form: AttentionForm; readonly name: string; readonly at: At },
): string {
  const sizes = tower.node("Shape", [before], at("sizes")); // restores the form after a matrix
  const attended = writeSelfAttention(tower, tower.norm(before, `${name}.layer_norm1`, at("ln1")), {
    ...{ form, name: `${name}.self_attn`, at: (value) => at(`attn.${value}`) },
  });
  const attentionOut = tower.node("Reshape", [attended, sizes], at("hook_attn_out"));
  const middle = tower.node("Add", [before, attentionOut], at("hook_resid_mid"));
  const normed = tower.norm(middle, `${name}.layer_norm2`, at("ln2"));
  const mlp = writeMlp(tower, tower.flat(normed, at("ln2.rows")), {
    ...{ name: `${name}.mlp`, at: (value) => at(`mlp.${value}`) },
  });
  const mlpSizes = tower.node("Shape", [middle], at("mlp.sizes")); // so that the MLP reads nothing but this value
  const mlpOut = tower.node("Reshape", [mlp, mlpSizes], at("hook_mlp_out"));
  return tower.node("Add", [middle, mlpOut], at("hook_resid_post"));
}
