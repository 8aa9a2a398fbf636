/** What an experiment found, and the one text that a terminal and a report show of it; few rows one by one, where means over them cannot be tested. */

import type { TableCell } from "../../tables/table.ts";
import { numberText, textTable } from "../../tables/text_table.ts";
import { namesText, wrapText } from "../../tables/words.ts";
import { groupsOf } from "../../charts/texts.ts";
import { visibleLine } from "../../errors/errors.ts";
import { areEnough, effectiveClusters, FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { type ClusterBy, clusterOf, clustersText } from "../clusters.ts";
import { LEAST_SHARE } from "../effects/named_shares.ts";
import { sizeOfD } from "../effects/noise.ts";
import type { MeasuredRow } from "./experiment.ts";

/** The cells of a line by the names of their columns. */
export type FindingLine = Readonly<Record<string, TableCell>>;

/** A small table of a summary. */
export interface FindingTable {
  /** What it lists. */
  readonly title: string;
  /** Its lines; the columns are their properties, in the order of a line that has the most. */
  readonly lines: readonly FindingLine[];
  /** Digits after the point for numbers that are not whole. @default {3} */
  readonly digits?: number;
}

/** Lines of text in a summary, each with things that have too many words for a table. */
export interface FindingList {
  /** What it lists. */
  readonly title: string;
  /** Its lines, which are broken where a terminal ends. */
  readonly texts: readonly string[];
}

/** What an experiment found. */
export interface Finding {
  /** What was found, in sentences of at most 30 words without their full stops. @default {nothing} */
  readonly sentences?: readonly string[];
  /** Sentences that say which rows are too few, where no list of the rows says so. @default {none} */
  readonly untested?: readonly string[];
  /** Lists in place of a table where there are few rows. @default {none} */
  readonly lists?: readonly FindingList[];
  /** The tables, the first of which a terminal shows; one without lines is left out. @default {none} */
  readonly tables?: readonly FindingTable[];
  /** Counts, and what a reader of the report must know to read its tables. @default {none} */
  readonly notes?: readonly string[];
}

/** All that a finding says: sentences, lists, tables, notes. Returns lines, each ending in a line feed; empty if nothing is said. */
export function findingText(
  { sentences = [], lists = [], tables = [], notes = [] }: Finding,
): string {
  return joined([
    sentencesText(sentences),
    ...lists.map((list) => listText(list)),
    ...tables.map((table) => tableText(table)),
    linesText(notes),
  ]);
}

const SCREEN_COLUMNS = 80;

/** The lines of a screen without those between its parts and the path of the report. */
const SCREEN_LINES = 22;

/** What a terminal shows of a finding: its sentences, then as much of a list, or else of its first table, as has room beside them and the lines of a heading. */
export function answerText(
  { sentences = [], lists = [], tables = [] }: Finding,
  headed = 0,
): string {
  const said = sentencesText(sentences);
  const most = Math.max(SCREEN_LINES - headed - linesIn(said), LEAST_TABLE);
  const list = lists.find(({ texts }) => texts.length > 0);
  const table = tables.find(({ lines }) => lines.length > 0);
  return joined([said, list ? listText(list, most) : table ? tableText(table, most) : ""]);
}

/** A table has its title, its head and this many lines at most, and with long sentences has no fewer lines in all than the other. */
const [MOST_LINES, LEAST_TABLE] = [10, 5];

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n");
}

function linesIn(text: string): number {
  return text.split("\n").length;
}

export function joinedFinding(findings: readonly Finding[]): Finding {
  return {
    sentences: findings.flatMap(({ sentences = [] }) => sentences),
    lists: findings.flatMap(({ lists = [] }) => lists),
    tables: findings.flatMap(({ tables = [] }) => tables),
    notes: findings.flatMap(({ notes = [] }) => notes),
  };
}

function linesText(texts: readonly string[]): string {
  return texts.map((text) => `${wrapText(text)}\n`).join("");
}

function sentencesText(sentences: readonly string[]): string {
  return linesText(sentences.map((sentence) => `${sentence}.`));
}

function listText({ title, texts }: FindingList, most = Infinity): string {
  if (texts.length === 0) return "";
  const head = linesText([title]);
  const shown = texts.map((text) => linesText([text]));
  let room = most - linesIn(head);
  const fit = shown.findIndex((text) => (room -= linesIn(text) - 1) < 0);
  return head + shown.slice(0, fit < 0 ? undefined : fit).join("") +
    (fit < 0 ? "" : moreText(texts.length - fit));
}

/** A table of at most so many lines of a terminal, where it has no more columns than there is room for. */
function tableText({ title, lines, digits = 3 }: FindingTable, most = Infinity): string {
  if (lines.length === 0) return "";
  const columns = columnsOf(lines);
  const head = `${wrapText(title)}\n`;
  const fit = most === Infinity ? most : Math.min(MOST_LINES, most - linesIn(head) - 1);
  const shown = { name: title, columns, rows: lines.slice(0, fit) };
  const textOf = (count: number): string => {
    const text = textTable(shown, { digits, columns: columns.slice(0, count) });
    const isWide = most !== Infinity &&
      text.split("\n").some((line) => line.length > SCREEN_COLUMNS);
    return isWide && count > 2 ? textOf(count - 1) : text;
  };
  return head + textOf(columns.length) +
    (lines.length > fit ? moreText(lines.length - fit) : "");
}

