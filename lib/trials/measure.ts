/** Measures one edit on all rows, each with the edit of the fold in which its noun is held out, and the tables of the task `edit`. */

import { countRow } from "../benchmark/choice.ts";
import { rankSteps } from "../benchmark/retrieval.ts";
import type { Edit } from "../edits/edit.ts";
import { mappedVector } from "../edits/changes.ts";
import { cosine } from "../model/families.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import { embedTexts } from "../study/embeddings.ts";
import { SCORE_NOISE } from "../study/effects/noise.ts";
import type { TrialControl, TrialRow, TrialSet } from "./fit.ts";
import { ClusterBootstrap } from "../stats/bootstrap.ts";
import { type Estimate, withoutBounds } from "../stats/estimate.ts";
import { pairedShareDifference } from "../stats/share.ts";
import { mean } from "../stats/columns.ts";
import type { Pair } from "../data/pairs.ts";
import { finish, inTurns } from "../stats/steps.ts";
import type { StatisticsOptions } from "../study/clusters.ts";
import { N } from "../study/columns.ts";
import { estimate } from "../study/effects/estimate_columns.ts";
import { type MatchedRows, matchedSteps } from "../study/effects/understanding.ts";
import { blockPlaces } from "../study/evaluate/blocks.ts";
import {
  count,
  fillTable,
  key,
  number,
  optional,
  type RowOf,
  table,
  text,
} from "../tables/table.ts";

export interface Measured {
  /** Of each row, whether the right option has the largest score of all: 1/k if it is one of k. */
  readonly right: readonly number[];
  /** By how much its score exceeds the largest other one. */
  readonly d: readonly number[];
  /** Of each row with a true affirmative sentence: whether its picture is the first among all for that sentence. */
  readonly recall: readonly boolean[];
  /** The same of the prompt of its noun among those of all nouns for the picture. */
  readonly zeroShot: readonly number[];
  readonly affirmative: readonly Float32Array[];
}

/** Measures an edit on all sets, given that of each fold; undefined for the model as it is. */
export async function measureEdit(
  { text, sets, folds, nouns, prompt }: {
    readonly text: TextTower;
    readonly sets: readonly TrialSet[];
    readonly folds: ReadonlyMap<string, number>;
    readonly nouns: readonly string[];
    readonly prompt: string;
  },
  editOf: (fold: number) => Edit | undefined,
): Promise<Measured[]> {
  const prompts = nouns.map((noun) => prompt.replace("{}", noun));
  const foldOf = ({ noun }: TrialRow) => folds.get(noun)!;
  const byFold = new Map<number, Awaited<ReturnType<typeof scoring>>>();
  for (const [fold, own] of Map.groupBy(sets.flatMap(({ rows }) => rows), foldOf)) {
    const sentences = own.flatMap(({ options }) => options.map(({ sentence }) => sentence));
    byFold.set(fold, await scoring(text, editOf(fold), new Set([...sentences, ...prompts])));
  }
  const results: Measured[] = [];
  for (const { rows, pictures } of sets) {
    const scored = rows.map((row) => {
      const { score } = byFold.get(foldOf(row))!;
      return row.options.map(({ sentence, picture }) => score(sentence, pictures.get(picture)!));
    });
    const told = rows.flatMap((row) =>
      row.affirmative ? { noun: row.noun, ...row.affirmative, ...byFold.get(foldOf(row))! } : []
    );
    const affirmative = told.map(({ embeddings, sentence }) => embeddings.get(sentence)!);
    const places = new Map([...pictures.keys()].map((name, i) => [name, i]));
    const { ofImages } = await inTurns(rankSteps({
      images: [...pictures.values()],
      captions: affirmative,
      imageOf: told.map(({ picture }) => places.get(picture)!),
    }));
    const shareOf = (scores: readonly number[], right: number) =>
      countRow(scores, right, SCORE_NOISE).share;
    results.push({
      right: rows.map(({ right }, i) => shareOf(scored[i]!, right)),
      d: rows.map(({ right }, i) =>
        scored[i]![right]! - Math.max(...scored[i]!.toSpliced(right, 1))
      ),
      recall: ofImages.map(({ rank }) => rank <= 1),
      zeroShot: told.map(({ noun, picture, score }) => {
        const scores = prompts.map((sentence) => score(sentence, pictures.get(picture)!));
        return shareOf(scores, nouns.indexOf(noun));
      }),
      affirmative,
    });
  }
  return results;
}

