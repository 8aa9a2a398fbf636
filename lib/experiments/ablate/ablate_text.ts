/** Ablates nodes of the text tower: its options, and d of every row with each node ablated in both sentences. */

import {
  type ChangedRun,
  type Intervention,
  type Patch,
  patch,
  zero,
} from "../../hooks/interventions.ts";
import { checkHeadSet, HEAD_SET, headsOfSet, LIST_OF_HEADS, nameOfSet } from "../head_set.ts";
import { type NamedHead, nodeHook, type NodeSizes } from "../../tables/nodes.ts";
import { type Role, ROLES } from "../../data/align.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { choice, ifGiven, list, type Option, type OptionsOf } from "../../options/option.ts";
import { type AlignedPair, checkEachMinimal, preparePairs } from "../../study/rows/prepare.ts";
import type { Study } from "../../study/study.ts";
import { ActivationCache } from "../../hooks/cache.ts";
import { Tensor } from "../../hooks/tensor.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { affirmativeRoles } from "../../study/sentences/placing.ts";
import { pairGroups } from "../nodes/pair_runs.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/groups.ts";
import { signOf } from "../../study/effects/noise.ts";
import {
  batchesOf,
  inParts,
  oncePerPair,
  type PairedRuns,
} from "../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import { seededRandom } from "../../stats/random.ts";

/** A kind of single nodes, by its name as an option. */
export type NodeKind = "heads" | "mlps" | "attention" | "blocks";

const NODE_KINDS: readonly NodeKind[] = ["heads", "mlps", "attention", "blocks"];

export interface AblatedNode {
  /** `head`, `mlp`, `attn`, `block`, or several heads such as `heads 4.2,4.3`. */
  readonly part: string;
  /** The block's number from 1; undefined for several heads. */
  readonly layer: number | undefined;
  /** The head's number from 1. */
  readonly head: number | undefined;
  /** The values that are replaced: all of a hook point, or some heads of it, from 0. */
  readonly values: readonly { readonly hook: string; readonly head?: readonly number[] }[];
}

/**
 * The nodes that are ablated, each on its own, and a set of heads last. Returns first the heads, layer by layer, then the MLPs, the
 * attention of blocks, and whole blocks.
 */
export function ablatedNodes(
  { nodes: kinds, heads }: Partial<Pick<TextChoice, "heads">> & Pick<TextChoice, "nodes">,
  sizes: NodeSizes,
): AblatedNode[] {
  const attention = (layer: number) => ({ hook: `blocks.${layer - 1}.hook_attn_out` });
  const mlp = (layer: number) => ({ hook: nodeHook({ kind: "mlp", layer }) });
  const ofBlocks = (part: string, valuesOf: (layer: number) => AblatedNode["values"]) =>
    Array.from({ length: sizes.layers }, (_, block): AblatedNode => (
      { part, layer: block + 1, head: undefined, values: valuesOf(block + 1) }
    ));
  const ofKind: Record<NodeKind, () => AblatedNode[]> = {
    heads: () =>
      headsOfSet("all", sizes).map((head) => ({ part: "head", ...head, values: valuesOf([head]) })),
    mlps: () => ofBlocks("mlp", (layer) => [mlp(layer)]),
    attention: () => ofBlocks("attn", (layer) => [attention(layer)]),
    blocks: () => ofBlocks("block", (layer) => [attention(layer), mlp(layer)]),
  };
  const several = heads === undefined ? [] : [{
    ...{ part: `heads ${nameOfSet(heads)}`, layer: undefined, head: undefined },
    values: valuesOf(headsOfSet(heads, sizes)),
  }];
  return [
    ...NODE_KINDS.filter((kind) => kinds.includes(kind)).flatMap((kind) => ofKind[kind]()),
    ...several,
  ];
}

function valuesOf(heads: readonly NamedHead[]): AblatedNode["values"] {
  return [...Map.groupBy(heads, ({ layer }) => layer)].map(([layer, own]) => (
    { hook: nodeHook({ kind: "head", layer }), head: own.map(({ head }) => head - 1) }
  ));
}

export function hooksOf(nodes: readonly AblatedNode[]): string[] {
  return [...new Set(nodes.flatMap(({ values }) => values.map(({ hook }) => hook)))];
}

