/** What a benchmark found: words, small tables, charts of accuracy and recall. */

import type { Estimate } from "../stats/estimate.ts";
import type { Finding } from "../study/experiment/finding.ts";
import { intervalText, numberText } from "../tables/text_table.ts";
import type { Word } from "../tables/words.ts";
import { bars, type BarsOptions } from "../charts/bars.ts";
import { type ChartOptions, type ChartSpec, OKABE_ITO } from "../charts/spec.ts";
import type { AccuracyRow } from "./accuracy.ts";
import type { BlockRow } from "./blocks.ts";
import type { BenchmarkFormat, Rule } from "./formats/format.ts";
import type { RecallRow } from "./retrieval.ts";
import { TEXT_SCORERS } from "./text_scorers.ts";

/** A figure that was published on the set, and the run's own on the same group. */
export interface PublishedRow {
  /** The part of the set; `whole` if it has none. */
  readonly part: string;
  readonly group: string;
  /** `accuracy`, or `r1` or `r5` of text to image. */
  readonly measure: string;
  /** The model, as its authors call it. */
  readonly model: string;
  readonly n: number | undefined;
  readonly published: number;
  /** Counted as the script of the set counts; none without `--published`, or if the file has another number of rows than the part. */
  readonly measured: number | undefined;
  /** How the published figure was counted. */
  readonly counted: string;
}

const RULES: Readonly<Record<Rule, string>> = {
  first: "takes the first option with the largest score",
  strict: "counts a row as right only if the right option is above all others",
};

/** The most groups that a summary lists or names. */
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

/**
 * Accuracy by group, and what is had without looking.
 *
 * @param options The form of the file, and the groups in which a tie counts in part.
 */
export function accuracyFindings(
  rows: readonly AccuracyRow[],
  { format: { rule, unscripted = "" }, inParts }: {
    readonly format: BenchmarkFormat;
    readonly inParts: readonly string[];
  },
): Finding {
  const [all, ...groups] = rows;
  const { n, accuracy, chance } = all!;
  const blind = TEXT_SCORERS.map((name) => [name.replaceAll("_", " "), all![name]] as const);
  const most = Math.max(...blind.map(([, share]) => share));
  const best = blind.filter(([, share]) => share === most).map(([name]) => name);
  return {
    sentences: [
      ...accuracy.low !== undefined && accuracy.low <= chance
        ? ["The model does not choose better than chance here"]
        : [],
      `The accuracy over ${n} rows is ${numberText(accuracy.estimate!, 3)}${
        inBrackets(accuracy)
      }; chance is ${numberText(chance, 3)}`,
      `The best of ${blind.length} scorers that see no image gets ${numberText(most, 3)} (${
        best.join(", ")
      })`,
    ],
    tables: [
      {
        title: "Accuracy",
        lines: [all!, ...groups.slice(0, MOST_GROUPS)].map((row) => ({
          rows: row.by === "all" ? "all" : nameOfGroup(row),
          n: row.n,
          accuracy: row.accuracy.estimate,
          "95 % interval": intervalText(row.accuracy),
          first: row.accuracy_first,
          script: row.accuracy_published,
          ties: row.ties,
        })),
      },
      {
        title: "All rows without the image",
        lines: [{
          chance,
          ...Object.fromEntries(blind),
          ...all!.random_weights !== undefined && { "random weights": all!.random_weights },
        }],
      },
    ],
    notes: [
      ...furtherGroups(groups.length),
      intervalText(accuracy) === "" ? TOO_FEW : intervalNote(inParts, rows.length),
      rule === undefined ? unscripted : `The script of the set ${RULES[rule]}`,
    ],
  };
}

function intervalNote(inParts: readonly string[], groups: number): string {
  if (inParts.length === 0) return "Intervals are Wilson's";
  if (inParts.length === groups) return "Intervals are the bootstrap's, since ties count in part";
  const named = inParts.slice(0, MOST_GROUPS).join(", ");
  return `Intervals are Wilson's, and the bootstrap's where ties count in part (${named})`;
}

const SAID = {
  text: "both pictures have the right sentence",
  image: "both sentences have the right picture",
  group: "both right pairs are above both wrong ones",
} as const;

function inBrackets(estimate: Estimate): string {
  const interval = intervalText(estimate);
  return interval && ` (95 % interval ${interval})`;
}

