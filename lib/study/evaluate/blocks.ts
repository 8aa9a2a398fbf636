/** Blocks of two pictures and two sentences: what their four scores owe to understanding, bias and picture, and what is right in them. */

import { affirmativeSentence, type Pair } from "../../data/pairs.ts";
import { countNegations } from "../../data/words.ts";
import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { clusterShare } from "../../stats/share.ts";
import type { Steps } from "../../stats/steps.ts";
import {
  count,
  fillTable,
  key,
  number,
  type RowOf,
  type Table,
  table,
  text,
} from "../../tables/table.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import { estimate } from "../effects/estimate_columns.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import {
  EFFECT_GROUPS,
  type EffectGroupRow,
  GROUP_COLUMNS,
  rowGroups,
} from "../groups/group_estimates.ts";
import { rightness, roundedToZero } from "../effects/noise.ts";
import { SUMMARY } from "./summary.ts";

/** What a block has, in the order of its columns; the rights are 0 or 1. */
const QUANTITIES = {
  alpha: number(
    "logit",
    "Bias: the affirmative sentence scores 2 alpha higher over both pictures.",
  ),
  beta: number(
    "logit",
    "The picture that shows the thing scores 2 beta higher over both sentences.",
  ),
  gamma: number("logit", "Understanding: what a sentence gains with the picture it is true of."),
  sentences_right: count(
    "1 if the true sentence scores higher in both pictures, gamma > |alpha|; otherwise 0 (Winoground's text score).",
  ),
  pictures_right: count(
    "The same of both sentences with their picture, gamma > |beta| (its image score).",
  ),
  all_right: count("The same of both (its group score)."),
} as const;

type Quantity = keyof typeof QUANTITIES;

type Block = Readonly<Record<Quantity, number>>;

export const BLOCKS = table(
  "blocks",
  "One row for each block: the k-th foil-negated with the k-th caption-negated row of the same two sentences, unless both sentences negate. Written if there are blocks.",
  {
    foil_id: key(text("The row whose picture shows the thing.")),
    caption_id: key(text("The row whose picture lacks it.")),
    ...QUANTITIES,
  },
);

const VALUE = estimate("value", "", "The mean over blocks.", { prefix: "" });

export const BLOCKS_SUMMARY = table("blocks_summary", "Means over the rows of blocks.csv.", {
  quantity: key(text<Quantity>("The column of blocks.csv.")),
  ...VALUE.columns,
});

export type BlocksSummaryRow = RowOf<typeof BLOCKS_SUMMARY>;

/** Whether a quantity says of each block whether it is right, so that its mean is a share of blocks. */
export function isOfRights(quantity: unknown): boolean {
  return `${quantity}`.endsWith("_right");
}

/** The rows of blocks.csv, and the pair of the foil-negated row of each. */
export function blocksOf(
  pairs: readonly Pair[],
  scores: readonly Pick<EvaluateRow, "id" | "s_caption" | "s_foil">[],
) {
  const places = blockPlaces(pairs);
  const rows = places.map(([foil, caption]): RowOf<typeof BLOCKS> => {
    // S of the picture that shows the thing, p, and of the other, n, with the affirmative and the negated sentence
    const { id: foil_id, s_caption: pp, s_foil: pn } = scores[foil]!;
    const { id: caption_id, s_foil: np, s_caption: nn } = scores[caption]!;
    const [sentences, pictures] = [pp > pn && nn > np, pp > np && nn > pn];
    return {
      ...{ foil_id, caption_id },
      alpha: (pp - pn - nn + np) / 4,
      beta: (pp + pn - np - nn) / 4,
      gamma: (pp - pn + nn - np) / 4,
      sentences_right: Number(sentences),
      pictures_right: Number(pictures),
      all_right: Number(sentences && pictures),
    };
  });
  return { rows, pairs: places.map(([foil]) => pairs[foil]!) };
}

/** The places of the rows of each block, in the order of the foil-negated ones. */
export function blockPlaces(pairs: readonly Pair[]): (readonly [foil: number, caption: number])[] {
  const alike = Map.groupBy(pairs.keys(), (row) => clusterOf(pairs[row]!));
  return [...alike.values()].flatMap((rows) => {
    if (countNegations(affirmativeSentence(pairs[rows[0]!]!)) > 0) return [];
    const captions = rows.filter((row) => pairs[row]!.negation === "caption");
    return rows.filter((row) => pairs[row]!.negation === "foil").slice(0, captions.length)
      .map((foil, k) => [foil, captions[k]!] as const);
  }).sort(([a], [b]) => a - b);
}

