import type { Axis } from "../../hooks/tensor.ts";
import type { OuterParts } from "../weights/weight_layout.ts";
import {
  type AddedValue,
  type Block,
  finalNormalized,
  headResults,
  neuronsAfter,
  neuronsBefore,
  normScale,
  positionEmbedding,
  projectionOf,
  tokenEmbedding,
} from "./block.ts";
import type { BatchRows, Target } from "../../hooks/apply.ts";

/** A kind of hook point, in every block or at an end of the tower. */
interface HookPoint {
  readonly name: string; // its name in TransformerLens, without the number of the block
  /** The block from which it is found, if the tower has it once. @default {every block has it} */
  readonly end?: "first" | "last";
  /** What its axes count; for a value that image towers have of their class token only, with one and without. */
  readonly axes: readonly Axis[] | Readonly<Record<"all" | "class", readonly Axis[]>>;
  /** Neighbours of the same stage do not depend on each other and share one cut. @default {a cut of its own} */
  readonly stage?: string;
  /** Whether every run stops here, even if it is not wanted. @default {false} */
  readonly always?: boolean;
  /** Whether it holds attention weights, which can be knocked out. @default {false} */
  readonly weights?: boolean;
  /** Its value in the graph, or how to make one that the graph lacks; undefined if it cannot be reached. */
  readonly find: (block: Block) => string | AddedValue | undefined;
}

const RESIDUAL: readonly Axis[] = ["batch", "position", "width"];
const BY_HEAD: readonly Axis[] = ["batch", "position", "head", "head width"];
const ATTENTION: readonly Axis[] = ["batch", "head", "query", "key"];
const NEURONS: readonly Axis[] = ["batch", "position", "neuron"];
const SCALE: readonly Axis[] = ["batch", "position", "scale"];

/**
 * All kinds of hook points in the order of computation. `hook_attn_scores` includes the mask as the graph adds it, see docs/exports.md.
 * `hook_scale` is the square root of variance + epsilon, and `hook_normalized` is the value before gain and bias, as in TransformerLens
 * from version 3 on.
 */
export const HOOK_POINTS: readonly HookPoint[] = [
  { name: "hook_embed", end: "first", axes: RESIDUAL, find: tokenEmbedding },
  { name: "hook_pos_embed", end: "first", axes: RESIDUAL, find: positionEmbedding },
  { name: "hook_resid_pre", axes: RESIDUAL, always: true, find: along("residPre") },
  { name: "ln1.hook_scale", axes: SCALE, find: normScale("residPre") },
  { name: "attn.hook_q", axes: BY_HEAD, stage: "projections", find: projectionOf("q") },
  { name: "attn.hook_k", axes: BY_HEAD, stage: "projections", find: projectionOf("k") },
  { name: "attn.hook_v", axes: BY_HEAD, stage: "projections", find: projectionOf("v") },
  {
    name: "attn.hook_attn_scores",
    axes: ATTENTION,
    find: ({ mix, softmax }) => mix && softmax?.input[0],
  },
  { name: "attn.hook_pattern", axes: ATTENTION, weights: true, find: ({ mix }) => mix?.input[0] },
  { name: "attn.hook_z", axes: BY_HEAD, find: ({ residuals }) => residuals?.out.input[0] },
  { name: "attn.hook_result", axes: ["batch", "position", "head", "width"], find: headResults },
  { name: "hook_attn_out", axes: RESIDUAL, find: along("attnOut") },
  { name: "hook_resid_mid", axes: RESIDUAL, find: along("residMid") },
  { name: "ln2.hook_scale", axes: SCALE, find: normScale("residMid") },
  { name: "mlp.hook_pre", axes: NEURONS, find: neuronsBefore },
  { name: "mlp.hook_post", axes: NEURONS, find: neuronsAfter },
  { name: "hook_mlp_out", axes: RESIDUAL, find: along("mlpOut") },
  { name: "hook_resid_post", axes: RESIDUAL, always: true, find: along("residPost") },
  {
    name: "ln_final.hook_normalized",
    end: "last",
    axes: { all: RESIDUAL, class: ["batch", "width"] },
    find: finalNormalized,
  },
];

function along(value: "residPre" | "attnOut" | "residMid" | "mlpOut" | "residPost") {
  return ({ residuals }: Block) => residuals?.[value];
}

export const IMAGE_PREFIX = "vision.";

const POINT_OF = new Map(HOOK_POINTS.map((point) => [point.name, point]));