/** What replaces a node's values: zeros, or the values at the same place of another run. */
export type Replacement = "zero" | Patch["from"];

export function changesOf(
  { values }: AblatedNode,
  position: readonly number[],
  by: Replacement,
): Intervention[] {
  return values.map(({ hook, ...head }) => {
    const where = { position, ...head };
    return by === "zero" ? zero(hook, where) : patch(hook, { ...where, from: by });
  });
}

/** What replaces the values of a node of the text tower: in both sentences, or in one of them with those of the other. */
export type Method = "zero" | "mean" | "resample" | "twin" | "restore" | "remove";

export const METHODS: readonly Method[] = ["zero", "mean", "resample", "twin", "restore", "remove"];

/** The methods of one sentence each, which twin has both of. */
export const ONE_SIDED: ReadonlySet<string> = new Set(["restore", "remove"]);

export const TOWER = choice(["image", "text"], {
  standard: "image",
  help: "whose parts are ablated; the options from --method to --role are for text",
});

export const TEXT_OPTIONS = {
  method: ifGiven(list(METHODS, { standard: ["twin"], help: "" }), {
    help: `of ${
      METHODS.join(",")
    }: what replaces a node's value (default twin, which takes minimal pairs only)`,
  }),
  nodes: ifGiven(list(NODE_KINDS, { standard: NODE_KINDS, help: "" }), {
    help: `of ${NODE_KINDS.join(",")}: what is ablated (default all)`,
  }),
  heads: ifGiven(HEAD_SET, {
    help: `heads that are also ablated all at once, such as ${LIST_OF_HEADS}, or all`,
  }),
  role: ifGiven(choice(["all", ...ROLES], { standard: "all", help: "" }), {
    placeholder: "ROLE",
    help: "the role at which nodes are ablated (default all)",
  }),
} as const;

export type GivenText = OptionsOf<typeof TEXT_OPTIONS>;

export type TextChoice = ReturnType<typeof textChoice>;

export function textChoice({ method, nodes, heads, role }: GivenText) {
  return {
    methods: method ?? ["twin" as const],
    nodes: nodes ?? NODE_KINDS,
    heads,
    role: role ?? "all" as const,
  };
}

export function checkTextOptions(
  { tower, ...given }: GivenText & { readonly tower: "image" | "text" },
  sizes: { readonly layers: number; readonly heads: number },
  study: Study,
): void {
  if (tower === "image") return checkNoneGiven(given);
  const { methods, heads, role } = textChoice(given);
  if (heads !== undefined) checkHeadSet(heads, sizes);
  const twin = methods.find((method) => method === "twin" || ONE_SIDED.has(method));
  if (twin !== undefined) {
    const other = "name another method (--method mean)";
    checkEachMinimal(`ablate with method ${twin}`, study.rows, { other });
  }
  if (role !== "all") checkRole(role, study);
}

function checkNoneGiven(given: GivenText): void {
  const entries = Object.entries(TEXT_OPTIONS) as [keyof GivenText, Option<unknown>][];
  for (const [name, option] of entries) {
    const text = option.print(given[name]);
    if (text === undefined) continue;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot use ${name} "${text}" for the image tower`,
      subject: name,
      reason: "its parts are replaced in one way, at all positions",
      expected: `tower text beside ${name} (--tower text)`,
    });
  }
}

function checkRole(role: Role, study: Study): void {
  const has = allPairs(study).some((pair) =>
    Object.values(rolesOf(pair)).some((roles) => roles.includes(role))
  );
  if (has) return;
  const known = new Set(study.sentencePairs.flatMap((pair) => rolesOf(pair).negated));
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot ablate at role "${role}"`,
    reason: "no token of the data has it",
    expected: `a role of the data: ${ROLES.filter((name) => known.has(name)).join(", ")}`,
  });
}

/**
 * The distinct sentence pairs of the whole data file, whatever rows `limit` and `shard` leave: what is drawn or averaged over them is the
 * same in every run on the file.
 */
export function allPairs({ inputs, text, sentencePairs }: Study) {
  const { data, pairs } = inputs;
  if (data.pairs.length === pairs.length) return sentencePairs;
  return preparePairs(text, data.pairs, inputs).distinct;
}

