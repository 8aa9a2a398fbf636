/** Accuracy of all rows and of groups of them. */

import { ClusterBootstrap } from "../stats/bootstrap.ts";
import type { Estimate } from "../stats/estimate.ts";
import { clusterShare } from "../stats/share.ts";
import { mean } from "../stats/columns.ts";
import { fillTable, type RowOf, type Table } from "../tables/table.ts";
import {
  type Choice,
  countedByRule,
  countRow,
  isRight,
  optionCount,
  questionSum,
} from "./choice.ts";
import type { Rule } from "./formats/format.ts";
import { CHOICES, figureLines, type FIGURES, type Kind, KINDS } from "./tables.ts";
import { eachScorer, type TextScorer, textScores } from "./text_scorers.ts";

/** The accuracies of all rows or of a group of them, by the model and without looking. */
export interface AccuracyRow extends Readonly<Record<TextScorer, number>> {
  readonly by: Kind;
  readonly group: string;
  readonly n: number;
  readonly accuracy: Estimate;
  readonly accuracy_first: number;
  readonly accuracy_published?: number | undefined;
  readonly ties: number;
  readonly chance: number;
  readonly random_weights?: number | undefined;
}

export type ChoiceScores = readonly ArrayLike<number>[];

export interface AccuracyOptions {
  /** The rule of the set's own script, if what it asks can be scored. */
  readonly rule: Rule | undefined;
  /** Whether the main figure is that of the set's own script. */
  readonly published: boolean;
  readonly seed: number;
  readonly clusters: readonly string[];
  readonly random?: ChoiceScores | undefined;
}

/** The group of a row in choices.csv. */
function groupOf(choice: Choice): string | undefined {
  return KINDS.map((kind) => choice[kind]).find((value) => value !== undefined);
}

export function choicesTable(
  choices: readonly Choice[],
  scores: ChoiceScores,
): Table<RowOf<typeof CHOICES>> {
  return fillTable(
    CHOICES,
    choices.flatMap((choice, i) => {
      const { id, row } = choice;
      const [question, group] = [questionSum(choice), groupOf(choice)];
      return Array.from(scores[i]!, (score, option) => (
        { id, row, question, group, option, right: Number(isRight(choice, option)), score }
      ));
    }),
  );
}

/** The accuracies of all rows, then of groups of them. */
export function accuracyRows(
  choices: readonly Choice[],
  scores: ChoiceScores,
  options: AccuracyOptions,
): AccuracyRow[] {
  const { rule, seed, clusters } = options;
  const known = sharesOf(choices, scores, options);
  const byRule = rule &&
    choices.map(({ right }, i) => Number(countedByRule(scores[i]!, right, rule)));
  return groupsOf(choices).map(({ group, by, rows }): AccuracyRow => {
    const meanOf = (values: readonly number[]) => mean(rows.map((i) => values[i]!))!;
    const accuracy = shareEstimate(rows.map((i) => known.share[i]!), {
      clusters: rows.map((i) => clusters[i]!),
      seed,
    });
    return {
      ...{ by, group, n: rows.length, accuracy },
      accuracy_first: meanOf(known.first),
      accuracy_published: byRule && meanOf(byRule),
      ties: rows.filter((i) => known.tied[i]! > 1).length,
      chance: meanOf(known.chance),
      ...eachScorer((name) => meanOf(known[name])),
      random_weights: known.random && meanOf(known.random),
    };
  });
}

/** The accuracies in benchmark.csv, one in each line. */
export function accuracyFigures(rows: readonly AccuracyRow[]): RowOf<typeof FIGURES>[] {
  return rows.flatMap(({ by, group, n, ...measures }) => figureLines({ by, group, n }, measures));
}

/** How each row counts: by the model, without looking, and by the scorers that see no image. */
function sharesOf(
  choices: readonly Choice[],
  scores: ChoiceScores,
  { rule, published, seed, random }: AccuracyOptions,
) {
  const counted = choices.map(({ right }, i) => countRow(scores[i]!, right));
  const divided = (of: ChoiceScores) =>
    choices.map(({ right }, i) => countRow(of[i]!, right).share);
  const shares = (of: ChoiceScores) =>
    published && rule !== undefined
      ? choices.map(({ right }, i) => Number(countedByRule(of[i]!, right, rule)))
      : divided(of);
  const blind = textScores(choices, seed);
  return {
    share: shares(scores),
    first: counted.map(({ first }) => Number(first)),
    tied: counted.map(({ tied }) => tied),
    chance: choices.map((choice) => 1 / optionCount(choice)),
    random: random && shares(random),
    ...eachScorer((name) => divided(blind[name])),
  };
}

/** All rows, then the rows of each value, in the order of the file. */
export function groupsOf(
  choices: readonly Choice[],
): { readonly group: string; readonly by: Kind; readonly rows: readonly number[] }[] {
  const places = [...choices.keys()];
  return [
    { group: "all", by: "all" as const, rows: places },
    ...KINDS.flatMap((by) => {
      const known = places.filter((i) => choices[i]![by] !== undefined);
      const groups = Map.groupBy(known, (i) => choices[i]![by]!);
      return [...groups].map(([group, rows]) => ({ group, by, rows }));
    }),
  ];
}

/** Wilson's interval of a share; of a mean of parts, where options tie, the bootstrap's. */
export function shareEstimate(
  shares: readonly number[],
  { clusters, seed }: { readonly clusters: readonly string[]; readonly seed: number },
): Estimate {
  if (shares.every((share) => share === 0 || share === 1)) {
    return clusterShare(shares.map((share) => share === 1), { clusters });
  }
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  return bootstrap.mean(shares);
}