/** The mean over rows that have a block; a share of 0 or 1, which no drawn sample leaves, has Wilson's interval. */
function blockMean(
  quantity: Quantity,
  blocks: readonly (Block | undefined)[],
  { bootstrap, clusters }: {
    readonly bootstrap: ClusterBootstrap;
    readonly clusters: readonly string[];
  },
): Estimate {
  const values = blocks.map((block) => block?.[quantity]);
  const known = values.filter((value) => value !== undefined);
  if (!isOfRights(quantity)) return roundedToZero(bootstrap.mean(values));
  if (new Set(known).size > 1) return bootstrap.mean(values);
  return clusterShare(known, { clusters: clusters.filter((_, row) => blocks[row] !== undefined) });
}

export function* blockTables(
  pairs: readonly Pair[],
  scores: Parameters<typeof blocksOf>[1],
  { seed, cluster }: StatisticsOptions,
) {
  const { rows, pairs: inBlocks } = blocksOf(pairs, scores);
  const clusters = inBlocks.map((pair) => clusterOf(pair, cluster));
  const means = rows.length > 0 && (yield* blockMeans(rows, { clusters, seed }));
  return {
    ...means && { blocks: fillTable(BLOCKS, rows), blockMeans: fillTable(BLOCKS_SUMMARY, means) },
  };
}

function* blockMeans(
  rows: ReturnType<typeof blocksOf>["rows"],
  { clusters, seed }: { readonly clusters: readonly string[]; readonly seed: number },
): Steps<BlocksSummaryRow[]> {
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  yield* bootstrap.draw();
  return (Object.keys(QUANTITIES) as Quantity[]).map((quantity) => (
    { quantity, ...VALUE.cells(blockMean(quantity, rows, { bootstrap, clusters })) }
  ));
}

/** What is told of the blocks of a group, by the names of blocks_summary.csv. */
const OF_BLOCKS = ["gamma", "alpha", "sentences_right"] as const;

/** The lines of effect_groups.csv of the scores: of each group its accuracy and its mean d, and the means of its blocks; undefined without groups. */
export function* groupSteps(
  pairs: readonly Pair[],
  rows: readonly EvaluateRow[],
  { seed, cluster }: StatisticsOptions,
): Steps<Table<EffectGroupRow> | undefined> {
  const byId = new Map(blocksOf(pairs, rows).rows.map((block) => [block.foil_id, block]));
  const made: EffectGroupRow[] = [];
  for (const { column, group, places } of rowGroups(pairs)) {
    yield;
    const clusters = places.map((place) => clusterOf(pairs[place]!, cluster));
    const blocks = places.map((place) => byId.get(rows[place]!.id));
    const n = blocks.filter((block) => block !== undefined).length;
    using bootstrap = new ClusterBootstrap(clusters, { seed });
    yield* bootstrap.draw();
    const lineOf =
      (of: Pick<EffectGroupRow, "table" | "negation" | "n">) =>
      (estimate: string, { estimate: value, low, high }: Estimate): EffectGroupRow => (
        { column, group, ...of, segment: "all", place: undefined, estimate, value, low, high }
      );
    const ofRows = lineOf({ table: SUMMARY.name, negation: "all", n: places.length });
    const ofBlocks = lineOf({ table: BLOCKS_SUMMARY.name, negation: "both", n });
    const d = places.map((place) => rows[place]!.d);
    made.push(
      ofRows("accuracy", clusterShare(d.map((of) => rightness(of)), { clusters })),
      ofRows("mean_d", roundedToZero(bootstrap.mean(d))),
      ...n === 0
        ? []
        : OF_BLOCKS.map((name) => ofBlocks(name, blockMean(name, blocks, { bootstrap, clusters }))),
    );
  }
  return made.length === 0 ? undefined : fillTable(EFFECT_GROUPS, made);
}

/** Understanding and bias in the groups of the first column that has two or more with blocks. */
export function groupPoints(rows: readonly EffectGroupRow[]) {
  const points = GROUP_COLUMNS.map((column) => {
    const groups = Map.groupBy(rows.filter((row) => row.column === column), ({ group }) => group);
    return [...groups].flatMap(([name, [, , gamma, alpha]]) =>
      gamma === undefined || alpha === undefined ? [] : [{
        ...{ name, gamma: gamma.value, gamma_low: gamma.low, gamma_high: gamma.high },
        ...{ alpha: alpha.value, alpha_low: alpha.low, alpha_high: alpha.high },
      }]
    );
  });
  return points.find(({ length }) => length > 1) ?? [];
}
