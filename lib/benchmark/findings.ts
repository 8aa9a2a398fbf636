/** What a benchmark found: words, small tables, charts of accuracy and recall. */

import type { Estimate } from "../stats/estimate.ts";
import type { Finding, FindingLine } from "../study/experiment/finding.ts";
import { intervalText, numberText } from "../tables/text_table.ts";
import type { RowOf } from "../tables/table.ts";
import type { Word } from "../tables/words.ts";
import { bars } from "../charts/bars.ts";
import { type ChartOptions, type ChartSpec, OKABE_ITO } from "../charts/spec.ts";
import type { AccuracyRow } from "./accuracy.ts";
import type { BenchmarkFormat, Rule } from "./formats/format.ts";
import { BLOCK_SCORES, type FIGURES, type MeasureRow } from "./tables.ts";
import { TEXT_SCORERS } from "./text_scorers.ts";

const RULES: Readonly<Record<Rule, string>> = {
  first: "takes the first option with the largest score",
  strict: "counts a row as right only if the right option is above all others",
};

/** The most groups that a summary or a chart shows. */
const MOST_GROUPS = 16;

export const BENCHMARK_WORDS: readonly Word[] = [
  {
    word: "accuracy",
    means:
      "share of rows whose right option has the largest score; 1/k where k options share it, unless it is counted as by the script of the set",
  },
  { word: "first", means: "accuracy by the first option with the largest score" },
  { word: "script", means: "accuracy as the script of the set counts ties" },
  { word: "ties", means: "rows, captions or images in which items share the score that counts" },
  { word: "chance", means: "mean of 1 divided by the number of options" },
  {
    word: "bag of words",
    means:
      "naive Bayes on the words of the sentences, fitted on rows of other nouns; like longest, shortest and negated it sees no image",
  },
  {
    word: "text score",
    means:
      "share of rows of two pictures and two sentences with the right sentence for both pictures; image score: the right picture for both sentences; group score: both right pairs above both wrong ones; ties count as if put in a random order",
    also: ["image score", "group score"],
  },
  {
    word: "R@k",
    means:
      "share with a rank of at most k, in which each tie counts half, unless it is counted as by the script of the set",
    also: ["R@1", "R@5", "R@10"],
  },
];

/** What a finding is about besides its numbers. */
interface Benchmarked extends Partial<Pick<BenchmarkFormat, "rule" | "unscripted">> {
  /** The model's name. */
  readonly name: string;
}

/** Whether an estimate may be no more than chance. */
function isChance({ low }: Estimate, chance: number | undefined): boolean {
  return low !== undefined && low <= chance!;
}

function untested({ low }: Estimate): string[] {
  return low === undefined ? ["The rows are too few for an interval"] : [];
}

/** Accuracy by group, and what is had without looking. */
export function accuracyFindings(
  rows: readonly AccuracyRow[],
  { name, rule, unscripted = "" }: Benchmarked,
): Finding {
  const [all, ...groups] = rows;
  const { n, accuracy, chance, random_weights: random } = all!;
  const blind = TEXT_SCORERS.map((name) => [name.replaceAll("_", " "), all![name]] as const);
  const [best, most] = blind.toSorted(([, a], [, b]) => b - a)[0]!;
  const hasTies = rows.some(({ ties }) => ties > 0);
  return {
    sentences: [
      ...untested(accuracy),
      ...isChance(accuracy, chance)
        ? [`${name} does not certainly choose better than chance here`]
        : [],
      `${name} chooses the right option in ${numberText(accuracy.estimate!, 2)} of ${n} rows${
        inBrackets(accuracy)
      }; chance is ${numberText(chance, 2)}`,
      `Without a look at the picture, ${best} gets ${numberText(most, 2)}${
        accuracy.low !== undefined && accuracy.low <= most
          ? ", so that the sentences alone may be enough"
          : ""
      }`,
      ...random === undefined ? [] : [`With random weights it gets ${numberText(random, 2)}`],
    ],
    tables: [
      {
        title: "Accuracy",
        lines: [all!, ...groups.slice(0, MOST_GROUPS)].map((row) => ({
          rows: row.by === "all" ? "all" : nameOfGroup(row),
          n: row.n,
          accuracy: row.accuracy.estimate,
          "95 % interval": intervalText(row.accuracy),
          chance: row.chance,
          ...hasTies &&
            { first: row.accuracy_first, script: row.accuracy_published, ties: row.ties },
        })),
      },
      { title: "All rows without the image", lines: [Object.fromEntries(blind)] },
    ],
    notes: notesOf({ groups: groups.length, estimate: accuracy, rule, unscripted }),
  };
}

