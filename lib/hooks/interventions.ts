import { ActivationCache } from "./cache.ts";
import { Tensor } from "./tensor.ts";
import { NegscopeError, shown, wrongValue } from "../errors/errors.ts";
import { nearestName } from "../errors/kinds.ts";

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

/** Replaces values with those of another run: activation patching. `hook`: a hook point; `*` stands for any part of the name. */
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
 * Adds a vector to the selected values: steering. It has a number for each component of the hook point's last axis, such as a row of a
 * cache or a difference of two.
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
 * Sets attention weights of a `hook_pattern` to 0. `renormalize`: whether each query's other weights are divided by their sum.
 * @default {false}
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

type Rule = readonly [expected: string, fits: (value: unknown) => boolean];

const isText = (value: unknown) => typeof value === "string";
const isNumber = (value: unknown) => typeof value === "number";
const isList = (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value);
const isIndices = (value: unknown) => isNumber(value) || isList(value);
const isCache = (value: unknown) => value instanceof ActivationCache;
const isRun = (value: unknown) =>
  typeof value === "object" && value !== null && "of" in value && isText(value.of);

const CACHE = "the cache that runWithCache() or a sentence's cache() gives";
const HOOK: Rule = ["the name of a hook point", isText];
const INDEX: Rule = ["a whole number", isNumber];
const INDICES: Rule = ["a whole number or a list of them", isIndices];
const PLACE: Rule = [
  "a whole number, a list of them or a role",
  (value) => isText(value) || isIndices(value),
];
const SOURCE: Rule = [
  `${CACHE}, the name of a sentence, or a run { of, changes }`,
  (value) => isCache(value) || isText(value) || isRun(value),
];

const SELECTION = {
  row: INDICES,
  position: PLACE,
  head: INDICES,
  query: PLACE,
  key: PLACE,
  neuron: INDICES,
};

type Rules = Readonly<Record<string, Rule>>;

const PARTS: Readonly<
  Record<Intervention["kind"], { readonly needs?: Rules; readonly may?: Rules }>
> = {
  patch: {
    needs: { from: SOURCE },
    may: { ...SELECTION, fromRow: INDEX, fromPosition: INDEX, fromQuery: INDEX, fromKey: INDEX },
  },
  zero: { may: SELECTION },
  mean: { may: { ...SELECTION, from: [CACHE, isCache] } },
  scale: { needs: { factor: ["a number", isNumber] }, may: SELECTION },
  add: { needs: { vector: ["a list of numbers", isList] }, may: SELECTION },
  knockOut: {
    may: { ...SELECTION, renormalize: ["true or false", (value) => typeof value === "boolean"] },
  },
  edit: { needs: { apply: ["a function", (value) => typeof value === "function"] } },
};

/** Checks that a run's interventions are a list, and that each has the parts that its kind needs and no others. */
export function checkInterventions(given: unknown): asserts given is readonly Intervention[] {
  if (!Array.isArray(given)) {
    throw new NegscopeError("value-wrong", {
      problem: "Cannot use the interventions",
      subject: typeof given,
      reason: `they are ${shown(given)}`,
      expected: "a list",
      fix: "put a single intervention in brackets",
    });
  }
  given.forEach((intervention: unknown, i) => {
    if (isIntervention(intervention)) return checkParts(intervention);
    throw new NegscopeError("value-wrong", {
      problem: `Cannot use intervention ${i + 1}`,
      subject: i + 1,
      reason: `it is ${shown(intervention)}`,
      expected: "what patch(), zero(), mean(), scale(), add(), knockOut() or edit() gives",
    });
  });
}

function isIntervention(value: unknown): value is Intervention {
  return typeof value === "object" && value !== null && "kind" in value &&
    Object.hasOwn(PARTS, String(value.kind));
}

function checkParts(intervention: Intervention): void {
  const { needs = {}, may = {} } = PARTS[intervention.kind];
  const { kind: _, ...given } = intervention;
  const parts: Readonly<Record<string, unknown>> = given;
  const call = `use ${intervention.kind}(${isText(given.hook) ? `"${given.hook}"` : ""})`;
  for (const [name, [expected, fits]] of Object.entries({ hook: HOOK, ...needs, ...may })) {
    const value = parts[name];
    if (fits(value) || value === undefined && Object.hasOwn(may, name)) continue;
    throw new NegscopeError("value-wrong", {
      problem: `Cannot ${call}`,
      subject: name,
      reason: `its ${name} is ${shown(value)}`,
      expected,
    });
  }
  checkKnown(call, Object.keys(given), ["hook", ...Object.keys(may), ...Object.keys(needs)]);
}

export function checkOptions(options: unknown, known: readonly string[]): void {
  const isObject = typeof options === "object" && options !== null;
  if (!isObject) throw wrongValue("run with", options, `an object with ${listed(known)}`);
  checkKnown("run with these options", Object.keys(options), known);
}

function checkKnown(doing: string, names: readonly string[], known: readonly string[]): void {
  const other = names.find((name) => !known.includes(name));
  if (other === undefined) return;
  const near = nearestName(other, known);
  throw new NegscopeError("name-unknown", {
    problem: `Cannot ${doing}`,
    subject: other,
    reason: `there is no "${other}"`,
    expected: listed(known.filter((name) => name !== "hook")),
    ...near !== undefined && { fix: `the nearest is ${near}` },
  });
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
