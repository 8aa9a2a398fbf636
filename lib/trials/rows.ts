/** The rows that edits are tried on: pairs and benchmarks as choices among sentences, whose nouns are divided into folds. */

import { type Choice, optionCount, optionOf, pictureKey } from "../benchmark/choice.ts";
import { nounOf } from "../benchmark/text_scorers.ts";
import { frameOf } from "../data/frame.ts";
import { negatedInData, type Pair } from "../data/pairs.ts";
import { headNoun } from "../data/subject_noun.ts";
import { type ChosenClusters, clusterOf } from "../study/clusters.ts";
import type { Embeddings } from "../study/embeddings/embed.ts";
import { frameOfRow, framesOf } from "../study/held_out.ts";
import { seededRandom } from "../stats/random.ts";

/** A row: options of which one is right. */
export interface TrialRow {
  readonly options: readonly { readonly sentence: string; readonly picture: string }[];
  readonly right: number;
  readonly noun: string;
  readonly cluster: string;
  /** What it is counted in, besides all rows. */
  readonly groups: readonly string[];
  /** The affirmative sentence that is true of the picture, if there is one. */
  readonly affirmative?: { readonly sentence: string; readonly picture: string };
}

export interface TrialSet {
  readonly name: string;
  readonly rows: readonly TrialRow[];
  readonly pictures: Embeddings;
}

/** The frame of a row by the words of its negated sentence, whatever the data call it. */
export function wordsFrame(pair: Pair): string {
  return frameOf(negatedInData(pair));
}

/** The group of rows whose frame no row has that an edit is fitted on. */
const OTHER_FRAMES = "frames not fitted on";

/** The rows of pairs, in the order of the data; `fitted` are the frames that edits are fitted on. */
export function rowsOfPairs(
  pairs: readonly Pair[],
  { cluster, fitted }: {
    readonly cluster?: ChosenClusters | undefined;
    readonly fitted: ReadonlySet<string>;
  },
): TrialRow[] {
  const frames = new Set(framesOf(pairs));
  return pairs.map((pair) => {
    const { image: picture, caption, foil, negation, negator } = pair;
    const frame = frameOfRow(pair);
    const options = [caption, foil].map((sentence) => ({ sentence, picture }));
    return {
      options,
      right: 0,
      noun: clusterOf(pair, "noun"),
      cluster: clusterOf(pair, cluster),
      groups: [
        `negated ${negation}`,
        ...frames.has(frame) ? [`frame ${frame}`] : [],
        ...fitted.has(wordsFrame(pair)) ? [] : [OTHER_FRAMES],
        ...negator === undefined ? [] : [`negator ${negator}`],
      ],
      ...negation === "foil" && { affirmative: options[0]! },
    };
  });
}

/** The rows of a benchmark that show a picture. */
export function rowsOfChoices(
  choices: readonly Choice[],
  cluster?: ChosenClusters | undefined,
): TrialRow[] {
  return choices.filter(({ pictures }) => pictures.length > 0).map((choice) => {
    const { right, pictures, group, template, negator, frame } = choice;
    const named = { group, template, negator, frame };
    return {
      options: Array.from({ length: optionCount(choice) }, (_, option) => {
        const { sentence, picture } = optionOf(choice, option);
        return { sentence, picture: pictureKey(picture!) };
      }),
      right,
      noun: nounOf(choice),
      cluster: cluster === "noun" ? nounOf(choice) : pictures[0]!.image,
      groups: Object.entries(named).flatMap(([by, value]) =>
        value === undefined ? [] : [`${by} ${value}`]
      ),
    };
  });
}

/** The most folds that nouns are divided into. */
const MOST_FOLDS = 5;

/**
 * The fold in which each noun is held out; nouns with one head, such as "light" and "traffic light", are held out together. Those that edits are
 * fitted on are spread first, so that none of their folds has all.
 */
export function foldsOf(
  nouns: Iterable<string>,
  seed: number,
  fitted: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, number> {
  const all = [...new Set(nouns)].sort();
  const isOther = (alike: readonly string[]) => Number(!alike.some((noun) => fitted.has(noun)));
  const shuffled = seededRandom(seed).shuffle([...Map.groupBy(all, headNoun).values()])
    .sort((a, b) => isOther(a) - isOther(b));
  const count = Math.min(MOST_FOLDS, shuffled.length);
  return new Map(shuffled.flatMap((alike, i) => alike.map((noun) => [noun, i % count])));
}
