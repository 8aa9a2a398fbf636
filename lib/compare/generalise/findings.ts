/** What heads do on two sets of sentences: findings, and a chart with one point a head. */

import { heatMap } from "../../charts/heat_map.ts";
import { type ChartOptions, type ChartSpec, modelOf } from "../../charts/spec.ts";
import { shortNumber } from "../../charts/texts.ts";
import { SELECTIVITY } from "../../experiments/attend/findings.ts";
import { words } from "../../experiments/words.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { DIVISIONS } from "../../stats/random.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { headName, headNote } from "../../tables/nodes.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import { namesText, type Word } from "../../tables/words.ts";
import type { AgreementRow } from "../agreement.ts";
import { type GeneraliseRow, OTHERS, type SetName } from "./compare_heads.ts";

const NAMED_HEADS = 5;

const QUANTITY_NAMES: Readonly<Record<string, string>> = {
  selectivity: "selectivity",
  baseline: "with the sentences exchanged",
  above_baseline: "difference of both",
};

export const GENERALISE_WORDS: readonly Word[] = [
  ...words("selectivity"),
  { word: "elsewhere", means: "in the sentences of --sentences; other columns are of the data" },
  {
    word: "rho",
    means:
      "Spearman's rank correlation over heads: 1 if the heads have the same order in both sets of sentences. Samples draw the rows of both sets, those of a sentence pair together, while the heads stay the same; their range is no confidence interval, since it lies towards 0 where the intervals of many heads overlap (docs/statistics.md)",
  },
  {
    word: "halves",
    means:
      `rho between two halves of one set, by subject noun or sentence pair: what noise and other nouns leave of it; the mean of ${DIVISIONS} divisions`,
  },
];

interface HeadPair {
  readonly name: string;
  readonly here: GeneraliseRow;
  readonly there: GeneraliseRow;
}

function pairsOf(rows: readonly GeneraliseRow[]): HeadPair[] {
  return [...Map.groupBy(rows, headName)].map(([name, [here, there]]) => (
    { name, here: here!, there: there! }
  ));
}

/** The heads that are among the most selective of both sets and above their baseline in both, in the order of their selectivity in the data. */
function headsInBoth(pairs: readonly HeadPair[]): HeadPair[] {
  const there = new Set(mostSelective(pairs, "there"));
  return mostSelective(pairs, "here").filter((pair) =>
    there.has(pair) && isAbove(pair.here) && isAbove(pair.there)
  );
}

function mostSelective(pairs: readonly HeadPair[], set: "here" | "there"): HeadPair[] {
  return pairs.filter((pair) => pair[set].selectivity !== undefined)
    .toSorted((a, b) => b[set].selectivity! - a[set].selectivity!).slice(0, NAMED_HEADS);
}

function isAbove({ above_baseline: above, above_baseline_low: low }: GeneraliseRow): boolean {
  return above !== undefined && above > ATTENTION_NOISE && low !== undefined && low > 0;
}

/** Says how far the order of heads is the same on two sets of sentences, of so many rows, and which are among the most selective in both. */
export function generaliseFinding(
  rows: readonly GeneraliseRow[],
  agreement: readonly AgreementRow[],
  sizes: readonly [data: number, elsewhere: number],
): Finding {
  const pairs = pairsOf(rows);
  const between = agreement.filter(({ first, second }) =>
    first === "data" && second === "sentences"
  );
  const halvesOf = (set: SetName, quantity: string) =>
    agreement.find(({ of, first, second }) =>
      of === quantity && first.startsWith(`${set}, `) && second === OTHERS.half
    )?.rho;
  return {
    sentences: [
      ...orderSentences(between, agreement),
      ...bothSentences(pairs),
      ...lowestSentence(agreement),
    ],
    tables: [
      {
        title: `Order of the heads in ${sizes[0]} rows of the data and ${sizes[1]} rows elsewhere`,
        lines: between.map(({ of, n, rho, rho_low, rho_high }) => ({
          "by": QUANTITY_NAMES[of],
          heads: n,
          rho,
          "in 95 % of samples": intervalText({ low: rho_low, high: rho_high }, 2),
          halves: halvesOf("data", of),
          "halves elsewhere": halvesOf("sentences", of),
        })),
      },
      {
        title: `Heads among the ${NAMED_HEADS} most selective in both`,
        lines: headsInBoth(pairs).map(({ name, here, there }) => ({
          head: name,
          selectivity: here.selectivity,
          elsewhere: there.selectivity,
        })),
      },
    ],
    notes: pairs.slice(0, 1).map(({ here }) => headNote(here)),
  };
}

