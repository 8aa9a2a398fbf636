/** Changes to activations as plain data, which can be printed, saved and sent. */

import type { ActivationCache } from "./cache.ts";
import { Tensor } from "./tensor.ts";

/** One index or several, from 0. */
export type Indices = number | readonly number[];

/**
 * Positions, or the name of a role, which a study turns into the positions of each of its sentences. `negator` is always the negator,
 * `inserted` every token without a twin in the affirmative sentence.
 */
export type Place = Indices | string;

/** The part of an activation that an intervention changes; an omitted axis is taken whole. */
export interface Selection {
  /** Rows of the run: sentences or images. */
  readonly row?: Indices;
  /** Token or patch positions. */
  readonly position?: Place;
  /** Attention heads. */
  readonly head?: Indices;
  /** Attending positions, in `hook_pattern` and `hook_attn_scores`. */
  readonly query?: Place;
  /** Attended positions, in `hook_pattern` and `hook_attn_scores`. */
  readonly key?: Place;
  /** Neurons of an MLP, in `mlp.hook_pre` and `mlp.hook_post`. */
  readonly neuron?: Indices;
}

/** An intervention at hook points, by default of any kind. */
export interface OnHook<Kind extends string = string> extends Selection {
  /** Distinguishes the kinds of intervention. */
  readonly kind: Kind;
  /** The hook point's name; `*` stands for any part of it. */
  readonly hook: string;
}

/** A run of one of several sentences that belong together, such as the two of a pair. */
export interface ChangedRun {
  /** The sentence, by its name: in a study `negated` or `affirmative`. */
  readonly of: string;
  /** What is changed in it; patches may take values from runs of the other sentences. @default {nothing} */
  readonly changes?: readonly Intervention[];
}

/** Replaces values with those of another run. */
export interface Patch extends OnHook<"patch"> {
  /**
   * Where the values come from: a cache, of which row i of the run gets row i or the only one, or, where sentences have names, a run of
   * one of these as it is (its name) or changed.
   */
  readonly from: ActivationCache | string | ChangedRun;
  /** The row of the cache to use for every row. */
  readonly fromRow?: number;
  /** The position of the cache to use instead of the patched one; needs a single `position`. */
  readonly fromPosition?: number;
  /** Takes this query of the cache instead of the patched one; needs a single `query`. */
  readonly fromQuery?: number;
  /** Takes this key of the cache instead of the patched one; needs a single `key`. */
  readonly fromKey?: number;
}

/** Sets values to 0. */
export type Zero = OnHook<"zero">;

/** Replaces each component with its mean over positions. */
export interface Mean extends OnHook<"mean"> {
  /** The cache over whose rows and positions the mean is taken; without it, the mean is over the row's own positions. */
  readonly from?: ActivationCache;
}

/** Multiplies values. */
export interface Scale extends OnHook<"scale"> {
  /** What to multiply by. */
  readonly factor: number;
}

/** Adds a vector along the last axis. */
export interface Add extends OnHook<"add"> {
  /** One number for each component of the last axis. */
  readonly vector: readonly number[] | Float32Array | Float64Array;
}

/** Sets attention weights to 0. */
export interface KnockOut extends OnHook<"knockOut"> {
  /** Whether the remaining weights of each query are divided by their sum. */
  readonly renormalize: boolean;
}

/** The hook point and the rows that an edit function is called for. */
export interface EditContext {
  /** The hook point. */
  readonly hook: string;
  /** The run's row numbers, in the order of the tensor's first axis. */
  readonly rows: readonly number[];
}

/** Any change: the function writes into the tensor, or returns one of the same shape. */
export type EditFunction = (value: Tensor, context: EditContext) => Tensor | void;

/** Applies a function. Not serialisable. */
export interface Edit {
  /** Distinguishes the kinds of intervention. */
  readonly kind: "edit";
  /** The hook point's name; `*` stands for any part of it. */
  readonly hook: string;
  /** The function. */
  readonly apply: EditFunction;
}

/** A change at one or more hook points. */
export type Intervention = Patch | Zero | Mean | Scale | Add | KnockOut | Edit;

/**
 * Replaces values with those of another run: activation patching.
 *
 * @param hook A hook point; `*` stands for any part of the name.
 * @param options The cache to take from, and the part to replace.
 */
export function patch(hook: string, options: Omit<Patch, "kind" | "hook">): Patch {
  return { kind: "patch", hook, ...options };
}

/** Sets the selected values to 0. */
export function zero(hook: string, selection: Selection = {}): Zero {
  return { kind: "zero", hook, ...selection };
}

/** Replaces each selected component with its mean over positions, of the row itself or of a cache. */
export function mean(hook: string, options: Omit<Mean, "kind" | "hook"> = {}): Mean {
  return { kind: "mean", hook, ...options };
}

/** Multiplies the selected values by a factor. */
export function scale(hook: string, factor: number, selection: Selection = {}): Scale {
  return { kind: "scale", hook, factor, ...selection };
}

/**
 * Adds a vector to the selected values: steering.
 *
 * @param hook A hook point; `*` stands for any part of the name.
 * @param vector One number for each component of the hook point's last axis, such as a row of a cache or a difference of two.
 * @param selection Where to add it.
 */
export function add(
  hook: string,
  vector: Add["vector"] | Tensor,
  selection: Selection = {},
): Add {
  const values = vector instanceof Tensor ? vector.data : vector;
  return { kind: "add", hook, vector: values, ...selection };
}

/**
 * Sets attention weights to 0.
 *
 * @param hook A `hook_pattern`; `*` stands for any part of the name.
 * @param options Which weights, and whether each query's other weights are divided by their sum (`renormalize`, default false).
 */
export function knockOut(
  hook: string,
  options: Selection & { readonly renormalize?: boolean } = {},
): KnockOut {
  return { kind: "knockOut", hook, ...options, renormalize: options.renormalize ?? false };
}

/** Applies any function to a hook point's value. */
export function edit(hook: string, apply: EditFunction): Edit {
  return { kind: "edit", hook, apply };
}