/** Text, image and group score of all rows, and by group. */
export function blockFindings(
  rows: readonly BlockRow[],
  { rule, unscripted = "" }: Pick<BenchmarkFormat, "rule" | "unscripted">,
): Finding {
  const all = rows.slice(0, 3);
  const groups = [...Map.groupBy(rows.slice(3), nameOfGroup)];
  const { value: { low }, chance, n } = all[2]!;
  return {
    sentences: [
      ...low !== undefined && low <= chance
        ? ["The model does not put pictures and sentences together better than chance here"]
        : [],
      ...all.map(({ score, value }) =>
        `The ${score} score over ${n} rows is ${numberText(value.estimate!, 3)}${
          inBrackets(value)
        }: ${SAID[score]}`
      ),
    ],
    tables: [
      {
        title: "Text, image and group score of all rows",
        lines: all.map(({ score, value, published, random_weights: random, ...row }) => ({
          ...{ score, n, share: value.estimate, "95 % interval": intervalText(value) },
          ...{ script: rule && published, ties: row.ties, chance: row.chance },
          ...random !== undefined && { "random weights": random },
        })),
      },
      ...groups.length === 0 ? [] : [{
        title: "By group",
        lines: groups.slice(0, MOST_GROUPS).map(([name, scores]) => ({
          ...{ rows: name, n: scores[0]!.n },
          ...Object.fromEntries(scores.map(({ score, value }) => [score, value.estimate])),
        })),
      }],
    ],
    notes: [
      ...furtherGroups(groups.length),
      low === undefined
        ? TOO_FEW
        : "Intervals are Wilson's, and the bootstrap's where ties count in part",
      rule === undefined ? unscripted : `The script of the set ${RULES[rule]}`,
    ],
  };
}

const TOO_FEW = "No interval: the rows are of too few clusters for one";

function furtherGroups(groups: number): string[] {
  return groups > MOST_GROUPS
    ? [`${groups - MOST_GROUPS} further groups are in benchmark.csv`]
    : [];
}

export function setsFinding(rows: readonly AccuracyRow[]): Finding {
  if (rows.length === 0) return {};
  return {
    tables: [{
      title: "Pairs and sets of rows, right if all of their rows are",
      lines: rows.map(({ by: kind, accuracy, accuracy_first: first, bag_of_words, ...row }) => ({
        ...{ kind, n: row.n, accuracy: accuracy.estimate },
        "95 % interval": intervalText(accuracy),
        ...{ first, chance: row.chance, "bag of words": bag_of_words },
      })),
    }],
  };
}

export function retrievalFindings(
  rows: readonly RecallRow[],
  { repeated }: { readonly repeated: number },
): Finding {
  const names = { text_to_image: "image of a caption", image_to_text: "caption of an image" };
  const { value: r1, n, chance } = rows[0]!;
  return {
    sentences: [
      ...r1.low !== undefined && r1.low <= chance!
        ? ["The model does not find images better than chance here"]
        : [],
      `The image of a caption is the first among all in ${
        numberText(r1.estimate!, 3)
      } of ${n} captions${inBrackets(r1)}`,
    ],
    tables: [{
      title: "Recall",
      lines: [...Map.groupBy(rows, ({ direction }) => direction)].flatMap(([direction, ofIt]) => {
        const { n, ties } = ofIt[0]!;
        const line = (by: string, of: (row: RecallRow) => number | undefined, ties?: number) => {
          const [r1, r5, r10, median] = ofIt.map(of);
          const recalls = { "R@1": r1, "R@5": r5, "R@10": r10, "median rank": median };
          return { wanted: names[direction], by, n, ...recalls, ties };
        };
        return [
          line("model", ({ value }) => value.estimate, ties),
          ...ofIt[0]!.random_weights === undefined
            ? []
            : [line("random weights", (row) => row.random_weights)],
          line("chance", ({ chance }) => chance),
        ];
      }),
    }],
    notes: [
      ...repeated > 0
        ? [`${repeated} rows show an image that an earlier row shows; it counts as one image`]
        : [],
      ...r1.low === undefined ? [] : ["Intervals are Wilson's"],
    ],
  };
}

/** The published figures, and the run's where they are of the same rows. */
export function publishedFinding(rows: readonly PublishedRow[]): Finding {
  if (rows.length === 0) return {};
  return {
    tables: [{
      title: "Published figures",
      lines: rows.map(({ part, group, measure, model, n, published, measured, counted }) => ({
        ...{ part, group, measure, model, n, published },
        "this run": measured,
        counted,
      })),
      digits: 4,
    }],
    notes: rows.some(({ measured }) => measured === undefined)
      ? [
        "This run's figure stands beside a published one only with --published, and only if the file has as many rows as that part of the set",
      ]
      : [],
  };
}

