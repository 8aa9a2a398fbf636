/** The residual stream of a sentence as a stack of vectors: as it grows, or what each part adds to it. */

import type { ActivationCache } from "../../hooks/cache.ts";
import { checkIndices } from "../../hooks/apply.ts";
import { Tensor } from "../../hooks/tensor.ts";

/** Named vectors at each position of a sentence. */
export interface ResidualStack {
  /** What each component is, as TransformerLens labels it: `2_pre`, `embed`, `0_attn_out`, `L0H1`. Blocks and heads count from 0. */
  readonly labels: readonly string[];
  /** [component, position, width] */
  readonly values: Tensor;
}

/** How much of a run is stacked. */
export interface StackOptions {
  /** The stream before this block, from 0; the number of blocks for the stream after the last. @default {after the last} */
  readonly layer?: number;
  /** The row of the cache. @default {0} */
  readonly row?: number;
}

/**
 * The residual stream before each block up to a layer: `accumulated_resid` of TransformerLens. Its last entry after the last block is
 * `final_post`. The cache must hold `blocks.*.hook_resid_pre`, `blocks.*.hook_resid_post` and, if the stream between attention and MLP of
 * each block is wanted (`mid`), `blocks.*.hook_resid_mid`.
 */
export function accumulatedResidual(
  cache: ActivationCache,
  { mid, ...options }: StackOptions & { readonly mid?: boolean } = {},
): ResidualStack {
  const { layer, layers, row } = readOptions(cache, options);
  const entries = Array.from({ length: layer + 1 }, (_, block): Entry[] => {
    if (block === layers) {
      return [["final_post", cache.row(at(layers - 1, "hook_resid_post"), row)]];
    }
    const before: Entry = [`${block}_pre`, cache.row(at(block, "hook_resid_pre"), row)];
    if (!mid || block === layer) return [before];
    return [before, [`${block}_mid`, cache.row(at(block, "hook_resid_mid"), row)]];
  });
  return stacked(entries.flat());
}

/**
 * What the embeddings and each attention layer and MLP add to the residual stream before a layer; the sum over components is that
 * stream. `decompose_resid` of TransformerLens. The cache must hold `hook_embed`, `hook_pos_embed`, `blocks.*.hook_attn_out` and
 * `blocks.*.hook_mlp_out`.
 */
export function decomposeResidual(
  cache: ActivationCache,
  options: StackOptions = {},
): ResidualStack {
  const { layer, row } = readOptions(cache, options);
  const embeddings: Entry[] = [
    ["embed", cache.row("hook_embed", row)],
    ["pos_embed", cache.row("hook_pos_embed", row)],
  ];
  const blocks = Array.from({ length: layer }, (_, block): Entry[] => [
    [`${block}_attn_out`, cache.row(at(block, "hook_attn_out"), row)],
    [`${block}_mlp_out`, cache.row(at(block, "hook_mlp_out"), row)],
  ]);
  return stacked([...embeddings, ...blocks.flat()]);
}

/**
 * What each head adds to the residual stream before a layer, and the remainder: embeddings, MLPs and the biases of attention outputs.
 * The sum over components is that stream. `stack_head_results` of TransformerLens with its remainder. The cache must hold
 * `blocks.*.attn.hook_result`, `blocks.*.hook_resid_pre` and `blocks.*.hook_resid_post`.
 */
export function stackHeadResults(
  cache: ActivationCache,
  options: StackOptions = {},
): ResidualStack {
  const { layer, layers, row } = readOptions(cache, options);
  const whole = layer === layers ? at(layer - 1, "hook_resid_post") : at(layer, "hook_resid_pre");
  let remainder = cache.row(whole, row);
  const heads: Entry[] = [];
  for (let block = 0; block < layer; block++) {
    const result = cache.row(at(block, "attn.hook_result"), row); // [position, head, width]
    const [positions, count, width] = result.shape as [number, number, number];
    for (let head = 0; head < count; head++) {
      const data = Float32Array.from(
        { length: positions * width },
        (_, i) => result.data[(Math.floor(i / width) * count + head) * width + i % width]!,
      );
      const own = new Tensor(data, [positions, width], ["position", "width"]);
      heads.push([`L${block}H${head}`, own]);
      remainder = remainder.minus(own);
    }
  }
  return stacked([...heads, ["remainder", remainder]]);
}

/** A component's label and its vectors, [position, width]. */
type Entry = readonly [label: string, value: Tensor];

function at(block: number, name: string): string {
  return `blocks.${block}.${name}`;
}

function readOptions(cache: ActivationCache, { layer, row = 0 }: StackOptions) {
  const blocks = cache.names.map((name) => Number(/^blocks\.(\d+)\./.exec(name)?.[1] ?? -1));
  const layers = Math.max(-1, ...blocks) + 1;
  if (layer !== undefined) checkIndices("the residual stream", "layer", layer, layers + 1);
  return { layer: layer ?? layers, layers, row };
}

function stacked(entries: readonly Entry[]): ResidualStack {
  const [positions, width] = entries[0]![1].shape as [number, number];
  const data = new Float32Array(entries.length * positions * width);
  entries.forEach(([, value], i) => data.set(value.data, i * positions * width));
  const shape = [entries.length, positions, width];
  return {
    labels: entries.map(([label]) => label),
    values: new Tensor(data, shape, ["component", "position", "width"]),
  };
}
