/** How rows count: accuracy of all rows and of groups of them; scores of two pictures with two sentences; understanding and bias where one of two sentences is negated. */

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
  pictureKey,
  questionSum,
} from "./choice.ts";
import type { Rule } from "./formats/format.ts";
import { BLOCK_SCORES, CHOICES, type Figure, figureLines, figuresOf, KINDS } from "./tables.ts";
import { eachScorer, textScores } from "./text_scorers.ts";
import { findNegation } from "../data/words.ts";
import { finish } from "../stats/steps.ts";
import type { StatisticsOptions } from "../study/clusters.ts";
import { understandingSteps } from "../study/effects/understanding.ts";
import { blockTables, isOfRights } from "../study/evaluate/blocks.ts";
import { estimateText } from "../tables/text_table.ts";
import type { Finding } from "../study/experiment/finding.ts";

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

export function choicesTable(
  choices: readonly Choice[],
  scores: ChoiceScores,
): Table<RowOf<typeof CHOICES>> {
  return fillTable(
    CHOICES,
    choices.flatMap((choice, i) => {
      const { id, row } = choice;
      const group = KINDS.map((kind) => choice[kind]).find((value) => value !== undefined);
      const question = questionSum(choice);
      return Array.from(scores[i]!, (score, option) => (
        { id, row, question, group, option, right: Number(isRight(choice, option)), score }
      ));
    }),
  );
}

/** The accuracies of all rows, then of groups of them: by the model, without looking, and by the scorers that see no image. */
export function accuracyFigures(
  choices: readonly Choice[],
  scores: ChoiceScores,
  { rule, published, seed, clusters, random }: AccuracyOptions,
): Figure[] {
  const count = <Value>(
    of: ChoiceScores,
    value: (scores: ArrayLike<number>, right: number) => Value,
  ) => choices.map(({ right }, i) => value(of[i]!, right));
  const divided = (of: ChoiceScores) => count(of, (row, right) => countRow(row, right).share);
  const byRule = (of: ChoiceScores) =>
    rule && count(of, (row, right) => Number(countedByRule(row, right, rule)));
  const shares = (of: ChoiceScores) => published && byRule(of) || divided(of);
  const counted = count(scores, (row, right) => countRow(row, right));
  const first = counted.map(({ first }) => Number(first));
  const chance = choices.map((choice) => 1 / optionCount(choice));
  const [own, ofScript, ofRandom] = [shares(scores), byRule(scores), random && shares(random)];
  const blind = textScores(choices, seed);
  const ofBlind = eachScorer((name) => divided(blind[name]));
  return groupsOf(choices).flatMap(({ group, by, rows }) => {
    const of = <Value>(values: readonly Value[]) => rows.map((i) => values[i]!);
    return figureLines({ by, group, n: rows.length }, {
      accuracy: shareEstimate(of(own), { clusters: of(clusters), seed }),
      accuracy_first: mean(of(first)),
      accuracy_published: ofScript && mean(of(ofScript)),
      ties: of(counted).filter(({ tied }) => tied > 1).length,
      chance: mean(of(chance)),
      ...eachScorer((name) => mean(of(ofBlind[name]))),
      random_weights: ofRandom && mean(of(ofRandom)),
    });
  });
}