/** The embeddings of sentences with an edit, and what scores them with it. */
async function scoring(text: TextTower, edit: Edit | undefined, sentences: ReadonlySet<string>) {
  const edited = edit === undefined ? text : text.edited(edit);
  const embedded = await embedTexts(edited, edited.rule?.withPrompts(sentences) ?? sentences);
  const embeddings = edit?.kind === "map" && edit.strength !== 0
    ? new Map([...embedded].map(([sentence, t]) => [sentence, mappedVector(t, edit)]))
    : embedded;
  const { rule, family: { similarity: { score } } } = edited;
  return {
    embeddings,
    score: (sentence: string, image: Float32Array) =>
      rule?.score(sentence, image, { score, embeddings }) ??
        score(embeddings.get(sentence)!, image),
  };
}

const KEYS = {
  edit: key(text("The edit's name.")),
  strength: key(number("", "Its strength: 0 changes nothing.")),
  control: key(text<TrialControl>(
    "`none` is the edit itself; otherwise the mean over draws of the same edit with a random direction, random nodes of the same kinds and number, or fitted on shuffled labels.",
  )),
  set: key(text("The rows: the data's name, or that of a benchmark's file.")),
};

const CHANGE = estimate(
  "change",
  "",
  "After minus before: of accuracy the gain. An edit that is fitted is tested on rows of nouns that it was not fitted on.",
  { prefix: "" },
);

const OVER = estimate(
  "over",
  "share",
  "Accuracy minus that of the control that gains most at the same strength; of an edit itself on `all` rows only.",
);

export const TRIALS = table(
  "trials",
  "One row for each edit, strength, control and group of rows, then what the edit does to affirmative sentences.",
  {
    ...KEYS,
    measure: key(text(
      "`accuracy`: share of rows whose right option has the largest score. Of affirmative sentences, `recall_1`: share of true ones whose picture is first among all; `zero_shot`: share of their pictures whose noun's prompt is first among those of all nouns; `cosine` of their embeddings with those before. Of pairs, `gamma`, `alpha` and `sentences_right` as in `evaluate`.",
    )),
    group: key(text(
      "`all`, or the rows of a negated side, frame, negator or template; of a control `all`.",
    )),
    n: N,
    after: number("", "Mean with the edit; without it `after` - `change`."),
    ...CHANGE.columns,
    ...OVER.columns,
    beyond: optional(text("The control that `over` is compared with.")),
    as_good: optional(count(
      "Draws of that control that gain at least as much as the edit.",
      "draws",
    )),
  },
);

type TrialsRow = RowOf<typeof TRIALS>;

type TrialKeys = Pick<TrialsRow, keyof typeof KEYS>;

/** Gain on all rows of a set, and what else the edit changes there, by the name of the measure. */
export interface FrontRow extends TrialsRow {
  readonly changes: Readonly<Record<string, Estimate>>;
}

/** An edit or one of its controls, measured on all sets, once for each draw. */
export interface MeasuredTrial extends Omit<TrialKeys, "set"> {
  readonly draws: readonly (readonly Measured[])[];
}

interface SetTrial extends TrialKeys {
  readonly draws: readonly Measured[];
}

interface MeasuredSet {
  readonly rows: TrialSet["rows"];
  readonly before: Measured;
  readonly seed: number;
  readonly pairs: readonly Pair[];
  readonly matched: MatchedRows;
}

export function trialTables(
  trials: readonly MeasuredTrial[],
  { sets, before, ...how }: StatisticsOptions & {
    readonly sets: readonly TrialSet[];
    readonly before: readonly Measured[];
  },
) {
  const front: FrontRow[] = [];
  const all: TrialsRow[] = [];
  for (const [place, { name, rows }] of sets.entries()) {
    const pairs = rows.flatMap(({ pair }) => pair ?? []);
    using matched = finish(matchedSteps(pairs, how));
    const measured = { rows, before: before[place]!, seed: how.seed, pairs, matched };
    const ofSet = trials.map((trial): SetTrial => (
      { ...trial, set: name, draws: trial.draws.map((ofSets) => ofSets[place]!) }
    ));
    for (const trial of ofSet) {
      const { edit, strength, control } = trial;
      const rivals = ofSet.filter((other) =>
        control === "none" && other.control !== "none" && other.edit === edit &&
        other.strength === strength
      );
      const groups = accuracyRows(trial, measured, rivals);
      const others = otherRows(trial, measured);
      all.push(...groups, ...others);
      const changes = Object.fromEntries(
        others.map((
          { measure, change: estimate, low, high },
        ) => [measure, { estimate, low, high }]),
      );
      front.push({ ...groups[0]!, changes });
    }
  }
  return { trials: fillTable(TRIALS, all), front };
}

/** A row of the table without what only the accuracy of an edit on all rows has. */
function rowOf(
  { draws: _, ...keys }: SetTrial,
  named: Pick<TrialsRow, "measure" | "group" | "n" | "after">,
  change: Estimate,
): TrialsRow {
  const over = { ...OVER.cells(withoutBounds(undefined)), beyond: undefined, as_good: undefined };
  return { ...keys, ...named, ...CHANGE.cells(change), ...over };
}

