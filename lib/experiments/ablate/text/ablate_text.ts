/** Ablates nodes of the text tower in both sentences of every pair, and scores them with each row's image. */

import type { Role } from "../../../data/roles.ts";
import { runVariants, type VariantJob } from "../../../engine/run/variants.ts";
import { idsInput, type TextTower } from "../../../model/text/text_tower.ts";
import { signOf } from "../../../subject/effects/sign.ts";
import type { Embeddings, Progress } from "../../../subject/embeddings/embed.ts";
import type { KeptRows } from "../../../subject/kept_rows.ts";
import { type GroupResult, oncePerGroup } from "../../../subject/once_per_group.ts";
import type { AlignedPair } from "../../../subject/prepare.ts";
import type { ScoredPair } from "../../../subject/score_rows.ts";
import { type AblatedNode, changesOf, hooksOf, type ReplacingValues } from "./ablated_node.ts";
import type { Method } from "./options.ts";
import { rolesOf, type Side, SIDES } from "./pair_roles.ts";
import { drawPartners, type PartnerOf } from "./partners.ts";
import {
  type RoleMeans,
  roleMeans,
  SENTENCES_AT_ONCE,
  type SentenceValues,
  valuesOf,
  valuesOfSentences,
} from "./sentence_values.ts";

/** What is ablated, how, and what it is scored with. */
export interface AblateTextOptions {
  /** The nodes, each ablated in runs of its own. */
  readonly nodes: readonly AblatedNode[];
  /** What replaces their values. */
  readonly methods: readonly Method[];
  /** The role of the tokens at which they are replaced. */
  readonly role: Role | "all";
  /** All distinct pairs of the data, for means and resampled values. */
  readonly all: readonly AlignedPair[];
  /** Decides which pair's values replace a pair's own. */
  readonly seed: number;
  /** Embeddings of the rows' images. */
  readonly images: Embeddings;
  /** Holds, by a row's id, S in the order method, node, sentence, without a method that does not apply; new values are added. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of runs done. */
  readonly progress?: Progress | undefined;
}

/** The pairs whose values are in memory at once. */
const PAIRS_AT_ONCE = SENTENCES_AT_ONCE / 4; // the two sentences of a pair and of its partner

/**
 * Ablates every node in both sentences of every distinct pair.
 *
 * @param text The text tower.
 * @param rows The rows with their sentence pairs; with method twin, all minimal pairs.
 * @param options What is ablated.
 * @returns For each row d with each node ablated, in the order method, node; null if no token of the pair has the role, or another row's
 * values are asked for and no other pair has sentences of the same lengths.
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
  const numbers = await oncePerGroup(rows, {
    groupOf: ({ aligned }) => aligned,
    idOf: ({ scores }) => scores.id,
    sizeOf: (pair) => methodsOf(pair).length * nodes.length * SIDES.length,
    run: (pairs) => runPairs(text, pairs, how),
    score: ({ scores }, embedding) =>
      text.family.similarity.score(embedding, images.get(scores.image)!),
    ...{ kept, progress },
  });
  return rows.map(({ aligned, scores }, row) => {
    const own = methodsOf(aligned);
    const sign = signOf(scores.negation);
    return methods.flatMap((method) =>
      nodes.map((_, node) => {
        const place = own.indexOf(method);
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
async function* runPairs(
  text: TextTower,
  pairs: readonly AlignedPair[],
  { nodes, role, methodsOf, partnerOf, means }: PairRuns,
): AsyncGenerator<GroupResult[]> {
  for (let first = 0; first < pairs.length; first += PAIRS_AT_ONCE) {
    const own = pairs.slice(first, first + PAIRS_AT_ONCE);
    const sources = own.flatMap((pair) => {
      const methods = methodsOf(pair);
      return [
        ...methods.includes("twin") ? [pair] : [],
        ...methods.includes("resample") ? [partnerOf(pair)!] : [],
      ].flatMap((source) => SIDES.map((side) => source[side]));
    });
    const values = await valuesOfSentences(text, sources, hooksOf(nodes));
    const known = new Map(sources.map(({ sentence }, i) => [sentence, values[i]!]));
    const jobs = own.flatMap((pair) =>
      SIDES.map((side): VariantJob => {
        const positions = positionsOf(pair, side, role);
        const from = { partner: partnerOf(pair), means, values: known };
        const variants = methodsOf(pair).flatMap((method) => {
          const replacing = replacingValues(method, { pair, side, ...from });
          return nodes.map((node) => ({ changes: changesOf(node, positions, replacing) }));
        });
        return { ids: pair[side].ids, variants };
      })
    );
    for await (const batch of runVariants(text.tower, jobs, idsInput)) {
      yield batch.map(({ job, variant, embedding }) => ({
        index: first + Math.floor(job / SIDES.length),
        place: variant * SIDES.length + job % SIDES.length,
        embedding,
      }));
    }
  }
}

/** What replaces the values of one sentence of a pair. */
function replacingValues(
  method: Method,
  { pair, side, partner, means, values }: {
    readonly pair: AlignedPair;
    readonly side: Side;
    readonly partner: AlignedPair | undefined;
    readonly means: RoleMeans | undefined;
    readonly values: ReadonlyMap<string, SentenceValues>;
  },
): ReplacingValues {
  if (method === "zero") return () => undefined;
  if (method === "mean") {
    const roles = rolesOf(pair)[side];
    return (hook, position) => means!(hook, roles[position]!);
  }
  const twin = side === "negated" ? pair.affirmative : pair.negated;
  return valuesOf(values.get(method === "twin" ? twin.sentence : partner![side].sentence)!);
}

function positionsOf(pair: AlignedPair, side: Side, role: Role | "all"): number[] {
  const roles = rolesOf(pair)[side];
  return [...roles.keys()].filter((position) => role === "all" || roles[position] === role);
}