/** The most groups that a chart shows; a set with more has them in its table. */
const MOST_BARS = 24;

interface Bar {
  readonly name: string;
  readonly value: number;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly kind: "model" | "no image read" | "random weights";
  readonly n: number;
  /** The panel of a score of two pictures. */
  readonly score?: string;
  readonly chance?: number;
}

type Of = Pick<Bar, "n" | "score" | "chance">;

function barOf(name: string, { estimate, low, high }: Estimate, of: Of): Bar {
  return { name, value: estimate!, low, high, kind: "model", ...of };
}

/** The bar of the model with random weights, if it ran. */
function randomBar(name: string, value: number | undefined, of: Of): Bar[] {
  return value === undefined ? [] : [{ name, value, kind: "random weights", ...of }];
}

const nameOfGroup = ({ by, group }: Pick<BlockRow, "by" | "group">) =>
  by === "all" ? "all rows" : `${by}: ${group}`;

/** Shares of rows from 0 to 1. */
function shareBars(
  drawn: readonly Bar[],
  { value, ...options }:
    & Pick<BarsOptions<Bar>, "title" | "about" | "panels" | "valueLines">
    & ChartOptions
    & {
      readonly value: string;
    },
): ChartSpec {
  const kinds = new Set(drawn.map(({ kind }) => kind));
  const colors = Object.entries(COLORS).filter(([kind]) => kinds.has(kind as Bar["kind"]));
  return bars(drawn, {
    ...options,
    at: "name",
    value: { field: "value", low: "low", high: "high", title: value },
    ...kinds.size > 1 && { series: "kind", colors: Object.fromEntries(colors) },
    valueRange: () => [0, 1],
  });
}

const COLORS: Readonly<Record<Bar["kind"], string>> = {
  model: OKABE_ITO.blue,
  "random weights": OKABE_ITO.orange,
  "no image read": "#767676",
};

export function accuracyChart(rows: readonly AccuracyRow[], options: ChartOptions): ChartSpec {
  const [all, ...groups] = rows;
  const { n, chance = NaN, random_weights: random } = all!;
  return shareBars([
    ...[all!, ...groups.slice(0, MOST_BARS)].map((row) =>
      barOf(nameOfGroup(row), row.accuracy, row)
    ),
    ...randomBar("random weights", random, { n }),
    ...TEXT_SCORERS.map((name): Bar => (
      { name: name.replaceAll("_", " "), value: all![name], kind: "no image read", n }
    )),
  ], {
    ...options,
    title: "Accuracy",
    about:
      "Share of rows whose right option has the largest score; where k options share it, 1/k: the model, on all rows and by group; below it scorers that read the sentences and see no image. The dashed line is chance",
    value: "accuracy",
    valueLines: () => [chance],
  });
}

export function blocksChart(rows: readonly BlockRow[], options: ChartOptions): ChartSpec {
  const most = 3 * (1 + MOST_BARS);
  return shareBars(
    rows.slice(0, most).flatMap((row) => {
      const of = { n: row.n, score: `${row.score} score`, chance: row.chance };
      const random = row.by === "all" ? row.random_weights : undefined;
      return [barOf(nameOfGroup(row), row.value, of), ...randomBar("random weights", random, of)];
    }),
    {
      ...options,
      title: "Text, image and group score",
      about:
        "Share of rows of two pictures with two sentences: whose right sentence scores higher for both pictures (text score), whose right picture does for both sentences (image score), whose right pairs both score higher than the wrong ones (group score). The dashed lines are chance",
      value: "share of rows",
      panels: "score",
      valueLines: ([{ chance = NaN } = {}]) => [chance],
    },
  );
}

export function recallChart(rows: readonly RecallRow[], options: ChartOptions): ChartSpec {
  const drawn = rows.filter(({ measure }) => measure !== "median").flatMap((row): Bar[] => {
    const { direction, measure, value, random_weights: random, n } = row;
    const wanted = direction === "text_to_image" ? "image of a caption" : "caption of an image";
    const name = `${wanted}, R@${measure.slice(1)}`;
    return [barOf(name, value, { n }), ...randomBar(`${name}, random weights`, random, { n })];
  });
  const hasRandom = drawn.some(({ kind }) => kind === "random weights");
  return shareBars(drawn, {
    ...options,
    title: "Recall",
    about:
      `Share of captions whose image is among the first 1, 5 and 10 of all images, and of images one of whose captions is among the first of all captions${
        hasRandom ? "; beside each the model with random weights" : ""
      }`,
    value: "recall",
  });
}
