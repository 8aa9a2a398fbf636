/** The rows of a study: aligned, and scored. */

import type { Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors.ts";
import { nearestText } from "../../errors/nearest.ts";
import type { Embeddings } from "../embeddings/embed.ts";
import type { AlignedPair } from "./prepare.ts";
import type { EvaluateRow, ScoredPair } from "./score_rows.ts";

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

/** The place of a row among the rows of a study. */
export function rowIndex(pairs: readonly Pair[], id: string): number {
  const index = pairs.findIndex((pair) => pair.id === id);
  if (index >= 0) return index;
  const nearest = nearestText(String(id), pairs.map((pair) => pair.id));
  throw new NegscopeError("name-unknown", {
    problem: `Cannot find row "${id}"`,
    subject: id,
    reason: `the nearest of the study's ${pairs.length} rows are ${nearest}`,
  });
}