const SAID = {
  text: "of the sentences for both pictures",
  image: "of the pictures for both sentences",
  group: "of both at once",
} as const;

function inBrackets(estimate: Estimate): string {
  const interval = intervalText(estimate, 2);
  return interval && ` (95 % interval ${interval})`;
}

/** Text, image and group score of all rows, and by group. */
export function blockFindings(
  rows: readonly MeasureRow[],
  { name, rule, unscripted = "" }: Benchmarked,
): Finding {
  const all = rows.slice(0, BLOCK_SCORES.length);
  const groups = [...Map.groupBy(rows.slice(BLOCK_SCORES.length), nameOfGroup)];
  const { value: group, chance, n } = all.at(-1)!;
  return {
    sentences: [
      ...untested(group),
      ...isChance(group, chance)
        ? [`${name} does not certainly put pictures and sentences together better than chance here`]
        : [],
      ...BLOCK_SCORES.map((score, i) => {
        const { value, chance } = all[i]!;
        const share = numberText(value.estimate!, 2) + inBrackets(value);
        const who = i === 0 ? `Of ${n} rows, ${name} has` : "It has";
        return `${who} ${share} right ${SAID[score]} (${score} score); chance is ${
          numberText(chance!, 2)
        }`;
      }),
    ],
    tables: [
      { title: "Text, image and group score of all rows", lines: measured(all) },
      ...groups.length === 0 ? [] : [{
        title: "By group",
        lines: groups.slice(0, MOST_GROUPS).map(([name, scores]) => ({
          ...{ rows: name, n: scores[0]!.n },
          ...Object.fromEntries(scores.map(({ measure, value }) => [measure, value.estimate])),
        })),
      }],
    ],
    notes: notesOf({ groups: groups.length, estimate: group, rule, unscripted }),
  };
}

function notesOf({ groups, estimate: { low }, rule, unscripted }: {
  readonly groups: number;
  readonly estimate: Estimate;
  readonly rule: Rule | undefined;
  readonly unscripted: string;
}): string[] {
  return [
    ...groups > MOST_GROUPS ? [`${groups - MOST_GROUPS} further groups are in benchmark.csv`] : [],
    ...low === undefined
      ? []
      : ["Intervals are Wilson's, and the bootstrap's where ties count in part"],
    rule === undefined ? unscripted : `The script of the set ${RULES[rule]}`,
  ];
}

/** A line for each measure. */
function measured(rows: readonly MeasureRow[]): FindingLine[] {
  return rows.map((
    { by, n, measure, value, ties, first: _, published, chance, random_weights: random },
  ) => ({
    ...WANTED[by] && { wanted: WANTED[by] },
    measure: measure.replace(/^r(?=\d)/, "R@"),
    ...{ n, value: value.estimate, "95 % interval": intervalText(value) },
    ...published !== undefined && { script: published },
    ...random !== undefined && { "random weights": random },
    ...{ chance, ties },
  }));
}

export function retrievalFindings(
  rows: readonly MeasureRow[],
  { name, repeated }: Pick<Benchmarked, "name"> & { readonly repeated: number },
): Finding {
  const { value: r1, n, chance } = rows[0]!;
  return {
    sentences: [
      ...isChance(r1, chance)
        ? [`${name} does not certainly find images better than chance here`]
        : [],
      `${name} puts the picture of a caption first among all in ${
        numberText(r1.estimate!, 2)
      } of ${n} captions${inBrackets(r1)}; chance is ${numberText(chance!, 3)}`,
    ],
    tables: [{ title: "Recall", lines: measured(rows) }],
    notes: [
      ...repeated > 0
        ? [`${repeated} rows show an image that an earlier row shows; it counts as one image`]
        : [],
      ...r1.low === undefined ? [] : ["Intervals are Wilson's"],
    ],
  };
}

