/** The findings of a comparison with the published figures. */

import { groupsOf } from "../../charts/texts.ts";
import type { MeasuredRun } from "../../runs/open_run.ts";
import type { Finding, FindingTable } from "../../study/experiment/finding.ts";
import { intervalText, numberText } from "../../tables/text_table.ts";
import type { Word } from "../../tables/words.ts";
import { type AgreementRow, cellText, farthest } from "../agreement.ts";
import { studyDifference } from "../same_study.ts";
import type { Comparison } from "./compare.ts";
import { claimLines, claimSentences, judgedClaims } from "./claims.ts";
import { type ComparisonRow, hasMap, isFreeIn, QUANTITIES } from "./figures.ts";
import {
  baselineCommand,
  hasPublishedPlaces,
  type PublishedMatch,
  type PublishedVerdict,
} from "./published_model.ts";

/** What other figures of such a model and data mean. */
export const VERDICTS: Readonly<Record<PublishedVerdict, string>> = {
  "not published": "Model or data are not those of the paper, so that other numbers are expected",
  "unknown":
    "Whether model and data are those of the paper cannot be told, so that other numbers may be expected",
  "as published": "Model and data have the sizes and the row counts of the paper's",
};

export function worstVerdict(matches: readonly PublishedMatch[]): PublishedVerdict {
  return (["not published", "unknown", "as published"] as const).find((verdict) =>
    matches.some((match) => match.verdict === verdict)
  )!;
}

export function comparisonFinding(
  { comparison: { rows }, agreement, matches, baselines }: Comparison,
  runs: readonly MeasuredRun[],
): Finding {
  const claims = judgedClaims(
    rows,
    runs.filter(({ record: { folder } }) => !baselines.includes(folder)),
  );
  const isComparable = worstVerdict(matches) !== "not published";
  const isSamePlace = runs.every(({ record }) => hasPublishedPlaces(record.text));
  const known = new Set(rows.map(({ quantity }) => quantity));
  const hasMaps = rows.some(isOfMap);
  return {
    sentences: [
      ...claimSentences(claims),
      VERDICTS[worstVerdict(matches)],
      ...isComparable ? insideSentence(rows) : [],
    ],
    tables: [
      { title: "The findings of the paper", lines: claimLines(claims) },
      figuresTable(rows, isComparable),
      countsTable(rows),
      {
        title:
          "Published and measured maps, cell by cell (without the cells that the method fixes for every model)",
        lines: isSamePlace ? mapLines(rows, agreement.rows) : [],
      },
    ],
    notes: [
      ...hasMaps && !isSamePlace ? [OTHER_PLACES] : [],
      ...rows.some(({ quantity, measured }) =>
          quantity === "accuracy_by_size" && measured === undefined
        )
        ? [OTHER_SIZES]
        : [],
      ...missingNotes(known),
    ],
  };
}

/** What is said of the compared runs themselves: sentences, and lines about models, data and baselines. */
export function aboutRuns(
  { matches, baselines }: Comparison,
  runs: readonly MeasuredRun[],
): { readonly sentences: string[]; readonly method: string[] } {
  const compared = runs.filter(({ record: { folder } }) => !baselines.includes(folder));
  return {
    sentences: sourceSentences(compared.filter(hasMap)),
    method: [
      ...matches.flatMap(checkLines),
      ...baselines.length === 0 ? baselineLines(compared) : [],
    ],
  };
}

export const COMPARISON_WORDS: readonly Word[] = [
  ...QUANTITIES.map(({ name, means }) => ({ word: name, means })),
  {
    word: "inside",
    means:
      "whether the published figure is in the measured one's 95 % interval. The published figures have none; both may be of the same images, so that an interval says how far d varies over such rows, not how exact a repetition is, and the wide interval of few rows holds many figures",
  },
  {
    word: "random",
    means:
      "rho of the same model with random weights, which has learnt nothing (the median run, least to most): only what rho has above it is agreement",
  },
];

function checkLines({ folder, checks }: PublishedMatch): string[] {
  return checks.filter(({ found, published }) => found !== published)
    .map(({ subject, published, found }) =>
      `${folder}: ${subject} ${found ?? "unknown"}; published: ${published}`
    );
}

/** That the models or the data of two of the runs differ, and in what first. */
function sourceSentences(runs: readonly MeasuredRun[]): string[] {
  const differences = runs.flatMap(({ record }, i) =>
    runs.slice(i + 1).map((other) => studyDifference(record, other.record) ?? [])
  ).flat();
  return differences.length === 0
    ? []
    : [`The runs are not of one model and data: they differ in ${differences[0]}`];
}

function isInside({ published, low, high }: ComparisonRow): boolean | undefined {
  if (low === undefined || high === undefined) return undefined;
  return low <= published && published <= high;
}

