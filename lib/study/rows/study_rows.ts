/** The rows of a study: aligned, and scored. */

import type { Pair } from "../../data/pairs.ts";
import { unknownName } from "../../errors.ts";
import type { Embeddings } from "../embeddings/embed.ts";
import { type AlignedPair, type PreparedPairs, prepareSteps } from "./prepare.ts";
import type { EvaluateRow, ScoredPair } from "./score_rows.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";
import type { StudyInputs } from "../choice/inputs.ts";
import type { Study } from "../study.ts";

/** A row of the data with its aligned sentences. */
export interface AlignedRow {
  /** The row. */
  readonly pair: Pair;
  /** Its sentences, the same object for all rows that share them. */
  readonly aligned: AlignedPair;
}

/** A row with its scores, as in evaluate.csv. */
export interface ScoredRow extends AlignedRow, ScoredPair {}

/** All rows, with the embeddings that they were scored with. */
export interface ScoredRows {
  /** The rows in their order. */
  readonly rows: readonly ScoredRow[];
  /** Embeddings of the images by name. */
  readonly images: Embeddings;
  /** Embeddings of the sentences. */
  readonly sentences: Embeddings;
}

/** The scores of all rows, without their alignment. */
export interface RowScores extends Omit<ScoredRows, "rows"> {
  /** The scores in the order of the rows. */
  readonly scores: readonly EvaluateRow[];
}

export function rowIndex(pairs: readonly Pair[], id: string): number {
  const index = pairs.findIndex((pair) => pair.id === id);
  if (index >= 0) return index;
  throw unknownName({
    doing: `find among the study's ${pairs.length} rows`,
    name: String(id),
    known: pairs.map(({ id }) => id),
  });
}

export function alignmentSteps(
  text: TextTower,
  { pairs, protocol, dataPath: source }: StudyInputs,
): Steps<PreparedPairs> {
  return prepareSteps(text, pairs, { protocol, source });
}

export function rowsWith(
  { distinct, indexOfRow }: PreparedPairs,
  pairs: readonly Pair[],
): readonly AlignedRow[] {
  return pairs.map((pair, row) => ({ pair, aligned: distinct[indexOfRow[row]!]! }));
}

/** The rows of all shards with their sentences, for what is fitted to all rows before each shard measures its own. */
export async function drawnRows(
  { inputs, pairs, rows, text }: Study,
): Promise<readonly AlignedRow[]> {
  const { drawn } = inputs;
  if (drawn.length === pairs.length) return rows; // there are no shards
  return rowsWith(await inTurns(alignmentSteps(text, { ...inputs, pairs: drawn })), drawn);
}
