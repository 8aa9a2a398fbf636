/** The text and image towers of CLIP and SigLIP as graphs, built for weights that stay in their file. */

import { TensorProto_DataType as Type } from "onnx-buf";
import type { GraphEnd, GraphWriter } from "../onnx/build.ts";
import {
  attend,
  type TextConfig,
  type TowerArrays,
  TowerWriter,
  type VisionConfig,
  writeBlocks,
  writeMlp,
} from "./tower_writer.ts";
import { NegscopeError } from "../errors/errors.ts";
import type { FileAt } from "../reading/files.ts";
import { checkFiles, type WeightStore } from "../onnx/weight_files.ts";
import { Graph } from "../onnx/graph.ts";
import type { GraphOrigin } from "../onnx/graph_file.ts";
import { inFile, type NamedArrays, requireArray } from "./names/conventions.ts";

const INPUT = {
  name: "input_ids",
  type: Type.INT64,
  axes: ["batch_size", "sequence_length"],
} satisfies GraphEnd;

/** Rows that Long-CLIP takes of CLIP's own table of position embeddings (`mask1` of its model_longclip.py); those beyond are of a second table. */
const ROWS_OF_FIRST_TABLE = 20;

/** `eos_token_id` in older files, whose models read the embedding at the largest id. */
const LARGEST_ID = 2;
/** What is added to the score of a key that a query may not see: the lowest number of single precision, as in transformers. */
const HIDDEN = -3.4028234663852886e38;

/**
 * Writes CLIP's text tower: causal attention, and the embedding read at the end token.
 *
 * Input: `input_ids` [rows, positions]. Outputs: `text_embeds` [rows, projection], not normalised, and `last_hidden_state`.
 */
export function writeClipText(arrays: TowerArrays, config: TextConfig): WrittenTower {
  const { width, projection, eosTokenId } = config;
  const tower = new TowerWriter("text", config, arrays);
  const { stream, positions, byHead } = writeTokens(tower, config);
  const last = writeBlocks(tower, stream, { byHead, mask: causalMask(tower, positions) });
  const normed = tower.norm(last, "final_layer_norm", "last_hidden_state");
  const end = endPosition(tower, eosTokenId!); // the family's defaults have one, and so has every configuration
  const pooled = tower.node("GatherND", [normed, end], "pooled", { batch_dims: 1n });
  const sizes = [width, projection] as const;
  tower.linear(pooled, "text_projection", sizes, "text_embeds", { bias: false });
  return written(tower, INPUT, { text_embeds: [projection], ...stateOf(config) });
}

/**
 * Writes SigLIP's text tower (`SiglipTextModel` in transformers): attention without a mask, and the embedding made at the last position.
 *
 * Input: `input_ids` [rows, positions]. Outputs: `pooler_output` [rows, projection], not normalised, and `last_hidden_state`.
 */
export function writeSiglipText(arrays: TowerArrays, config: TextConfig): WrittenTower {
  const { width, projection } = config;
  const tower = new TowerWriter("text", config, arrays);
  const { stream, byHead } = writeTokens(tower, config);
  const last = writeBlocks(tower, stream, { byHead });
  const normed = tower.norm(last, "final_layer_norm", "last_hidden_state");
  const pooled = tower.node("Gather", [normed, tower.whole(-1)], "pooled", { axis: 1n });
  tower.linear(pooled, "head", [width, projection], "pooler_output");
  return written(tower, INPUT, { pooler_output: [projection], ...stateOf(config) });
}

/** Writes the embeddings of tokens and positions, added: `stream` [rows, positions, width], `byHead` [rows, positions, heads, head width]. */
function writeTokens(tower: TowerWriter, { vocabSize, maxPositions, width, heads }: TextConfig) {
  const ids = INPUT.name;
  const shape = tower.node("Shape", [ids], "sizes"); // [rows, positions]
  const positions = tower.node("Gather", [shape, tower.whole([1])], "positions", { axis: 0n });
  const table = tower.array("embeddings.token_embedding.weight", [vocabSize, width]);
  const tokens = tower.node("Gather", [table, ids], "hook_embed");
  const positionSizes = [maxPositions, width] as const;
  const name = "embeddings.position_embedding.weight";
  const other = "embeddings.position_embedding_res.weight"; // of Long-CLIP
  const allPositions = tower.has(other)
    ? tower.joinedTable(name, { other, shape: positionSizes, rows: ROWS_OF_FIRST_TABLE })
    : tower.array(name, positionSizes);
  const start = tower.whole([0]);
  const used = tower.node("Slice", [allPositions, start, positions, start], "hook_pos_embed");
  const stream = tower.node("Add", [tokens, used], "blocks.0.hook_resid_pre");
  const headSizes = tower.whole([heads, width / heads]);
  const byHead = tower.node("Concat", [shape, headSizes], "sizes by head", { axis: 0n });
  return { stream, positions, byHead };
}