/** The published figures, as besidePublished() gives them. */
export function publishedFinding(lines: readonly FindingLine[]): Finding {
  if (lines.length === 0) return {};
  return {
    tables: [{ title: "Published figures", lines, digits: 4 }],
    notes: lines.some((line) => line["this run"] === undefined)
      ? [
        "This run's figure stands beside a published one only with --published, and only if the file has as many rows as that part of the set",
      ]
      : [],
  };
}

const WANTED: Readonly<Record<string, string>> = {
  text_to_image: "image of a caption",
  image_to_text: "caption of an image",
};

function nameOfGroup({ by, group }: Pick<MeasureRow, "by" | "group">): string {
  return by === "all" ? "all rows" : `${by}: ${group}`;
}

const COLORS = {
  model: OKABE_ITO.blue,
  "random weights": OKABE_ITO.orange,
  "no image read": "#767676",
};

/** What the chart of benchmark.csv says, by the first of its measures. */
const CHARTS = {
  accuracy: {
    title: "Accuracy",
    about:
      "Share of rows whose right option has the largest score; where k options share it, 1/k: the model, on all rows and by group; below it scorers that read the sentences and see no image. The dashed line is chance",
    value: "accuracy",
    measures: ["accuracy"],
  },
  text: {
    title: "Text, image and group score",
    about:
      "Share of rows of two pictures with two sentences: whose right sentence scores higher for both pictures (text score), whose right picture does for both sentences (image score), whose right pairs both score higher than the wrong ones (group score). The dashed lines are chance",
    value: "share of rows",
    measures: BLOCK_SCORES,
  },
  r1: {
    title: "Recall",
    about:
      "Share of captions whose image is among the first 1, 5 and 10 of all images, and of images one of whose captions is among the first of all captions",
    value: "recall",
    measures: ["r1", "r5", "r10"],
  },
} as const;

interface Bar extends Pick<RowOf<typeof FIGURES>, "low" | "high" | "n"> {
  readonly name: string;
  readonly value: number | undefined;
  readonly kind: keyof typeof COLORS;
  readonly panel: string;
  readonly chance: number | undefined;
}

/** The shares in benchmark.csv: of the model, of that with random weights, and of scorers without sight. */
export function figuresChart(
  figures: readonly RowOf<typeof FIGURES>[],
  options: ChartOptions,
): ChartSpec {
  const { measures, value: title, ...said } = CHARTS[figures[0]!.measure as keyof typeof CHARTS];
  const groups = [...new Set(figures.map(nameOfGroup))].slice(0, 1 + MOST_GROUPS);
  const drawn = figures.flatMap((line): Bar[] => {
    const { by, group, measure, value, low, high, n } = line;
    const main = measure.replace(/_random_weights$/, "");
    const isMain = measures.some((name) => name === main);
    const isBlind = TEXT_SCORERS.some((scorer) => scorer === measure);
    const kind = measure.endsWith("random_weights")
      ? "random weights"
      : isBlind
      ? "no image read"
      : "model";
    const isOfAll = isMain || isBlind || main === "random_weights";
    const isShown = kind === "model" ? isMain : isOfAll && group === "all";
    if (!isShown || !groups.includes(nameOfGroup(line))) return [];
    const wanted = WANTED[by] && `${WANTED[by]}, R@${main.slice(1)}`;
    const other = isBlind ? measure.replaceAll("_", " ") : kind;
    const name = kind === "model"
      ? wanted ?? nameOfGroup(line)
      : [wanted ?? [], other].flat().join(", ");
    const chance = figures.find(({ by, measure }) =>
      by === "all" && (measure === "chance" || measure === `${main}_chance`)
    )?.value;
    return [{ name, value, low, high, n, kind, panel: `${main} score`, chance }];
  });
  const kinds = (["model", "random weights", "no image read"] as const)
    .filter((kind) => drawn.some((bar) => bar.kind === kind));
  return bars(drawn.toSorted((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind)), {
    ...{ ...options, ...said },
    at: "name",
    value: { field: "value", low: "low", high: "high", title },
    ...kinds.length > 1 && {
      series: "kind",
      colors: Object.fromEntries(kinds.map((kind) => [kind, COLORS[kind]])),
    },
    ...measures === BLOCK_SCORES && { panels: "panel" },
    valueRange: () => [0, 1],
    valueLines: ([bar]) => [bar?.chance ?? []].flat(),
  });
}
