/** What a benchmark found: words, small tables, charts of accuracy and recall. */

import type { Finding, FindingLine } from "../study/experiment/finding.ts";
import { intervalText, numberText } from "../tables/text_table.ts";
import type { Word } from "../tables/words.ts";
import { bars } from "../charts/bars.ts";
import { type ChartOptions, type ChartSpec, OKABE_ITO } from "../charts/spec.ts";
import type { BenchmarkFormat, Rule } from "./formats/format.ts";
import { BLOCK_SCORES, type Figure } from "./tables.ts";
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

/** The figures of rows that have something in common. */
interface FigureGroup extends Pick<Figure, "by" | "n"> {
  readonly name: string;
  readonly of: (measure: string) => Partial<Figure>;
}

function groupsIn(figures: readonly Figure[]): FigureGroup[] {
  return [...Map.groupBy(figures, nameOfGroup)].map(([name, lines]) => ({
    ...{ name, by: lines[0]!.by, n: lines[0]!.n },
    of: (measure) => lines.find((line) => line.measure === measure) ?? {},
  }));
}

/** That a figure has no interval, or may be no more than chance. */
function doubtOf(
  { low }: Partial<Figure>,
  chance: number | undefined,
  [name, does]: readonly [name: string, does: string],
): string[] {
  if (low === undefined) return ["The rows are too few for an interval"];
  return low <= chance! ? [`${name} does not certainly ${does} better than chance here`] : [];
}

/** Accuracy by group, and what is had without looking. */
export function accuracyFindings(
  figures: readonly Figure[],
  { name, rule, unscripted = "" }: Benchmarked,
): Finding {
  const all = groupsIn(figures);
  const [{ n, of }, ...groups] = all as [FigureGroup, ...FigureGroup[]];
  const [accuracy, chance, random] = ["accuracy", "chance", "random_weights"].map(of);
  const blind = TEXT_SCORERS.map((name) => [name.replaceAll("_", " "), of(name).value!] as const);
  const [best, most] = blind.toSorted(([, a], [, b]) => b - a)[0]!;
  const hasTies = all.some(({ of }) => of("ties").value! > 0);
  return {
    sentences: [
      ...doubtOf(accuracy!, chance!.value, [name, "choose"]),
      `${name} chooses the right option in ${numberText(accuracy!.value!, 2)} of ${n} rows${
        inBrackets(accuracy!)
      }; chance is ${numberText(chance!.value!, 2)}`,
      `Without a look at the picture, ${best} gets ${numberText(most, 2)}${
        accuracy!.low !== undefined && accuracy!.low <= most
          ? ", so that the sentences alone may be enough"
          : ""
      }`,
      ...random!.value === undefined
        ? []
        : [`With random weights it gets ${numberText(random!.value, 2)}`],
    ],
    tables: [
      {
        title: "Accuracy",
        lines: all.slice(0, 1 + MOST_GROUPS).map(({ name, by, n, of }) => ({
          rows: by === "all" ? "all" : name,
          n,
          accuracy: of("accuracy").value,
          "95 % interval": intervalText(of("accuracy")),
          chance: of("chance").value,
          ...hasTies && {
            first: of("accuracy_first").value,
            script: of("accuracy_published").value,
            ties: of("ties").value,
          },
        })),
      },
      { title: "All rows without the image", lines: [Object.fromEntries(blind)] },
    ],
    notes: notesOf({ groups: groups.length, main: accuracy!, rule, unscripted }),
  };
}

const TOGETHER = "put pictures and sentences together";

const SAID = {
  text: "of the sentences for both pictures",
  image: "of the pictures for both sentences",
  group: "of both at once",
} as const;

function inBrackets(figure: Partial<Figure>): string {
  const interval = intervalText(figure, 2);
  return interval && ` (95 % interval ${interval})`;
}

/** Text, image and group score of all rows, and by group. */
export function blockFindings(
  figures: readonly Figure[],
  { name, rule, unscripted = "" }: Benchmarked,
): Finding {
  const [all, ...groups] = groupsIn(figures) as [FigureGroup, ...FigureGroup[]];
  const group = all.of("group");
  return {
    sentences: [
      ...doubtOf(group, all.of("group_chance").value, [name, TOGETHER]),
      ...BLOCK_SCORES.map((score, i) => {
        const [figure, chance] = [score, `${score}_chance`].map(all.of);
        const share = numberText(figure!.value!, 2) + inBrackets(figure!);
        const who = i === 0 ? `Of ${all.n} rows, ${name} has` : "It has";
        return `${who} ${share} right ${SAID[score]} (${score} score); chance is ${
          numberText(chance!.value!, 2)
        }`;
      }),
    ],
    tables: [
      { title: "Text, image and group score of all rows", lines: measured(all, BLOCK_SCORES) },
      ...groups.length === 0 ? [] : [{
        title: "By group",
        lines: groups.slice(0, MOST_GROUPS).map(({ name, n, of }) => ({
          ...{ rows: name, n },
          ...Object.fromEntries(BLOCK_SCORES.map((score) => [score, of(score).value])),
        })),
      }],
    ],
    notes: notesOf({ groups: groups.length, main: group, rule, unscripted }),
  };
}

function notesOf({ groups, main: { low }, rule, unscripted }: {
  readonly groups: number;
  readonly main: Partial<Figure>;
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
function measured({ by, n, of }: FigureGroup, measures: readonly string[]): FindingLine[] {
  return measures.map((measure) => {
    const [script, random, chance] = ["published", "random_weights", "chance"]
      .map((name) => of(`${measure}_${name}`).value);
    return {
      ...WANTED[by] && { wanted: WANTED[by] },
      measure: measure.replace(/^r(?=\d)/, "R@"),
      ...{ n, value: of(measure).value, "95 % interval": intervalText(of(measure)) },
      ...script !== undefined && { script },
      ...random !== undefined && { "random weights": random },
      ...{ chance, ties: of("ties").value },
    };
  });
}

const RECALLS = ["r1", "r5", "r10", "median"];

export function retrievalFindings(
  figures: readonly Figure[],
  { name, repeated }: Pick<Benchmarked, "name"> & { readonly repeated: number },
): Finding {
  const directions = groupsIn(figures);
  const { n, of } = directions[0]!;
  const [r1, chance] = [of("r1"), of("r1_chance").value];
  return {
    sentences: [
      ...r1.low === undefined ? [] : doubtOf(r1, chance, [name, "find images"]),
      `${name} puts the picture of a caption first among all in ${
        numberText(r1.value!, 2)
      } of ${n} captions${inBrackets(r1)}; chance is ${numberText(chance!, 3)}`,
    ],
    tables: [{ title: "Recall", lines: directions.flatMap((own) => measured(own, RECALLS)) }],
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

function nameOfGroup({ by, group }: Pick<Figure, "by" | "group">): string {
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

interface Bar extends Pick<Figure, "low" | "high" | "n"> {
  readonly name: string;
  readonly value: number | undefined;
  readonly kind: keyof typeof COLORS;
  readonly panel: string;
  readonly chance: number | undefined;
}

/** The shares in benchmark.csv: of the model, of that with random weights, and of scorers without sight. */
export function figuresChart(
  figures: readonly Figure[],
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