function insideSentence(rows: readonly ComparisonRow[]): string[] {
  const known = rows.filter((row) => isInside(row) !== undefined && !isOfMap(row));
  const inside = known.filter(isInside).length;
  return known.length === 0 ? [] : [
    `Of the ${known.length} published figures of accuracies and correlations with a measured 95 % interval, ${inside} lie inside it`,
  ];
}

function isOfMap({ quantity }: ComparisonRow): boolean {
  return QUANTITIES.some(({ name, isMap }) => isMap && name === quantity);
}

/** Quantities that are numbers of rows, which have no interval. */
const COUNTS = ["correct", "ambiguous", "incorrect"];

const INSIDE = new Map<boolean | undefined, string>([[true, "yes"], [false, "no"]]);

function figuresTable(rows: readonly ComparisonRow[], isComparable: boolean): FindingTable {
  return {
    title: "Published and measured",
    lines: rows.filter((row) => !isOfMap(row) && !COUNTS.includes(row.quantity)).map((row) => ({
      figure: row.of === undefined
        ? row.quantity
        : `${row.quantity}${/^[\d.]/.test(row.of) ? ", size >" : " of"} ${row.of}`,
      protocol: row.protocol,
      negated: row.negation,
      published: row.published,
      ...{ n: row.n, measured: row.measured, "95 % interval": intervalText(row) },
      ...isComparable && { inside: INSIDE.get(isInside(row)) },
    })),
  };
}

function countsTable(rows: readonly ComparisonRow[]): FindingTable {
  return {
    title: "Rows by segment",
    lines: rows.filter(({ quantity }) => COUNTS.includes(quantity)).map((row) => ({
      rows: row.quantity,
      protocol: row.protocol,
      published: row.published,
      ...{ measured: row.measured, "of all": row.n },
    })),
  };
}

/** A line for each map; those about intervals and random weights stand there if some map has them. */
function mapLines(rows: readonly ComparisonRow[], agreement: readonly AgreementRow[]) {
  const maps = Map.groupBy(agreement, ({ of }) => of);
  const isRandom = agreement.some(({ second }) => second !== "measured");
  const haveIntervals = rows.some((row) => isOfMap(row) && isInside(row) !== undefined);
  return [...maps].map(([name, [measured, ...random]]) => {
    const cells = rows.filter(({ quantity }) => quantity === name);
    const free = cells.filter(isFreeIn(cells));
    const known = free.filter((row) => isInside(row) !== undefined);
    const differenceOf = ({ measured, published }: ComparisonRow) =>
      measured === undefined ? undefined : measured - published;
    const largest = farthest(free, differenceOf);
    return {
      table: name,
      cells: `${measured!.n} of ${cells.length}`,
      rho: measured!.rho,
      ...isRandom && { random: rangeText(random.flatMap(({ rho }) => rho ?? [])) },
      ...haveIntervals && {
        inside: known.length === 0 ? "" : `${known.filter(isInside).length} of ${known.length}`,
      },
      "mean |difference|": measured!.mean_absolute_difference,
      largest: largest && Math.abs(differenceOf(largest)!),
      at: largest && cellText(largest),
    };
  });
}

function rangeText(values: readonly number[]): string {
  const known = values.toSorted((a, b) => a - b);
  const [least, most] = [known[0], known.at(-1)];
  if (least === undefined || most === undefined) return "";
  const middle = (known[Math.floor((known.length - 1) / 2)]! +
    known[Math.ceil((known.length - 1) / 2)]!) / 2;
  const text = numberText(middle, 3);
  return least === most ? text : `${text} (${numberText(least, 3)} to ${numberText(most, 3)})`;
}

function missingNotes(known: ReadonlySet<string>): string[] {
  const missing = QUANTITIES.filter(({ name, isMap }) => isMap && !known.has(name));
  return groupsOf(missing, ({ task }) => task).map((group) =>
    `Not in these runs: ${group.map(({ name }) => name).join(", ")}; name a run of ${
      group[0]!.task
    } too`
  );
}

function baselineLines(runs: readonly MeasuredRun[]): string[] {
  const commands = runs.filter(hasMap).flatMap(({ record }) => baselineCommand(record) ?? []);
  return !runs.some(hasMap) ? [] : [
    "No baseline: a model with random weights has a rho far from 0 too, since position, the",
    "causal mask and the method shape its maps as well. Run the same model and data with",
    `--random-weights N, and name that run too${commands.length === 0 ? "" : ":"}`,
    ...commands,
  ];
}

const OTHER_SIZES =
  "Sizes without a measured figure: the rows have no sizes, or fewer than a tenth of the subjects are larger than .2, so that the run has the quartiles of the sizes as thresholds (effect_groups.csv).";

const OTHER_PLACES =
  "The published maps are not compared cell by cell: the text encoder does not have as many blocks and heads as the published one (12 blocks of 8 heads), so that equal numbers of layers or heads do not mean equal places. comparison.csv has both side by side.";