/** Accuracy on all rows and, of an edit itself, on groups; on all rows beside the best of its rivals. */
function accuracyRows(
  trial: SetTrial,
  { rows, before: { right: old }, seed }: MeasuredSet,
  rivals: readonly SetTrial[],
): TrialsRow[] {
  const ofRows = ({ draws }: SetTrial) => meanOfDraws(draws.map(({ right }) => right));
  const shares = ofRows(trial);
  const isEdit = trial.control === "none";
  const members = new Map<string, number[]>([["all", [...rows.keys()]]]);
  for (const [i, { groups }] of isEdit ? rows.entries() : []) {
    for (const group of groups) members.set(group, [...members.get(group) ?? [], i]);
  }
  const made = [...members].map(([group, places]) => {
    const clusters = places.map((i) => rows[i]!.cluster);
    const [first, second] = [places.map((i) => old[i]!), places.map((i) => shares[i]!)];
    const gain = shareChange(first, second, { isEdit, clusters, seed });
    const named = { measure: "accuracy", group, n: places.length, after: mean(second)! };
    return rowOf(trial, named, gain);
  });
  const [best] = rivals.toSorted((a, b) => mean(ofRows(b))! - mean(ofRows(a))!);
  if (best === undefined) return made;
  const clusters = rows.map(({ cluster }) => cluster);
  const over = meanWithin(ofRows(best).map((x, i) => shares[i]! - x), { clusters, seed });
  const as_good = best.draws.filter(({ right }) => mean(right)! >= mean(shares)!).length;
  made[0] = { ...made[0]!, ...OVER.cells(over), beyond: best.control, as_good };
  return made;
}

/** What an edit does to affirmative sentences, to the share of blocks that are right in both pictures, and to gamma and alpha. */
function otherRows(trial: SetTrial, { rows, before, seed, pairs, matched }: MeasuredSet) {
  const { draws } = trial;
  const blocks = blockPlaces(pairs);
  const told = rows.filter(({ affirmative }) => affirmative !== undefined);
  const own = before.affirmative;
  const measures: Readonly<Record<string, (of: Measured) => readonly number[]>> = {
    recall_1: ({ recall }) => recall.map(Number),
    zero_shot: ({ zeroShot }) => zeroShot,
    cosine: ({ affirmative }) => affirmative.map((t, i) => t === own[i] ? 1 : cosine(t, own[i]!)),
    sentences_right: ({ d }) => blocks.map(([foil, not]) => Number(d[foil]! > 0 && d[not]! > 0)),
  };
  const means = Object.entries(measures).flatMap(([measure, valuesOf]) => {
    const of = measure === "sentences_right" ? blocks.map(([foil]) => rows[foil]!) : told;
    if (of.length === 0) return [];
    const [first, second] = [valuesOf(before), meanOfDraws(draws.map(valuesOf))];
    const clusters = of.map(({ cluster }) => cluster);
    const isEdit = trial.control === "none" && measure !== "cosine";
    const change = shareChange(first, second, { isEdit, clusters, seed });
    return rowOf(trial, { measure, group: "all", n: of.length, after: mean(second)! }, change);
  });
  const d = meanOfDraws(draws.map(({ d }) => d));
  const [after, change] = [matched.split((i) => d[i]), matched.split((i) => d[i]! - before.d[i]!)];
  const ofMatched = (["gamma", "alpha"] as const).flatMap((measure) => {
    const { estimate } = matched.ratio(after[measure], after.weights);
    if (estimate === undefined) return [];
    const n = matched.isEnough ? matched.places.length : 0;
    const changed = matched.ratio(change[measure], change.weights);
    return rowOf(trial, { measure, group: "all", n, after: estimate }, changed);
  });
  return [...means, ...ofMatched];
}

function meanOfDraws(draws: readonly (readonly (boolean | number)[])[]): number[] {
  return draws[0]!.map((_, i) => mean(draws.map((draw) => Number(draw[i]!)))!);
}

/** Second minus first; of an edit's shares with the interval of a difference of shares, of cosines and means over draws by resampling. */
function shareChange(
  first: readonly number[],
  second: readonly number[],
  { isEdit, ...how }: {
    readonly isEdit: boolean;
    readonly clusters: readonly string[];
    readonly seed: number;
  },
): Estimate {
  return isEdit
    ? pairedShareDifference(first, second, how)
    : meanWithin(second.map((x, i) => x - first[i]!), how);
}

function meanWithin(
  values: readonly number[],
  { clusters, seed }: { readonly clusters: readonly string[]; readonly seed: number },
): Estimate {
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  return bootstrap.mean(values);
}