const SIDES = ["negated", "affirmative"] as const;

type Side = typeof SIDES[number];

/** The role of every position of both sentences: `negator` for the negator and its twin, `inserted` for any other token without a twin. */
export function rolesOf(pair: AlignedPair): Readonly<Record<Side, readonly Role[]>> {
  const { negator, roles } = pair;
  return {
    negated: roles.map((role, position) => position === negator ? "negator" : role),
    affirmative: affirmativeRoles(pair).map((role) => role ?? "inserted"),
  };
}

/** The pairs of which all values are in memory at once: 45 MB in ViT-B/32 size. */
const PAIRS_AT_ONCE = 32;

/** For the roles of a sentence's positions, the means there of the values at some hook points, as a cache of one row. */
type RoleMeans = (roles: readonly string[]) => ActivationCache;

/**
 * Averages values over all tokens of a role in both sentences of every pair; each pair counts once. The pairs are those of the whole file,
 * so that the means do not depend on the rows of the run.
 */
async function roleMeans(
  text: TextTower,
  pairs: readonly AlignedPair[],
  hooks: readonly string[],
): Promise<RoleMeans> {
  const sums = new Map<string, { readonly total: Float64Array; count: number }>();
  const forms = new Map<string, Tensor>(); // a value of each hook point
  for (const batch of batchesOf(pairs, PAIRS_AT_ONCE)) {
    const sentences = batch.flatMap((pair) => SIDES.map((side) => pair[side]));
    const roles = batch.flatMap((pair) => SIDES.map((side) => rolesOf(pair)[side]));
    const { cache } = await text.runWithCache(sentences.map(({ sentence }) => sentence), hooks);
    for (const hook of hooks) {
      for (const row of sentences.keys()) {
        const value = cache.row(hook, row);
        forms.set(hook, value);
        roles[row]!.forEach((role, position) => {
          const { data } = value.row(position);
          const key = `${hook} ${role}`;
          const none = () => ({ total: new Float64Array(data.length), count: 0 });
          const sum = sums.getOrInsertComputed(key, none);
          sum.count++;
          data.forEach((x, i) => sum.total[i]! += x);
        });
      }
    }
  }
  return (roles) => {
    const cache = new ActivationCache(["means by role"]);
    for (const hook of hooks) {
      const { shape: [, ...shape], axes } = forms.get(hook)!;
      const values = roles.flatMap((role) => {
        const { total, count } = sums.get(`${hook} ${role}`)!;
        return Array.from(total, (sum) => sum / count);
      });
      const whole = [1, roles.length, ...shape];
      cache.add(hook, new Tensor(Float32Array.from(values), whole, ["batch", ...axes]), [0]);
    }
    return cache;
  };
}

/** Kept of a row is S in the order method, node, sentence, without a method that does not apply. */
export interface AblateTextOptions extends Pick<PairedRuns, "images" | "kept" | "progress"> {
  readonly nodes: readonly AblatedNode[];
  readonly methods: readonly Method[];
  readonly role: Role | "all";
  /** All distinct pairs of the data, for means and resampled values. */
  readonly all: readonly AlignedPair[];
  /** Decides which pair's values replace a pair's own. */
  readonly seed: number;
}

/**
 * Ablates every node in both sentences of every distinct pair. Returns for each row d with each node ablated, in the order method, node;
 * null if no token of the pair has the role, or another row's values are asked for and no other pair has sentences of the same lengths.
 */