/** All hook points of a tower in the order of computation, each with its block, from 0; at an end of the tower, the adjacent block. */
export function namedPoints(
  layers: number,
  prefix: string,
): { readonly name: string; readonly layer: number; readonly point: HookPoint }[] {
  const at = (end: HookPoint["end"]) => HOOK_POINTS.filter((point) => point.end === end);
  const outer = (end: "first" | "last", layer: number) =>
    at(end).map((point) => ({ name: `${prefix}${point.name}`, layer, point }));
  const inBlock = (layer: number) =>
    at(undefined).map((point) => (
      { name: `${prefix}blocks.${layer}.${point.name}`, layer, point }
    ));
  const blocks = Array.from({ length: layers }, (_, layer) => inBlock(layer));
  return [...outer("first", 0), ...blocks.flat(), ...outer("last", layers - 1)];
}

export function hookNames(layers: number, prefix: string): string[] {
  return namedPoints(layers, prefix).map(({ name }) => name);
}

export function hookPoint(name: string): HookPoint | undefined {
  return POINT_OF.get(name.replace(/^vision\./, "").replace(/^blocks\.\d+\./, ""));
}

/** What the axes of a hook point's value count. `tower`: whether it has a class token. @default {image towers do, as in CLIP} */
export function hookAxes(
  name: string,
  { classToken = name.startsWith(IMAGE_PREFIX) }: { readonly classToken?: boolean | undefined } =
    {},
): readonly Axis[] {
  const { axes } = hookPoint(name)!;
  if (!("all" in axes)) return axes;
  return classToken ? axes.class : axes.all;
}

/** A tower's sizes, as in config.json. */
export interface TowerShape {
  /** Number of blocks. */
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Neurons of an MLP's hidden layer. */
  readonly mlpWidth: number;
  /** Size of the embedding. */
  readonly projection: number;
  /** What comes before its blocks and after them. @default {as in CLIP} */
  readonly parts?: OuterParts;
}

export function hookShape(
  { heads, width, mlpWidth, parts }: Pick<TowerShape, "heads" | "width" | "mlpWidth" | "parts">,
  hook: string,
  { rows, positions }: { readonly rows: number; readonly positions: number },
): number[] {
  const sizes: Partial<Record<Axis, number>> = {
    batch: rows,
    position: positions,
    query: positions,
    key: positions,
    head: heads,
    width,
    "head width": width / heads,
    neuron: mlpWidth,
    scale: 1,
  };
  return hookAxes(hook, parts).map((axis) => sizes[axis]!);
}

export function hookTarget(
  tower: TowerShape,
  hook: string,
  { positions, batch }: { readonly positions: number; readonly batch: BatchRows },
): Target {
  const shape = hookShape(tower, hook, { rows: batch.rows.length, positions });
  const weights = hookPoint(hook)?.weights === true;
  return { hook, shape, axes: hookAxes(hook, tower.parts), weights, batch };
}

/** The axes of a hook point's value, with the sizes that the tower fixes: "batch, position, width 512". */
export function axesText(tower: TowerShape, hook: string): string {
  const shape = hookShape(tower, hook, { rows: 0, positions: 0 }); // 0: not fixed by the model
  return hookAxes(hook, tower.parts).map((axis, i) => shape[i] === 0 ? axis : `${axis} ${shape[i]}`)
    .join(", ");
}

/** How much of a tower is printed. */
export interface TowerTextOptions {
  /** Whether the hook points of every block have lines of their own; otherwise those of all blocks share one. @default {false} */
  readonly all?: boolean;
}

/** Folds names that differ only in their block, with none missing between, to one such as `blocks.{0–5}.hook_mlp_out`; `kindOf` keeps lines apart. */
export function foldBlocks(
  names: readonly string[],
  kindOf: (name: string) => string = () => "",
): readonly { readonly name: string; readonly names: readonly string[] }[] {
  const alike = Map.groupBy(
    names,
    (name) => `${kindOf(name)} ${name.replace(/blocks\.\d+\./, "blocks.*.")}`,
  );
  return [...alike.values()].flatMap((own) => {
    const [first, last] = [own[0]!, own.at(-1)!];
    const follow = blockOf(last) - blockOf(first) === own.length - 1;
    if (own.length === 1 || !follow) return own.map((name) => ({ name, names: [name] }));
    const blocks = `blocks.{${blockOf(first)}–${blockOf(last)}}.`;
    return [{ name: first.replace(/blocks\.\d+\./, blocks), names: own }];
  });
}

function blockOf(name: string): number {
  return Number(/blocks\.(\d+)\./.exec(name)?.[1]);
}
