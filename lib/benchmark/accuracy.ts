/** Accuracy of all rows and of groups of them. */

import { ClusterBootstrap } from "../stats/intervals/bootstrap.ts";
import type { Estimate } from "../stats/intervals/estimate.ts";
import { clusterShare } from "../stats/intervals/share.ts";
import { mean } from "../stats/quantile.ts";
import { fillTable, type RowOf, type Table } from "../tables/table.ts";
import { type Choice, optionCount, questionSum } from "./choice.ts";
import { countedByRule, countRow } from "./counting.ts";
import type { Rule } from "./formats/format.ts";
import { ACCURACIES, ACCURACY, CHOICES, type Kind, KINDS } from "./tables.ts";
import { eachScorer, textScores } from "./text_scorers.ts";

export type AccuracyRow = RowOf<typeof ACCURACIES>;

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
export function groupOf(choice: Choice): string | undefined {
  return KINDS.map((kind) => choice[kind]).find((value) => value !== undefined);
}

export function choicesTable(
  choices: readonly Choice[],
  scores: ChoiceScores,
): Table<RowOf<typeof CHOICES>> {
  return fillTable(
    CHOICES,
    choices.flatMap((choice, i) => {
      const { id, row, right } = choice;
      const [question, group] = [questionSum(choice), groupOf(choice)];
      return Array.from(scores[i]!, (score, option) => (
        { id, row, question, group, option, right: Number(option === right), score }
      ));
    }),
  );
}

/**
 * accuracy.csv.
 *
 * @param known How each row counts, if that is known already.
 */
export function accuracyTable(
  choices: readonly Choice[],
  scores: ChoiceScores,
  options: AccuracyOptions,
  known: Shares = sharesOf(choices, scores, options),
): Table<AccuracyRow> {
  const { rule, seed, clusters } = options;
  const byRule = rule &&
    choices.map(({ right }, i) => Number(countedByRule(scores[i]!, right, rule)));
  const ranks = choices.map(({ right }, i) => rankOf(scores[i]!, right));
  return fillTable(
    ACCURACIES,
    groupsOf(choices).map(({ group, by, rows }): AccuracyRow => {
      const meanOf = (values: readonly number[]) => mean(rows.map((i) => values[i]!))!;
      const main = shareEstimate(rows.map((i) => known.share[i]!), {
        clusters: rows.map((i) => clusters[i]!),
        seed,
      });
      return {
        group,
        n: rows.length,
        ...ACCURACY.cells(main),
        accuracy_first: meanOf(known.first),
        accuracy_published: byRule && meanOf(byRule),
        ties: rows.filter((i) => known.tied[i]! > 1).length,
        mean_rank: meanOf(ranks),
        r3: meanOf(ranks.map((rank) => Number(rank <= 3))),
        chance: meanOf(known.chance),
        ...eachScorer((name) => meanOf(known[name])),
        random_weights: known.random && meanOf(known.random),
        by,
      };
    }),
  );
}

export type Shares = ReturnType<typeof sharesOf>;

/** How each row counts: by the model, without looking, and by the scorers that see no image. */
export function sharesOf(
  choices: readonly Choice[],
  scores: ChoiceScores,
  { rule, published, seed, random }: Omit<AccuracyOptions, "clusters">,
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

/**
 * The groups, as a summary names them, in which a tie counts in part: their intervals are the bootstrap's.
 */
export function groupsInParts(
  choices: readonly Choice[],
  { share }: Pick<Shares, "share">,
): string[] {
  return groupsOf(choices)
    .filter(({ rows }) => rows.some((i) => share[i] !== 0 && share[i] !== 1))
    .map(({ group, by }) => by === "all" ? "all" : `${by}: ${group}`);
}

/** All rows, then the rows of each value, in the order of the file. */
function groupsOf(
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

function rankOf(scores: ArrayLike<number>, right: number): number {
  const values = Array.from(scores);
  const above = values.filter((score) => score > scores[right]!).length;
  const beside = values.filter((score) => score === scores[right]!).length - 1;
  return 1 + above + beside / 2;
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