/** Where the embedding is read: the first end token, or the largest id; [rows, 1]. */
function endPosition(tower: TowerWriter, eosTokenId: number): string {
  const last = { axis: -1n, keepdims: 1n };
  if (eosTokenId === LARGEST_ID) return tower.node("ArgMax", [INPUT.name], "end position", last);
  const equal = tower.node("Equal", [INPUT.name, tower.whole(eosTokenId)], "is end token");
  const marks = tower.node("Cast", [equal], "end marks", { to: BigInt(Type.INT32) });
  return tower.node("ArgMax", [marks], "end position", last);
}

/** The mask that hides later positions, [positions, positions]. */
function causalMask(tower: TowerWriter, positions: string): string {
  const both = tower.node("Concat", [positions, positions], "mask sizes", { axis: 0n });
  const hidden = tower.real("hidden", [1], Float32Array.of(HIDDEN));
  const all = tower.node("Expand", [hidden, both], "mask of all");
  return tower.node("Trilu", [all, tower.whole(1)], "causal mask", { upper: 1n });
}

/** The axes of the text tower's second output behind the rows. */
function stateOf({ width }: TextConfig) {
  return { last_hidden_state: ["sequence_length", width] };
}

/** A tower with its input and its outputs, each with its axes behind the rows. */
function written(
  graph: TowerWriter,
  input: GraphEnd,
  outputs: Readonly<Record<string, readonly (string | number)[]>>,
): WrittenTower {
  return {
    graph,
    weights: graph.weights,
    inputs: [input],
    outputs: Object.entries(outputs).map(([name, axes]) => ({
      name,
      type: Type.FLOAT,
      axes: ["batch_size", ...axes],
    })),
  };
}

const PIXELS = "pixel_values";

/**
 * Writes CLIP's image tower: patches after a class token, at which the embedding is read.
 *
 * Input: `pixel_values` [rows, channels, height, width]. Output: `image_embeds` [rows, projection], not normalised.
 */
export function writeClipImage(arrays: TowerArrays, config: VisionConfig): WrittenTower {
  const { width, heads, imageSize, patchSize, projection } = config;
  const tower = new TowerWriter("image", config, arrays);
  const positions = Math.floor(imageSize / patchSize) ** 2 + 1;
  const patches = writePatches(tower, config);
  const sizes = tower.node("Shape", [PIXELS], "sizes");
  const rows = tower.node("Gather", [sizes, tower.whole([0])], "rows", { axis: 0n });
  const one = tower.whole([1, width]);
  const classSizes = tower.node("Concat", [rows, one], "class sizes", { axis: 0n });
  const stored = tower.array("embeddings.class_embedding", [width]);
  const classToken = tower.node("Expand", [stored, classSizes], "class token");
  const embedded = tower.node("Concat", [classToken, patches], "vision.hook_embed", { axis: 1n });
  const table = tower.array("embeddings.position_embedding.weight", [positions, width]);
  const summed = tower.node("Add", [embedded, table], "embedded");
  const first = tower.norm(summed, "pre_layrnorm", "vision.blocks.0.hook_resid_pre");
  const byHead = tower.whole([-1, positions, heads, width / heads]);
  const last = writeBlocks(tower, first, { byHead });
  const token = tower.node("Gather", [last, tower.whole(0)], "class", { axis: 1n });
  const pooled = tower.norm(token, "post_layernorm", "pooled");
  const shape = [width, projection] as const;
  tower.linear(pooled, "visual_projection", shape, "image_embeds", { bias: false });
  return written(tower, inputOf(config), { image_embeds: [projection] });
}

/**
 * Writes SigLIP's image tower (`SiglipVisionModel` in transformers): patches alone, pooled by the attention of one learnt query.
 *
 * Input: `pixel_values` [rows, channels, height, width]. Outputs: `pooler_output` [rows, width], not normalised, and `last_hidden_state`.
 */