/** How alike the order of heads is by their selectivity, and by its difference from the exchanged sentences, which towers with random weights have too. */
function orderSentences(
  between: readonly AgreementRow[],
  agreement: readonly AgreementRow[],
): string[] {
  const random = agreement.filter(({ first }) => /^data, random /.test(first));
  const rhos = random.flatMap(({ rho }) => rho ?? []);
  const own = between.find(({ of }) => of === random[0]?.of)?.rho;
  const [least, most] = [Math.min(...rhos), Math.max(...rhos)];
  return [
    ...between.filter(({ of, rho }) => of === "selectivity" && rho !== undefined).map((row) =>
      `Ordered by attention to the negator, heads elsewhere follow the data with Spearman's rho ${
        estimateText(row.rho, { low: row.rho_low, high: row.rho_high }, 2)
      }`
    ),
    ...own === undefined || rhos.length === 0 ? [] : [
      `Less what exchanged sentences show, rho is ${numberText(own, 2)}, ${
        own > most ? "above" : own < least ? "below" : "among"
      } those of towers with random weights (${numberText(least, 2)} to ${numberText(most, 2)})`,
    ],
  ];
}

function bothSentences(pairs: readonly HeadPair[]): string[] {
  const isTested = pairs.some(({ here, there }) =>
    here.above_baseline_low !== undefined && there.above_baseline_low !== undefined
  );
  if (!isTested) {
    return [
      `Which heads look at it in both is not tested: both sets need ${FEWEST_CLUSTERS} effective clusters of rows`,
    ];
  }
  const most = Math.min(NAMED_HEADS, pairs.length);
  const names = headsInBoth(pairs).map(({ name }) => name);
  const chance = (most * most / Math.max(1, pairs.length)).toFixed(1);
  return [
    `${names.length === 0 ? "No head" : namesText(names)} ${
      names.length < 2 ? "is" : "are"
    } among the ${most} most selective in both; by chance ${chance} of ${pairs.length} heads would be`,
  ];
}

function lowestSentence(agreement: readonly AgreementRow[]): string[] {
  const start = "sentences, frame ";
  const frames = agreement.filter(({ of, first, rho }) =>
    of === "selectivity" && first.startsWith(start) && rho !== undefined
  );
  if (frames.length === 0) return [];
  const { first, rho } = frames.reduce((least, row) => row.rho! < least.rho! ? row : least);
  return [
    `Elsewhere, "${first.slice(start.length)}" is least like the other ${
      frames.length - 1
    } frames (rho ${numberText(rho!, 2)})`,
  ];
}

/** Draws every head's selectivity in the data, and beside it elsewhere. */
export function generaliseChart(
  rows: readonly GeneraliseRow[],
  { agreement, ...options }: ChartOptions & { readonly agreement: readonly AgreementRow[] },
): ChartSpec {
  const pairs = pairsOf(rows);
  const cells = pairs.flatMap(({ here, there }) => [
    { ...here, panel: "in the data" },
    { ...there, panel: "elsewhere" },
  ]);
  const both = headsInBoth(pairs).map(({ name }) => name).join(", ") || "none";
  return heatMap(cells, {
    ...options,
    title: `Which heads of ${
      modelOf(options)
    } look at "no", in the data and in sentences elsewhere`,
    subtitle: `over heads, ${rhoText(agreement, "selectivity")}`,
    about:
      `Selectivity of every attention head for the negator (largest attention to the negator minus that to the word in its place, mean over rows) in the data and in other sentences; among the most selective of both and above the exchanged sentences: ${both}; rho: Spearman's rank correlation over heads, with the range in 95 % of samples of rows, which is no confidence interval`,
    panels: "panel",
    x: "layer",
    y: "head",
    value: SELECTIVITY,
  });
}

function rhoText(agreement: readonly AgreementRow[], quantity: string): string {
  const { rho, rho_low: low, rho_high: high } =
    agreement.find(({ of, first, second }) =>
      of === quantity && first === "data" && second === "sentences"
    ) ?? {};
  if (rho === undefined) return "no rho";
  const range = low === undefined || high === undefined
    ? ""
    : `, samples ${shortNumber(low)} to ${shortNumber(high)}`;
  return `rho = ${shortNumber(rho)}${range}`;
}