export async function ablateText(
  text: TextTower,
  rows: readonly ScoredPair[],
  { nodes, methods: chosen, images, role, all, seed, kept, progress }: AblateTextOptions,
): Promise<(readonly (number | null)[])[]> {
  const runBy = (method: Method) => ONE_SIDED.has(method) ? "twin" : method;
  const methods = [...new Set(chosen.map(runBy))];
  const partnerOf = methods.includes("resample") ? drawPartners(all, seed) : () => undefined;
  const means = methods.includes("mean") ? await roleMeans(text, all, hooksOf(nodes)) : undefined;
  const methodsOf = (pair: AlignedPair) => {
    if (positionsOf(pair, role).every(({ length }) => length === 0)) return [];
    return methods.filter((method) => method !== "resample" || partnerOf(pair) !== undefined);
  };
  const runsOf = (pair: AlignedPair) => {
    const positions = positionsOf(pair, role);
    return methodsOf(pair).flatMap((method) => {
      const by = SIDES.map((side) =>
        replacementOf(method, side, () => means!(rolesOf(pair)[side]))
      );
      return nodes.flatMap((node) =>
        SIDES.map((of, i): ChangedRun => ({ of, changes: changesOf(node, positions[i]!, by[i]!) }))
      );
    });
  };
  const runsKey = (pair: AlignedPair) =>
    means === undefined ? `${methodsOf(pair)} ${positionsOf(pair, role).join(" ")}` : keyOf(pair);
  const run = (part: readonly AlignedPair[]) =>
    runChanges(
      text,
      pairGroups(part, runsOf, runsKey).map((group, i) => withPartner(group, partnerOf(part[i]!))),
    );
  const numbers = await oncePerPair(rows, {
    ...{ text, images, kept, progress },
    sizeOf: (pair) => methodsOf(pair).length * nodes.length * SIDES.length,
    run: (pairs) => means === undefined ? run(pairs) : inParts(pairs, PAIRS_AT_ONCE, run),
  });
  return rows.map(({ aligned, scores }, row) => {
    const applied = methodsOf(aligned);
    const { s_caption, s_foil, negation } = scores;
    const sign = signOf(negation);
    const unchanged = sign === 1 ? [s_caption, s_foil] : [s_foil, s_caption];
    return chosen.flatMap((method) =>
      nodes.map((_, node) => {
        const place = applied.indexOf(runBy(method));
        if (place < 0) return null;
        const first = (place * nodes.length + node) * SIDES.length;
        const negated = method === "restore" ? unchanged[0]! : numbers[row]![first]!;
        const affirmative = method === "remove" ? unchanged[1]! : numbers[row]![first + 1]!;
        return sign * (negated - affirmative);
      })
    );
  });
}

function withPartner({ sentences, runs }: RunGroup, partner: AlignedPair | undefined): RunGroup {
  const others = partner === undefined
    ? []
    : SIDES.map((side) => [partnerName(side), partner[side]]);
  return { sentences: { ...sentences, ...Object.fromEntries(others) }, runs };
}

function replacementOf(method: Method, side: Side, means: () => ActivationCache): Replacement {
  switch (method) {
    case "zero":
      return "zero";
    case "mean":
      return means();
    case "resample":
      return partnerName(side);
    default:
      return side === "negated" ? "affirmative" : "negated";
  }
}

function partnerName(side: Side): string {
  return `partner's ${side}`;
}

function positionsOf(pair: AlignedPair, role: Role | "all"): number[][] {
  return Object.values(rolesOf(pair)).map((roles) =>
    [...roles.keys()].filter((position) => role === "all" || roles[position] === role)
  );
}

/** Finds the partner of a pair; undefined if it has none. */
type PartnerOf = (pair: AlignedPair) => AlignedPair | undefined;

/**
 * Draws for each pair another pair whose sentences have the same lengths and are both different, each possible partner equally likely.
 * The pairs are those of the whole file, in its order, so that a pair's partner does not depend on the rows of the run.
 */
export function drawPartners(pairs: readonly AlignedPair[], seed: number): PartnerOf {
  const random = seededRandom(seed);
  const alike = Map.groupBy(pairs, lengthsOf);
  const partners = new Map(pairs.map((pair) => {
    const others = alike.get(lengthsOf(pair))!.filter(({ negated, affirmative }) =>
      negated.sentence !== pair.negated.sentence &&
      affirmative.sentence !== pair.affirmative.sentence
    );
    return [keyOf(pair), others.length === 0 ? undefined : others[random.below(others.length)]];
  }));
  return (pair) => partners.get(keyOf(pair));
}

function lengthsOf({ negated, affirmative }: AlignedPair): string {
  return `${negated.ids.length} ${affirmative.ids.length}`;
}

function keyOf({ key, negator }: AlignedPair): string {
  return `${negator} ${key}`;
}
