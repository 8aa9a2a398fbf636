/** The scores of every row. */

import type { TextTower } from "../../model/text/text_tower.ts";
import type { Negation, Pair } from "../../data/pairs.ts";
import {
  count,
  estimated,
  fillTable,
  number,
  type Row,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { finish, inTurns, type Steps } from "../../stats/steps.ts";
import { D, ID, NEGATION, SEGMENT } from "../columns.ts";
import { SCORE_NOISE } from "../effects/noise.ts";
import type { Embeddings } from "../embeddings.ts";
import { type AlignedPair, type PreparedPairs, prepareSteps } from "./prepare.ts";
import type { Study } from "../study.ts";

export const EVALUATE = table("evaluate", "One row for each row of the data.", {
  id: ID,
  image: text("The image's file name."),
  negation: NEGATION,
  caption: text("The sentence that is true of the image."),
  foil: text("The sentence that is false of the image."),
  s_caption: number("logit", "S of the caption."),
  s_foil: number("logit", "S of the foil."),
  d: estimated(D, { noise: SCORE_NOISE }),
  segment: SEGMENT,
  tokens: count("Tokens of the negated sentence, start and end included.", "tokens"),
});

/** A row of evaluate.csv: a pair with its scores. */
export type EvaluateRow =
  & Row<
    {
      id: string;
      image: string;
      negation: Negation;
      caption: string;
      foil: string;
      segment: Segment;
    },
    "s_caption" | "s_foil" | "d" | "tokens"
  >
  & Pick<Pair, "frame" | "noun">; // they are in no column, but rows are grouped by them

/** A row's scores with its sentences. */
export interface ScoredPair {
  /** The row's scores. */
  readonly scores: EvaluateRow;
  /** Its sentences, the same object for all rows that share them. */
  readonly aligned: AlignedPair;
}

export function evaluatePairs(
  text: TextTower,
  pairs: readonly Pair[],
  embeddings: { readonly sentences: Embeddings; readonly images: Embeddings },
): Table<EvaluateRow> {
  return finish(evaluateSteps(text, pairs, embeddings));
}

/** Scores rows as {@linkcode evaluatePairs} does, in steps: a hundred thousand rows take seconds. */
export function* evaluateSteps(
  text: TextTower,
  pairs: readonly Pair[],
  embeddings: { readonly sentences: Embeddings; readonly images: Embeddings },
): Steps<Table<EvaluateRow>> {
  const rows: EvaluateRow[] = [];
  const { rule, family: { similarity: { score } } } = text;
  for (const pair of pairs) {
    yield;
    const { id, image, negation, caption, foil, frame, noun } = pair;
    const pixels = embeddings.images.get(image)!;
    const [sCaption, sFoil] = [caption, foil].map((sentence) =>
      rule?.score(sentence, pixels, { score, embeddings: embeddings.sentences }) ??
        score(embeddings.sentences.get(sentence)!, pixels)
    ) as [number, number];
    const d = sCaption - sFoil;
    const tokens = text.ownTokens(negation === "caption" ? caption : foil).end + 1;
    const scores = { s_caption: sCaption, s_foil: sFoil, d, segment: segmentOf(d), tokens };
    const given = { ...frame !== undefined && { frame }, ...noun !== undefined && { noun } };
    rows.push({ id, image, negation, caption, foil, ...scores, ...given });
  }
  return fillTable(EVALUATE, rows);
}

export function evaluateTable(rows: readonly EvaluateRow[]): Table<EvaluateRow> {
  return fillTable(EVALUATE, rows.map(({ frame: _, noun: __, ...row }) => row));
}

/** How clearly a model prefers the true sentence. */
export type Segment = "correct" | "ambiguous" | "incorrect";

export const SEGMENTS: readonly Segment[] = ["correct", "ambiguous", "incorrect"];

/** The segment of a pair by d = S(caption) - S(foil): incorrect below -1, correct from 1, ambiguous between. */
export function segmentOf(d: number): Segment {
  if (d < -1) return "incorrect";
  return d < 1 ? "ambiguous" : "correct";
}

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
  return rowsWith(await inTurns(prepareSteps(text, { ...inputs, pairs: drawn })), drawn);
}
