/** Ablates nodes of the text tower in both sentences of every pair, and scores them with each row's image. */

import { ActivationCache } from "../../hooks/cache.ts";
import { Tensor } from "../../hooks/tensor.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { Role } from "../../data/align.ts";
import { affirmativeRoles } from "../../study/sentences/placing.ts";
import { runChanges } from "../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../engine/changes/groups.ts";
import type { ChangedRun } from "../../hooks/interventions.ts";
import { signOf } from "../../study/effects/noise.ts";
import type { Embeddings, Progress } from "../../study/embeddings.ts";
import {
  type GroupResult,
  inParts,
  type KeptRows,
  oncePerPair,
} from "../../study/rows/once_per_group.ts";
import type { ScoredPair } from "../../study/rows/score_rows.ts";
import { type AblatedNode, changesOf, hooksOf, type Replacement } from "./ablated_node.ts";
import { type Method, ONE_SIDED } from "./options.ts";
import { seededRandom } from "../../stats/random.ts";

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

/** The sentences that run at once, of which all values are in memory: 45 MB in ViT-B/32 size. */
const SENTENCES_AT_ONCE = 64;

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
  const size = SENTENCES_AT_ONCE / SIDES.length;
  for (let first = 0; first < pairs.length; first += size) {
    const batch = pairs.slice(first, first + size);
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
          const sum = sums.get(key) ?? { total: new Float64Array(data.length), count: 0 };
          sums.set(key, sum);
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

export interface AblateTextOptions {
  readonly nodes: readonly AblatedNode[];
  readonly methods: readonly Method[];
  readonly role: Role | "all";
  /** All distinct pairs of the data, for means and resampled values. */
  readonly all: readonly AlignedPair[];
  /** Decides which pair's values replace a pair's own. */
  readonly seed: number;
  readonly images: Embeddings;
  /** Holds, by a row's id, S in the order method, node, sentence, without a method that does not apply; new values are added. */
  readonly kept?: KeptRows | undefined;
  readonly progress?: Progress | undefined;
}

const PAIRS_AT_ONCE = SENTENCES_AT_ONCE / SIDES.length;

/**
 * Ablates every node in both sentences of every distinct pair. Returns for each row d with each node ablated, in the order method, node;
 * null if no token of the pair has the role, or another row's values are asked for and no other pair has sentences of the same lengths.
 */
export async function ablateText(
  text: TextTower,
  rows: readonly ScoredPair[],
  { nodes, methods: chosen, images, all, seed, kept, progress, ...where }: AblateTextOptions,
): Promise<(readonly (number | null)[])[]> {
  const runBy = (method: Method) => ONE_SIDED.has(method) ? "twin" : method;
  const methods = [...new Set(chosen.map(runBy))];
  const partnerOf = methods.includes("resample") ? drawPartners(all, seed) : () => undefined;
  const means = methods.includes("mean") ? await roleMeans(text, all, hooksOf(nodes)) : undefined;
  const methodsOf = (pair: AlignedPair) => {
    if (SIDES.every((side) => positionsOf(pair, side, where.role).length === 0)) return [];
    return methods.filter((method) => method !== "resample" || partnerOf(pair) !== undefined);
  };
  const how = { nodes, methodsOf, partnerOf, means, ...where };
  const numbers = await oncePerPair(rows, {
    ...{ text, images, kept, progress },
    sizeOf: (pair) => methodsOf(pair).length * nodes.length * SIDES.length,
    run: (pairs) => runPairs(text, pairs, how),
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

interface PairRuns extends Pick<AblateTextOptions, "nodes" | "role"> {
  readonly methodsOf: (pair: AlignedPair) => readonly Method[];
  readonly partnerOf: PartnerOf;
  readonly means: RoleMeans | undefined;
}

/** Runs some pairs; a result's place is that of its method, node and sentence. */
function runPairs(
  text: TextTower,
  pairs: readonly AlignedPair[],
  how: PairRuns,
): AsyncIterable<readonly GroupResult[]> {
  const groupOf = groupsOf(how);
  const run = (part: readonly AlignedPair[]) => runChanges(text, part.map(groupOf));
  return how.means === undefined ? run(pairs) : inParts(pairs, PAIRS_AT_ONCE, run);
}

/** Makes a function that gives the runs of a pair, in the order method, node, sentence; pairs with the same positions share them, but for means. */
function groupsOf({ methodsOf, partnerOf, role, nodes, means }: PairRuns) {
  const known = new Map<string, ChangedRun[]>();
  const runsOf = (pair: AlignedPair, methods: readonly Method[]): ChangedRun[] => {
    const positions = SIDES.map((side) => positionsOf(pair, side, role));
    const key = `${methods} ${positions.join(" ")}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = methods.flatMap((method) => {
      const by = SIDES.map((side) =>
        replacementOf(method, side, () => means!(rolesOf(pair)[side]))
      );
      return nodes.flatMap((node) =>
        SIDES.map((side, i): ChangedRun => (
          { of: side, changes: changesOf(node, positions[i]!, by[i]!) }
        ))
      );
    });
    if (!methods.includes("mean")) known.set(key, made);
    return made;
  };
  return (pair: AlignedPair): RunGroup => {
    const methods = methodsOf(pair);
    const { negated, affirmative } = pair;
    const partner = methods.includes("resample") ? partnerOf(pair) : undefined;
    return {
      sentences: {
        negated,
        affirmative,
        ...(partner && {
          [partnerName("negated")]: partner.negated,
          [partnerName("affirmative")]: partner.affirmative,
        }),
      },
      runs: runsOf(pair, methods),
    };
  };
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

function positionsOf(pair: AlignedPair, side: Side, role: Role | "all"): number[] {
  const roles = rolesOf(pair)[side];
  return [...roles.keys()].filter((position) => role === "all" || roles[position] === role);
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
