/** What heads do on two sets of sentences: a small text for a terminal, and a chart with one point a head. */

import { DIVISIONS } from "../../stats/random.ts";

import { words } from "../../experiments/words.ts";
import { FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import type { Verdict } from "../../study/evaluate/verdict.ts";
import { findingText } from "../../study/experiment/finding.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import { headName, headNote } from "../../tables/nodes.ts";
import { intervalText, linesTable, numberText } from "../../tables/text_table.ts";
import { glossaryText, type Word, wordsUsed, wrapText } from "../../tables/words.ts";
import type {
  GeneraliseHalvesRow,
  GeneraliseRow,
  GeneraliseSummaryRow,
  Quantity,
} from "./tables.ts";
import { scatter } from "../../charts/scatter.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { type Bounds, shortNumber } from "../../charts/texts.ts";

/** How many of the most selective heads are named. */
const NAMED_HEADS = 5;

const QUANTITY_NAMES: Readonly<Record<Quantity, string>> = {
  selectivity: "selectivity",
  baseline: "exchanged",
  above_baseline: "above",
};

export const GENERALISE_WORDS: readonly Word[] = [
  ...words("selectivity", "exchanged", "above"),
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

/**
 * The heads that are among the most selective of both sets and are above their baseline in both. In the order of their selectivity in
 * the data.
 */
export function headsInBoth<Row extends GeneraliseRow>(rows: readonly Row[]): Row[] {
  const there = new Set(mostSelective(rows, (row) => row.selectivity_elsewhere));
  return mostSelective(rows, (row) => row.selectivity).filter((row) =>
    there.has(row) && isAbove(row.above_baseline, row.above_baseline_low) &&
    isAbove(row.above_baseline_elsewhere, row.above_baseline_elsewhere_low)
  );
}

/** The most selective heads of a set, the most selective first. */
function mostSelective<Row>(
  rows: readonly Row[],
  selectivity: (row: Row) => number | undefined,
): Row[] {
  return rows.filter((row) => selectivity(row) !== undefined)
    .toSorted((a, b) => selectivity(b)! - selectivity(a)!).slice(0, NAMED_HEADS);
}

/** Whether a head is above its baseline by more than chance and rounding explain. */
function isAbove(above: number | undefined, low: number | undefined): boolean {
  return above !== undefined && above > ATTENTION_NOISE && low !== undefined && low > 0;
}

/** Says how far the order of heads is the same on two sets of sentences, and which are among the most selective in both. */
export function generaliseFindings(
  rows: readonly GeneraliseRow[],
  summary: readonly GeneraliseSummaryRow[],
  { halves = [], circuit = "", verdict }: {
    readonly halves?: readonly GeneraliseHalvesRow[];
    readonly circuit?: string;
    /** Whether the model tells negation in the data. @default {not said} */
    readonly verdict?: Verdict | undefined;
  } = {},
): string {
  const { n = 0, n_elsewhere = 0 } = summary[0] ?? {};
  const lines = summary.map(({ quantity, heads, rho, ...row }) => ({
    "of a head": QUANTITY_NAMES[quantity],
    heads,
    rho,
    "in 95 % of samples": intervalText({ low: row.samples_low, high: row.samples_high }),
    ...halvesCells(halves, quantity),
  }));
  const told = findingText({ sentences: verdict?.sentences.slice(0, 1) ?? [] });
  const text = `${
    told && `${told}\n`
  }Heads in ${n} rows of the data and ${n_elsewhere} rows elsewhere\n${linesTable(lines)}${
    randomText(summary)
  }${lowestText(halves)}\n${inBothText(rows)}${circuit}`;
  return `${text}\n${glossaryText(wordsUsed(text, GENERALISE_WORDS))}`;
}

function halvesCells(halves: readonly GeneraliseHalvesRow[], quantity: Quantity) {
  return Object.fromEntries(
    halves.filter((row) => row.quantity === quantity && !isOfFrame(row))
      .map(({ set, rho }) => [set === "data" ? "halves" : "halves elsewhere", rho]),
  );
}

function isOfFrame({ held_out }: GeneraliseHalvesRow): boolean {
  return held_out.startsWith("frame ");
}

/** What heads that have learnt nothing have in common. */
function randomText(summary: readonly GeneraliseSummaryRow[]): string {
  return summary.flatMap(({ quantity, random_least: least, random_most: most, rho }) => {
    if (least === undefined || most === undefined || rho === undefined) return [];
    const beyond = rho > most ? "above" : rho < least ? "below" : "among";
    return wrapText(
      `In three towers with random weights rho of ${QUANTITY_NAMES[quantity]} is ${
        numberText(least, 3)
      } to ${numberText(most, 3)}; this model's is ${beyond} these`,
    ) + "\n";
  }).join("");
}

/** The frame of the sentences whose heads have the least in common with those of all others. */
function lowestText(halves: readonly GeneraliseHalvesRow[]): string {
  const frames = halves.filter((row) =>
    row.set === "sentences" && row.quantity === "selectivity" && isOfFrame(row) &&
    row.rho !== undefined
  );
  if (frames.length === 0) return "";
  const { held_out, rho } = frames.reduce((least, row) => row.rho! < least.rho! ? row : least);
  const text =
    `Selectivity elsewhere: of ${frames.length} frames, rho with all others is least in "${
      held_out.slice("frame ".length)
    }", ${numberText(rho!, 3)}`;
  return `${wrapText(text)}\n`;
}

function inBothText(rows: readonly GeneraliseRow[]): string {
  const found = headsInBoth(rows);
  const most = Math.min(NAMED_HEADS, rows.length);
  const title =
    `Heads among the ${most} with the largest selectivity in both, above the exchanged sentences in both`;
  const chance = wrapText(
    `By chance about ${
      (most * most / Math.max(1, rows.length)).toFixed(1)
    } of ${rows.length} heads would be among the ${most} in both`,
  );
  const isTested = rows.some(({ above_baseline_low: here, above_baseline_elsewhere_low: there }) =>
    here !== undefined && there !== undefined
  );
  if (!isTested) {
    const text =
      `${title}: not tested, since ${FEWEST_CLUSTERS} effective clusters of rows are needed in both`;
    return `${wrapText(text)}\n`;
  }
  if (found.length === 0) return `${wrapText(`${title}: none`)}\n${chance}\n`;
  const lines = found.map((row) => ({
    head: headName(row),
    selectivity: row.selectivity,
    above: row.above_baseline,
    "selectivity elsewhere": row.selectivity_elsewhere,
    "above elsewhere": row.above_baseline_elsewhere,
  }));
  return `${wrapText(title)}\n${linesTable(lines)}${chance}\n${headNote(found[0]!)}\n`;
}

interface Point {
  readonly name: string;
  readonly panel: "selectivity" | "exchanged sentences";
  readonly here: number | undefined;
  readonly there: number | undefined;
  readonly hereBounds: Bounds;
  readonly thereBounds: Bounds;
}

/**
 * Draws every head's selectivity elsewhere against that in the data, with intervals, and beside it the same of the exchanged sentences, on the
 * same axes. The most selective heads of either set are labelled where there is space.
 */
export function generaliseChart(
  rows: readonly GeneraliseRow[],
  { summary, ...options }: ChartOptions & { readonly summary: readonly GeneraliseSummaryRow[] },
): ChartSpec {
  const named = new Set(
    [
      ...mostSelective(rows, (row) => row.selectivity),
      ...mostSelective(rows, (row) => row.selectivity_elsewhere),
    ].map(headName),
  );
  const both = headsInBoth(rows).map(headName).join(", ") || "none";
  return scatter(rows.flatMap(pointsOf), {
    ...options,
    title: "Heads in the data and in sentences elsewhere",
    about:
      `Selectivity of every attention head for the negator (largest attention to the negator minus that to its twin, mean over rows) in the data and in other sentences, and the same with the sentences of each pair exchanged; one point a head (layer.head); dashed: equal in both; among the most selective of both and above the exchanged sentences: ${both}; rho: Spearman's rank correlation over heads, with the range in 95 % of samples of rows, which is no confidence interval`,
    columns: 2,
    panels: (points) =>
      [...Map.groupBy(points, ({ panel }) => panel)].map(([panel, rows]) => ({
        title: [panel, rhoText(summary, panel === "selectivity" ? panel : "baseline")],
        rows,
      })),
    x: {
      field: "here",
      low: ({ hereBounds }) => hereBounds.low,
      high: ({ hereBounds }) => hereBounds.high,
      title: "in the data",
    },
    y: {
      field: "there",
      low: ({ thereBounds }) => thereBounds.low,
      high: ({ thereBounds }) => thereBounds.high,
      title: "elsewhere",
    },
    against: "equality",
    name: ({ name }) => name,
    labelled: (points) =>
      points.filter(({ name, panel }) => panel === "selectivity" && named.has(name))
        .toSorted((a, b) => b.here! + b.there! - a.here! - a.there!),
  });
}

function rhoText(summary: readonly GeneraliseSummaryRow[], quantity: Quantity): string {
  const { rho, samples_low: low, samples_high: high } =
    summary.find((row) => row.quantity === quantity) ?? {};
  if (rho === undefined) return "no rho";
  const range = low === undefined || high === undefined
    ? ""
    : `, samples ${shortNumber(low)} to ${shortNumber(high)}`;
  return `rho = ${shortNumber(rho)}${range}`;
}

function pointsOf(row: GeneraliseRow): Point[] {
  const name = headName(row);
  const none = { hereBounds: {}, thereBounds: {} };
  return [
    {
      name,
      panel: "selectivity",
      here: row.selectivity,
      there: row.selectivity_elsewhere,
      hereBounds: { low: row.selectivity_low, high: row.selectivity_high },
      thereBounds: { low: row.selectivity_elsewhere_low, high: row.selectivity_elsewhere_high },
    },
    {
      name,
      panel: "exchanged sentences",
      here: row.baseline,
      there: row.baseline_elsewhere,
      ...none,
    },
  ];
}
