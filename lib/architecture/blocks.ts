/** The blocks of a tower: attention and MLP, each after a layer norm and added to the residual stream. */

import { NegscopeError } from "../errors.ts";
import { nearestText } from "../errors/kinds.ts";
import type { TowerWriter } from "./tower_writer.ts";

/** Writes the blocks, one after another. `x` is the residual stream before the first, [rows, positions, width]. */
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
    form,
    name: `${name}.self_attn`,
    at: (value) => at(`attn.${value}`),
  });
  const attentionOut = tower.node("Reshape", [attended, sizes], at("hook_attn_out"));
  const middle = tower.node("Add", [before, attentionOut], at("hook_resid_mid"));
  const normed = tower.norm(middle, `${name}.layer_norm2`, at("ln2"));
  const mlp = writeMlp(tower, tower.flat(normed, at("ln2.rows")), {
    name: `${name}.mlp`,
    at: (value) => at(`mlp.${value}`),
  });
  const mlpSizes = tower.node("Shape", [middle], at("mlp.sizes")); // so that the MLP reads nothing but this value
  const mlpOut = tower.node("Reshape", [mlp, mlpSizes], at("hook_mlp_out"));
  return tower.node("Add", [middle, mlpOut], at("hook_resid_post"));
}

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
type At = (name: string) => string;

/** Writes the attention of positions to each other, from the normalised stream [rows, positions, width] to [rows x positions, width]. */
function writeSelfAttention(
  tower: TowerWriter,
  x: string,
  { form, name, at }: { readonly form: AttentionForm; readonly name: string; readonly at: At },
): string {
  const { width } = tower.sizes;
  const rows = tower.flat(x, at("rows"));
  const project = (from: string, part: string, output: string) =>
    tower.linear(from, `${name}.${part}_proj`, [width, width], at(output));
  const [q, k, v] = ["q", "k", "v"].map((part) => project(rows, part, `hook_${part}`));
  const z = attend(tower, { q: q!, k: k!, v: v! }, { form, at });
  return project(z, "out", "out");
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
  const split = (value: string, name: string, perm: readonly bigint[], sizes = byHead) => {
    const byHead = tower.node("Reshape", [value, sizes], at(`${name} by head`));
    return tower.node("Transpose", [byHead], at(name), { perm });
  };
  const scale = tower.real(at("scale"), [], Float32Array.of((width / heads) ** -0.5));
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

/** Writes two linear layers with an activation between them, from [rows, width] to the same. */
export function writeMlp(
  tower: TowerWriter,
  x: string,
  { name, at }: { readonly name: string; readonly at: At },
): string {
  const { width, mlpWidth } = tower.sizes;
  const hidden = tower.linear(x, `${name}.fc1`, [width, mlpWidth], at("hook_pre"));
  const active = writeActivation(tower, hidden, at("hook_post"));
  return tower.linear(active, `${name}.fc2`, [mlpWidth, width], at("rows"));
}

function writeActivation(tower: TowerWriter, x: string, output: string): string {
  switch (activationOf(tower.sizes.hiddenAct)) {
    case "quick": {
      const slope = tower.real(`${output} slope`, [], Float32Array.of(1.702));
      const steeper = tower.node("Mul", [x, slope], `${output} steeper`);
      return tower.node("Mul", [x, tower.node("Sigmoid", [steeper], `${output} gate`)], output);
    }
    case "tanh":
      return tower.node("Gelu", [x], output, { approximate: "tanh" });
    case "exact":
      return tower.node("Gelu", [x], output);
    case "relu":
      return tower.node("Relu", [x], output);
    case "silu":
      return tower.node("Mul", [x, tower.node("Sigmoid", [x], `${output} gate`)], output);
  }
}

/** x times the logistic function of 1.702 x; GELU, with the error function or tanh; the larger of x and 0; x times the logistic function of x. */
export type Activation = "quick" | "exact" | "tanh" | "relu" | "silu";

const BY_NAME: Readonly<Record<string, Activation>> = {
  quick_gelu: "quick",
  gelu: "exact",
  gelu_new: "tanh",
  gelu_pytorch_tanh: "tanh",
  relu: "relu",
  silu: "silu",
  swish: "silu",
};

export function activationOf(name: string): Activation {
  const activation = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (activation !== undefined) return activation;
  const names = Object.keys(BY_NAME);
  throw new NegscopeError("model-unsupported", {
    problem: `Cannot build a tower with the activation "${name}"`,
    reason: `the nearest is ${nearestText(name, names)}`,
    expected: names.join(", "),
    fix: `check "hidden_act" in the model's settings`,
  });
}
