/** Accuracy of all rows, of groups of them, and of sets that are right if all of their rows are. */

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
import { CHOICES, figureLines, type FIGURES, type Kind, KINDS, TOGETHER } from "./tables.ts";
import { eachScorer, type TextScorer, textScores } from "./text_scorers.ts";

/** The accuracies of all rows or of a group of them, by the model and without looking. */
export interface AccuracyRow extends Readonly<Record<TextScorer, number>> {
  readonly by: Kind;
  readonly group: string;
  readonly n: number;
  readonly accuracy: Estimate;
  readonly accuracy_first: number;
  readonly accuracy_published?: number | undefined;
  readonly ties?: number;
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

/** The accuracies of all rows, then of groups of them, then of pairs and sets. */
export function accuracyRows(
  choices: readonly Choice[],
  scores: ChoiceScores,
  options: AccuracyOptions,
): AccuracyRow[] {
  const { rule, seed, clusters } = options;
  const known = sharesOf(choices, scores, options);
  const byRule = rule &&
    choices.map(({ right }, i) => Number(countedByRule(scores[i]!, right, rule)));
  const groups = groupsOf(choices).map(({ group, by, rows }): AccuracyRow => {
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
  return [...groups, ...setRows(choices, known, seed)];
}

/** The accuracies in benchmark.csv, one in each line. */
export function accuracyFigures(rows: readonly AccuracyRow[]): RowOf<typeof FIGURES>[] {
  return rows.flatMap(({ by, group, n, ...measures }) => figureLines({ by, group, n }, measures));
}

type Shares = ReturnType<typeof sharesOf>;

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

/** How many rows a pair and a set have; those that lack one, as some do with --limit, are not counted. */
const SIZES = { pair: 2, set: 4 } as const;

function setRows(choices: readonly Choice[], known: Shares, seed: number): AccuracyRow[] {
  return TOGETHER.flatMap((kind): AccuracyRow[] => {
    const groups = [...Map.groupBy(choices.keys(), (i) => choices[i]!.together?.[kind])]
      .filter(([name]) => name !== undefined)
      .map(([, rows]) => rows)
      .filter((rows) =>
        rows.length === SIZES[kind] &&
        new Set(rows.map((i) => choices[i]!.group)).size === SIZES[kind]
      );
    if (groups.length === 0) return [];
    const products = (values: readonly number[]) =>
      groups.map((rows) => rows.reduce((product, i) => product * values[i]!, 1));
    const meanOf = (values: readonly number[]) => mean(products(values))!;
    const clusters = groups.map(([first]) => choices[first!]!.together!.set);
    return [{
      ...{ by: kind, group: "all", n: groups.length },
      accuracy: shareEstimate(products(known.share), { clusters, seed }),
      accuracy_first: meanOf(known.first),
      chance: meanOf(known.chance),
      ...eachScorer((name) => meanOf(known[name])),
    }];
  });
}
