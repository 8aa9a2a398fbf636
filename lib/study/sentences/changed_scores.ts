/** Scores of rows under a change to the text tower. */

import { checkInterventions, checkOptions, type Intervention } from "../../hooks/interventions.ts";
import { choice } from "../../options/option.ts";
import { checkedValue } from "../../options/values.ts";
import type { SentenceOptions } from "./row.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { cacheOf, listOf } from "../../hooks/apply.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings } from "../embeddings.ts";
import { type AlignedRow, evaluatePairs, type EvaluateRow } from "../rows/score_rows.ts";
import {
  placeInterventions,
  placesKey,
  placesOf,
  type SentencePlaces,
  type Sources,
} from "./placing.ts";

/** Which of a pair's sentences run under interventions. */
export type ChangeableSentences = "both" | "negated" | "affirmative";

/** Which of a pair's sentences ran under interventions. */
export type ChangedSentences = ChangeableSentences | "none";

/** Changes to the sentences of pairs. */
export interface PairOptions extends SentenceOptions {
  /**
   * Which sentences the interventions change. `"both"` is the changed model: both sentences of a pair run in it, so that what it
   * does to the S of both alike cancels in d; a vector added to both may seem to do nothing. `"negated"` and `"affirmative"` change one
   * sentence and leave the other as the unchanged model reads it, as causal tracing and the knock-out of heads do.
   * @default {"both"}
   */
  readonly sentences?: ChangeableSentences;
}

const SENTENCES = choice<ChangeableSentences>(["both", "negated", "affirmative"], {
  standard: "both",
  help: "",
});

export function pairChanges(options: PairOptions): {
  readonly interventions: readonly Intervention[];
  readonly sentences: ChangeableSentences;
} {
  checkOptions(options, ["interventions", "sentences"]);
  const { interventions = [], sentences = "both" } = options;
  checkInterventions(interventions);
  return { interventions, sentences: checkedValue("sentences", sentences, SENTENCES) };
}

export function isAmong(
  sentence: "negated" | "affirmative",
  sentences: ChangedSentences,
): boolean {
  return sentences === "both" || sentences === sentence;
}

function changedOf(negated: boolean, affirmative: boolean): ChangedSentences {
  if (negated && affirmative) return "both";
  return negated ? "negated" : affirmative ? "affirmative" : "none";
}

/** Which sentences changed in words, for all rows of a study. */
export function changedText(changed: readonly ChangedSentences[]): string {
  const count = (sentence: "negated" | "affirmative") =>
    changed.filter((own) => isAmong(sentence, own)).length;
  const [negated, affirmative] = [count("negated"), count("affirmative")];
  const rows = (n: number) =>
    n === changed.length ? "all rows" : n === 0 ? "no row" : n === 1 ? "1 row" : `${n} rows`;
  if (negated + affirmative === 0) return "no sentence was changed";
  return `interventions changed the negated sentence of ${
    rows(negated)
  } and the affirmative sentence of ${rows(affirmative)}`;
}

/**
 * Scores rows, with both sentences of each row, or one of them, run under interventions. A sentence runs once for all rows in which its
 * tokens have the same roles; one that is not among the chosen ones keeps its embedding. Returns for each row also which of its sentences an
 * intervention changed: one without the token of an intervention's role stays.
 */
export async function changedScores(
  tower: TextTower,
  interventions: readonly Intervention[],
  { rows, sentences, embedded, sources }: {
    readonly rows: readonly AlignedRow[];
    readonly sentences: ChangeableSentences;
    readonly embedded: { readonly sentences: Embeddings; readonly images: Embeddings };
    readonly sources: Sources;
  },
): Promise<{ readonly rows: EvaluateRow[]; readonly changed: ChangedSentences[] }> {
  const ofRows = rows.map(({ aligned }) => {
    const places = placesOf(aligned);
    const own = (["negated", "affirmative"] as const).filter((one) => isAmong(one, sentences));
    return own.map((sentence) => ({ sentence, places: places[sentence] }));
  });
  const all = ofRows.flat().map(({ places }) => [placesKey(places), places] as const);
  const distinct = [...new Map(all)];
  const run = distinct.map(([, places]) => places);
  const ofSentences = interventions.flatMap((own) => sentenceBySentence(own, run));
  const placed = placeInterventions(ofSentences, run, sources);
  const made = await tower.run(run.map(({ text }) => text), { interventions: placed });
  const runs = new Map(distinct.map(([key], i) => {
    const isChanged = placed.some((own) =>
      own.kind === "edit" || own.row === undefined || listOf(own.row).includes(i)
    );
    return [key, { embedding: finiteEmbedding(made.row(i).data, run[i]!.text), isChanged }];
  }));
  const scored = rows.map(({ pair }, row) => {
    const own = ofRows[row]!.map(({ sentence, places }) => ({
      sentence,
      text: places.text,
      ...runs.get(placesKey(places))!,
    }));
    const isChanged = (one: "negated" | "affirmative") =>
      own.some(({ sentence, isChanged }) => sentence === one && isChanged);
    const embeddings = new Map([
      ...[pair.caption, pair.foil].map((text) => [text, embedded.sentences.get(text)!] as const),
      ...own.map(({ text, embedding }) => [text, embedding] as const),
    ]);
    const [scores] = evaluatePairs(tower, [pair], { ...embedded, sentences: embeddings }).rows;
    return { scores: scores!, changed: changedOf(isChanged("negated"), isChanged("affirmative")) };
  });
  return {
    rows: scored.map(({ scores }) => scores),
    changed: scored.map(({ changed }) => changed),
  };
}

/** A sentence's embedding under interventions, unless their numbers outgrew it. */
export function finiteEmbedding(embedding: Float32Array, text: string): Float32Array {
  if (embedding.every(Number.isFinite)) return embedding;
  throw new NegscopeError("value-not-finite", {
    problem: `Cannot score ${JSON.stringify(text)} under these interventions`,
    subject: text,
    reason: "its embedding is not finite",
    fix: "correct the numbers that they write, add or multiply by",
  });
}

/** An intervention on all sentences; a patch from a cache of several takes the same sentence, wherever it is in the cache. */
function sentenceBySentence(
  intervention: Intervention,
  sentences: readonly SentencePlaces[],
): readonly Intervention[] {
  if (intervention.kind === "edit") return [intervention];
  const { hook, row } = intervention;
  if (row !== undefined) {
    throw new NegscopeError("patch-source-unclear", {
      problem: `Cannot change "${hook}" in row ${row} of a study`,
      subject: String(row),
      reason: "a sentence runs once for all rows that share it",
      fix: "change the sentences of a single row, see row()",
    });
  }
  if (intervention.kind !== "patch") return [intervention];
  const from = cacheOf(intervention);
  const { fromRow } = intervention;
  if (fromRow !== undefined || from.rowNames.length === 1) return [intervention];
  return sentences.map(({ text }, row) => {
    const fromRow = from.rowNames.indexOf(text);
    if (fromRow >= 0) return { ...intervention, row, fromRow };
    throw new NegscopeError("patch-source-unclear", {
      problem: `Cannot patch "${hook}" of "${text}"`,
      subject: text,
      reason: `the cache has ${from.rowNames.length} sentences, but not this one`,
      fix: "cache all sentences of the study, or name one of the cache with fromRow",
    });
  });
}