/** All rows, then the rows of each value, in the order of the file. */
function groupsOf(choices: readonly Choice[]) {
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

/** The options, in the order of choices.csv, each list of which must score higher than another. */
const COMPARED = {
  text: [[[0], [1]], [[3], [2]]],
  image: [[[0], [2]], [[3], [1]]],
  group: [[[0, 3], [1, 2]]],
} as const;

const CHANCE = { text: 1 / 4, image: 1 / 4, group: 1 / 6 } as const;

/** The chance that all of some scores are above all others, if those that are equal are put in a random order. */
function shareAbove(right: readonly number[], wrong: readonly number[]): number {
  const [least, most] = [Math.min(...right), Math.max(...wrong)];
  if (least !== most) return Number(least > most);
  const tied = [...right, ...wrong].filter((score) => score === least).length;
  return 1 / [2, 3, 6][tied - 2]!; // of 2, 3 or 4 scores the right ones first
}

/** The scores of all blocks, then of groups of them. With `published` a tie is wrong, as the scripts of sets count. */
export function blockFigures(
  choices: readonly Choice[],
  scores: ChoiceScores,
  { rule, published, seed, clusters, random }: AccuracyOptions,
): Figure[] {
  const strict = (share: number) => Number(share === 1);
  const ties = scores.map((block) => new Set(Array.from(block)).size < block.length);
  const measures = BLOCK_SCORES.map((measure) => {
    const sharesOf = (of: ChoiceScores) =>
      of.map((block) =>
        COMPARED[measure].reduce(
          (share, [right, wrong]) =>
            share * shareAbove(right.map((i) => block[i]!), wrong.map((i) => block[i]!)),
          1,
        )
      );
    const counted = (shares: readonly number[]) => published ? shares.map(strict) : shares;
    const shares = sharesOf(scores);
    return { measure, shares, own: counted(shares), random: random && counted(sharesOf(random)) };
  });
  return groupsOf(choices).flatMap(({ group, by, rows }) => {
    const of = <Value>(values: readonly Value[]) => rows.map((i) => values[i]!);
    const figures = measures.map(({ measure, shares, own, random }) =>
      figuresOf(measure, shareEstimate(of(own), { clusters: of(clusters), seed }), {
        published: rule && mean(of(shares.map(strict))),
        chance: CHANCE[measure],
        random_weights: random && mean(of(random)),
      })
    );
    const tied = of(ties).filter(Boolean).length;
    return figureLines(
      { by, group, n: rows.length },
      Object.assign({}, ...figures, { ties: tied }),
    );
  });
}

/** Gamma and alpha of matched questions and the means over blocks, as lines of benchmark.csv and in a table; nothing without both sides. */
export function sidesOutcome(
  choices: readonly Choice[],
  scores: readonly ArrayLike<number>[],
  options: StatisticsOptions,
): { readonly figures: readonly Figure[]; readonly finding: Finding } {
  const rows = choices.flatMap(({ row, pictures, sentences, right, frame }, i) => {
    const [picture, caption, foil] = [pictures[0]!, sentences[right]!, sentences[1 - right]!];
    if (pictures.length !== 1 || sentences.length !== 2) return [];
    const negation = findNegation(caption, foil);
    if (negation === undefined) return [];
    const given = { id: `${row}`, image: pictureKey(picture), negation, caption, foil };
    const pair = { ...given, ...frame !== undefined && { frame } };
    return [{ pair, id: given.id, s_caption: scores[i]![right]!, s_foil: scores[i]![1 - right]! }];
  });
  const pairs = rows.map(({ pair }) => pair);
  const d = rows.map(({ s_caption, s_foil }) => s_caption - s_foil);
  const { gamma, alpha, matched } = finish(understandingSteps(pairs, d, options));
  if (gamma.estimate === undefined) return { figures: [], finding: {} };
  const { blocks, blockMeans } = finish(blockTables(pairs, rows, options));
  const line = (measure: string, n: number, { estimate: value, low, high }: Estimate) => (
    { by: "all" as const, group: "all", measure, n, value, low, high }
  );
  const [means, n] = [blockMeans?.rows ?? [], blocks?.rows.length ?? 0];
  return {
    figures: [
      ...[line("gamma", matched, gamma), line("alpha", matched, alpha)],
      ...means.filter(({ quantity }) => isOfRights(quantity))
        .map(({ quantity, value: estimate, low, high }) =>
          line(quantity, n, { estimate, low, high })
        ),
    ],
    finding: {
      sentences: gamma.low === undefined ? [] : [
        `Understanding (gamma) is ${
          estimateText(gamma.estimate, gamma, 2)
        } logits on ${matched} matched rows, bias (alpha) ${
          estimateText(alpha.estimate, alpha, 2)
        }`,
      ],
    },
  };
}
