/** The measured attention of each row, as plain lists that JSON can hold. */

import type { Pair } from "../../data/pairs.ts";
import type { Role } from "../../data/roles.ts";
import { type ClusterBy, clusterOf } from "../../study/clusters.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { EvaluateRow } from "../../study/rows/score_rows.ts";
import type { Study } from "../../study/study.ts";
import type { HeadDifferences } from "./attend.ts";
import type { AttendedRow } from "./tables.ts";

export interface AttendedSentences {
  /** Equal for all rows with the same two sentences. */
  readonly key: string;
  /** The role of each position of the negated sentence. */
  readonly roles: readonly Role[];
  /** The heads in the order layer, head. */
  readonly heads: readonly HeadDifferences[];
}

export function attendedSentences(
  { prepared: { distinct, indexOfRow } }: Study,
  heads: ReadonlyMap<AlignedPair, readonly HeadDifferences[]>,
): AttendedSentences[] {
  const ofPair = distinct.map((pair) => ({
    key: pair.key,
    roles: pair.roles,
    heads: heads.get(pair)!,
  }));
  return indexOfRow.map((index) => ofPair[index]!);
}

export function attendedRow(
  { pair, scores }: {
    readonly pair: Pair;
    readonly scores?: EvaluateRow | undefined;
  },
  { roles, heads }: AttendedSentences,
  cluster?: ClusterBy,
): AttendedRow {
  const { id, negation } = pair;
  return { id, negation, d: scores?.d, pair: { key: clusterOf(pair, cluster), roles }, heads };
}