/** The columns in the order of a line that has the most; one that is empty in all lines is left out. */
export function columnsOf(lines: readonly FindingLine[]): string[] {
  const fullest = lines.toSorted((a, b) => Object.keys(b).length - Object.keys(a).length);
  return [...new Set(fullest.flatMap((line) => Object.keys(line)))]
    .filter((name) => lines.some((line) => (line[name] ?? "") !== ""));
}

function moreText(count: number): string {
  return `and ${count} more in the report\n`;
}

/** The effect of a part in a row. */
export interface RowEffect {
  /** The row's id. */
  readonly id: string;
  /** The part's name, as summaries write it. */
  readonly part: string;
  /** Where in the part it is, such as `in layer 2`; only the largest of its places is shown. @default {the whole part} */
  readonly at?: string;
  /** Its effect on d; undefined if it has none in this row. */
  readonly effect: number | undefined;
}

/** The effects in single rows that a summary of few rows lists. */
export interface RowEffects {
  /** What the effects are of, such as `net effects`. */
  readonly of: string;
  /** All effects of all rows. */
  readonly effects: Iterable<RowEffect>;
  /** Whether they are shown as they are. @default {false: as shares of the row's d} */
  readonly asTheyAre?: boolean;
}

type Row = MeasuredRow<unknown>;

/** The most rows of a side that are shown, and the most parts of a row. */
const [MOST_ROWS, MOST_PARTS] = [12, 3];

/** The sides whose rows are too few for an interval, with the rows that a summary shows of them. */
export function fewRows(rows: readonly Row[], by?: ClusterBy) {
  return groupsOf(rows, ({ pair }) => pair.negation).filter((side) => {
    const sizes = Map.groupBy(side, ({ pair }) => clusterOf(pair, by)).values();
    return !areEnough(effectiveClusters([...sizes].map(({ length }) => length)));
  }).map((side) => ({ shown: side.slice(0, MOST_ROWS), count: side.length }));
}

/** Each row with its d and its largest effects, and what would give means over the rows an interval. */
export function rowsFinding(
  sides: ReturnType<typeof fewRows>,
  { by, found, isListed = true }: {
    readonly by?: ClusterBy | undefined;
    readonly found?: RowEffects | undefined;
    readonly isListed?: boolean;
  } = {},
): Finding {
  const rows = sides.flatMap(({ shown }) => shown);
  const ofRow = new Map(rows.map(({ pair: { id } }) => [id, [] as RowEffect[]]));
  for (const effect of found?.effects ?? []) ofRow.get(effect.id)?.push(effect);
  const counts = sides.map(({ shown: [row], count }) => `${count} ${row!.pair.negation}-negated`);
  return {
    sentences: [
      `Too few rows for an interval by side (${
        counts.join(", ")
      }), which takes at least ${FEWEST_CLUSTERS} ${clustersText(by)} a side: use more of them`,
    ],
    lists: !isListed ? [] : [{
      title: `Each row's ${
        namesText([
          rows[0]?.pair.image === "" ? "affirmative sentence" : "true sentence", // sentences alone have no image
          ...rows.some(({ scores }) => scores) ? ["d"] : [],
          ...found ? [`largest ${found.asTheyAre ? "" : "shares of d: "}${found.of}`] : [],
        ])
      }`,
      texts: rows.map(({ pair: { id, caption }, scores }) => {
        const d = scores === undefined ? "" : `, d ${numberText(scores.d, 2)}`;
        const effects = found && `: ${rowText(ofRow.get(id)!, scores, found.asTheyAre)}`;
        return `${visibleLine(id)} "${visibleLine(caption)}"${d}${effects ?? ""}`;
      }),
    }],
  };
}

function rowText(
  given: readonly RowEffect[],
  scores: Row["scores"],
  asTheyAre = false,
): string {
  const known = given.flatMap(({ part, at = "", effect }) =>
    effect === undefined ? [] : [{ part, name: `${part} ${at}`.trimEnd(), value: effect }]
  ).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  if (known.length === 0) {
    return `not measured${scores ? `; --segments with ${scores.segment} adds it` : ""}`;
  }
  const d = asTheyAre ? 1 : scores?.d ?? 0;
  if (sizeOfD(d) === 0) return "d is no more than a rounding error";
  const largest = known.filter(({ part, value }, i) =>
    Math.abs(value / d) >= LEAST_SHARE && known.findIndex((other) => other.part === part) === i
  );
  if (largest.length === 0) return `none of ${LEAST_SHARE} or more`;
  return largest.slice(0, MOST_PARTS)
    .map(({ name, value }) => `${name} ${numberText(value / d, 2)}`).join(", ");
}
