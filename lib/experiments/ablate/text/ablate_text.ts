/** Ablates nodes of the text tower in both sentences of every pair, and scores them with each row's image. */

import type { Role } from "../../../data/align.ts";
import { runChanges } from "../../../engine/changes/run_changes.ts";
import type { RunGroup } from "../../../engine/changes/groups.ts";
import type { ActivationCache } from "../../../hooks/cache.ts";
import type { ChangedRun } from "../../../hooks/interventions.ts";
import type { TextTower } from "../../../model/text/text_tower.ts";
import { signOf } from "../../../study/effects/noise.ts";
import type { Embeddings, Progress } from "../../../study/embeddings.ts";
import {
  type GroupResult,
  inParts,
  type KeptRows,
  oncePerPair,
} from "../../../study/rows/once_per_group.ts";
import type { AlignedPair } from "../../../study/rows/prepare.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { type AblatedNode, changesOf, hooksOf, type Replacement } from "./ablated_node.ts";
import type { Method } from "./options.ts";
import {
  type RoleMeans,
  roleMeans,
  rolesOf,
  SENTENCES_AT_ONCE,
  type Side,
  SIDES,
} from "./sentence_values.ts";
import { seededRandom } from "../../../stats/random.ts";

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
  { nodes, methods, images, all, seed, kept, progress, ...where }: AblateTextOptions,
): Promise<(readonly (number | null)[])[]> {
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
    const sign = signOf(scores.negation);
    return methods.flatMap((method) =>
      nodes.map((_, node) => {
        const place = applied.indexOf(method);
        if (place < 0) return null;
        const first = (place * nodes.length + node) * SIDES.length;
        return sign * (numbers[row]![first]! - numbers[row]![first + 1]!);
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
    case "twin":
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
export type PartnerOf = (pair: AlignedPair) => AlignedPair | undefined;

/**
 * Draws for each pair another pair whose sentences have the same lengths and are both different, each possible partner equally likely.
 * The pairs are those of the whole file, in its order, so that a pair's partner does not depend on the rows of the run.
 */
export function drawPartners(pairs: readonly AlignedPair[], seed: number): PartnerOf {
  const random = seededRandom(seed);
  const alike = Map.groupBy(pairs, lengthsOf);
  const index = new Map([...alike.values()].map((group) => [group, indexOf(group)]));
  const partners = new Map<string, AlignedPair | undefined>();
  for (const pair of pairs) {
    const others = alike.get(lengthsOf(pair))!;
    const { negated, affirmative } = index.get(others)!;
    const shared = new Set([
      ...negated.get(pair.negated.sentence)!,
      ...affirmative.get(pair.affirmative.sentence)!,
    ]);
    const count = others.length - shared.size;
    partners.set(
      keyOf(pair),
      count === 0 ? undefined : others[placeAmong(random.below(count), shared)],
    );
  }
  return (pair) => partners.get(keyOf(pair));
}

function indexOf(pairs: readonly AlignedPair[]) {
  const places = [...pairs.keys()];
  return {
    negated: Map.groupBy(places, (place) => pairs[place]!.negated.sentence),
    affirmative: Map.groupBy(places, (place) => pairs[place]!.affirmative.sentence),
  };
}

/** The place that is the k-th of those that are not left out. */
function placeAmong(k: number, leftOut: ReadonlySet<number>): number {
  let place = k;
  for (const other of [...leftOut].sort((a, b) => a - b)) {
    if (other <= place) place++;
  }
  return place;
}

function lengthsOf({ negated, affirmative }: AlignedPair): string {
  return `${negated.ids.length} ${affirmative.ids.length}`;
}

function keyOf({ key, negator }: AlignedPair): string {
  return `${negator} ${key}`;
}