export function writeSiglipImage(arrays: TowerArrays, config: VisionConfig): WrittenTower {
  const { width, heads, imageSize, patchSize } = config;
  const tower = new TowerWriter("image", config, arrays);
  const positions = Math.floor(imageSize / patchSize) ** 2;
  const patches = writePatches(tower, config, { bias: true });
  const table = tower.array("embeddings.position_embedding.weight", [positions, width]);
  const first = tower.node("Add", [patches, table], "vision.blocks.0.hook_resid_pre");
  const byHead = tower.whole([-1, positions, heads, width / heads]);
  const last = writeBlocks(tower, first, { byHead });
  const normed = tower.norm(last, "post_layernorm", "last_hidden_state");
  pool(tower, normed, byHead);
  const outputs = { pooler_output: [width], last_hidden_state: [positions, width] };
  return written(tower, inputOf(config), outputs);
}

function inputOf({ channels, imageSize }: VisionConfig) {
  return { name: PIXELS, type: Type.FLOAT, axes: ["batch_size", channels, imageSize, imageSize] };
}

/** The patches of images, as a convolution whose kernels do not overlap: [rows, patches, width]. */
function writePatches(
  tower: TowerWriter,
  { width, channels, patchSize }: VisionConfig,
  { bias = false } = {},
): string {
  const name = "embeddings.patch_embedding";
  const kernel = [patchSize, patchSize];
  const filters = tower.array(`${name}.weight`, [width, channels, ...kernel]);
  const terms = bias ? [tower.array(`${name}.bias`, [width])] : [];
  const sizes = kernel.map(BigInt);
  const steps = { kernel_shape: sizes, strides: sizes };
  const image = tower.node("Conv", [PIXELS, filters, ...terms], "convolved", steps);
  const flat = tower.node("Reshape", [image, tower.whole([0, width, -1])], "patches last");
  return tower.node("Transpose", [flat], "patches", { perm: [0n, 2n, 1n] });
}

/** The attention of the learnt query to all positions, and an MLP that adds to what it reads: [rows, width]. */
function pool(tower: TowerWriter, normed: string, byHead: string): void {
  const { width, heads } = tower.sizes;
  const at = (name: string) => `vision.pool.${name}`;
  const linear = (x: string, part: string) =>
    tower.linear(x, `head.attention.${part}_proj`, [width, width], at(part));
  const probe = tower.flat(tower.array("head.probe", [1, 1, width]), at("probe")); // [1, width]
  const rows = tower.flat(normed, at("rows"));
  const projected = { q: linear(probe, "q"), k: linear(rows, "k"), v: linear(rows, "v") };
  const queriesByHead = tower.whole([1, 1, heads, width / heads]);
  const z = attend(tower, projected, { form: { byHead, queriesByHead }, at });
  const attended = linear(z, "out");
  const read = tower.norm(attended, "head.layernorm", at("ln"));
  const mlp = writeMlp(tower, read, { name: "head.mlp", at: (value) => at(`mlp.${value}`) });
  tower.node("Add", [attended, mlp], "pooler_output");
}

export interface OpenedWeights {
  readonly stamps: ReadonlyMap<string, string>;
  readonly named: NamedArrays;
}

export interface WrittenTower {
  readonly graph: GraphWriter;
  readonly weights: WeightStore;
  readonly inputs: readonly GraphEnd[];
  readonly outputs: readonly GraphEnd[];
}

export function builtTower(
  { files, path }: FileAt,
  open: () => OpenedWeights,
  write: (arrays: TowerArrays) => WrittenTower,
): GraphOrigin {
  const read = async () => {
    const { stamps, named } = open();
    await checkFiles(files, stamps); // they may have been opened earlier
    const names = [...named.arrays.keys()];
    const left = new Set(names.filter((name) => !name.startsWith("logit_"))); // the scale belongs to neither tower
    const { graph, weights, ...ends } = write({
      stamps,
      has: (name) => named.arrays.has(name),
      arrayOf: (name, shape) => {
        left.delete(name);
        return requireArray(named, name, shape);
      },
    });
    if (left.size > 0) {
      throw leftOver(path, [...new Set([...left].map((name) => inFile(named, name).name))]);
    }
    return { graph: new Graph(graph.model("tower", ends), path, { external: weights }), stamps };
  };
  return { files, path, read };
}

function leftOver(path: string, names: readonly string[]): NegscopeError {
  const which = names.length === 1
    ? `array "${names[0]}"`
    : `${names.length} arrays, such as "${names[0]}"`;
  return new NegscopeError("model-files-differ", {
    problem: `Cannot use the weights in "${path}"`,
    reason: `the model that the settings describe has no part for ${which}`,
    fix:
      "check that the weights and the settings (config.json or open_clip_config.json) belong together",
  });
}
