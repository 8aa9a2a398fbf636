/** The run's summary in its parts: sentences as paragraphs, tables as tables, all other lines as they are. */

import { findingParts, type SummaryParts, summaryParts } from "../tables/summary_parts.ts";
import { unwrapText } from "../tables/wrap_text.ts";
import { boxedTable } from "./table.ts";
import { beginning, clipped, type Html, html, htmlBytes, mostThatFit } from "./escape.ts";

/** The most characters of the summary; the rest of a longer one is only in summary.txt. */
const MOST_LETTERS = 20_000;

const MOST_LINE = 2_000;

const MOST_HEADING = 1_000;

const MOST_SUMMARY_BYTES = 60_000;

/** Fewer columns are no table but a list of names and values. */
const LEAST_COLUMNS = 3;

/** What a page shows of a summary, part by part; one that it lacks is undefined. */
export interface SummaryHtml {
  readonly heading: Html;
  readonly found: Html | undefined;
  readonly tables: Html | undefined;
  readonly method: Html | undefined;
  /** The words with what they mean, folded. */
  readonly words: Html | undefined;
  /** Where a summary goes on that is too long for a page. */
  readonly rest: Html | undefined;
}

/** The HTML of a summary. Lines whose columns stand below each other, two spaces or more apart, become a table. */
export function summaryHtml(summary: string): SummaryHtml {
  const text = summary.replace(/\n+$/, "");
  const lines = beginning(text, MOST_LETTERS).split("\n").map((line) => beginning(line, MOST_LINE));
  const partsOf = (number: number) => partsHtml(summaryParts(lines.slice(0, number).join("\n")));
  const end = mostThatFit(
    lines.length,
    (number) => bytesOf(partsOf(number)) <= MOST_SUMMARY_BYTES,
  );
  const isWhole = lines.slice(0, end).join("\n").length === text.length;
  return {
    ...partsOf(end),
    rest: isWhole
      ? undefined
      : html`<p>The summary goes on in <a href="summary.txt">summary.txt</a>.</p>`,
  };
}

export function findingsHtml(findings: string): Pick<SummaryHtml, "found" | "tables"> {
  return foundHtml(findingParts(findings));
}

type PartsHtml = Omit<SummaryHtml, "rest">;

function partsHtml({ heading, sentences, tables, method, words }: SummaryParts): PartsHtml {
  const [about, ...entries] = words.split("\n");
  return {
    heading: clipped(unwrapText(heading), MOST_HEADING),
    ...foundHtml({ sentences, tables }),
    method: method === "" ? undefined : html`<p class="text">${method}</p>\n`,
    words: words === "" ? undefined : html`
      <details class="glossary">
        <summary>${about}</summary>
        ${blockHtml(entries)}
      </details>
    `,
  };
}

function foundHtml(
  { sentences, tables }: Pick<SummaryParts, "sentences" | "tables">,
): Pick<SummaryHtml, "found" | "tables"> {
  const blocks = tables === "" ? [] : tables.split(/\n{2,}/);
  if (sentences === "") return { found: blocksHtml(blocks), tables: undefined };
  const lines = unwrapText(sentences).split(/\n+/);
  const lists = Math.max(0, blocks.findIndex(hasTable));
  return {
    found: html`${lines.map((line) => html`<p class="found">${line}</p>\n`)}${
      blocksHtml(blocks.slice(0, lists))
    }`,
    tables: blocksHtml(blocks.slice(lists)),
  };
}

function bytesOf(parts: PartsHtml): number {
  const all: readonly (Html | undefined)[] = Object.values(parts);
  return all.reduce((sum, part) => sum + (part === undefined ? 0 : htmlBytes(part)), 0);
}

function blocksHtml(blocks: readonly string[]): Html | undefined {
  return blocks.length === 0 ? undefined : html`
    <div class="summary">
    ${blocks.map((block) => blockHtml(block.split("\n")))}</div>
  `;
}

function hasTable(block: string): boolean {
  const lines = block.split("\n");
  return lines.some((_, i) => tableLength(lines.slice(i)) > 0);
}

function blockHtml(lines: readonly string[]): Html[] {
  const made: Html[] = [];
  let text: string[] = [];
  const flush = () => {
    const shown = unwrapText(text.join("\n"));
    if (shown !== "") made.push(html`<p class="text">${shown}</p>\n`);
    text = [];
  };
  for (let i = 0; i < lines.length;) {
    const rest = lines.slice(i);
    const [table, words] = [tableLength(rest), wordsLength(rest)];
    const length = Math.max(table, words, 1);
    const part = lines.slice(i, i + length);
    if (length === 1) text.push(lines[i]!);
    else {
      flush();
      made.push(table > 0 ? tableHtml(part) : wordsHtml(part));
    }
    i += length;
  }
  flush();
  return made;
}

/** The number of lines that form a table from the first on: a head and at least one row; 0 if there is none. */
function tableLength(lines: readonly string[]): number {
  if (/^\s|^$/.test(lines[0] ?? "")) return 0;
  const least = Math.max(LEAST_COLUMNS, cellsIn(lines[0]!));
  let blank: readonly boolean[] = [];
  const end = lines.findIndex((line) => {
    blank = blankIn(blank, line);
    return /^\s/.test(line) || gapsOf(blank).length + 1 < least;
  });
  const length = end === -1 ? lines.length : end;
  return length < 2 ? 0 : length;
}

/** An indented word, and what it means two or more places to the right. */
const WORD = /^ {1,4}(\S.*?) {2,}(\S.*)$/;

const FURTHER = /^ {8,}(\S.*)$/;

/** The number of lines that form a list of words with their meanings from the first on; 0 if there are not two words. */
function wordsLength(lines: readonly string[]): number {
  if (!WORD.test(lines[0] ?? "")) return 0;
  const end = lines.findIndex((line) => !WORD.test(line) && !FURTHER.test(line));
  const length = end === -1 ? lines.length : end;
  return lines.slice(0, length).filter((line) => WORD.test(line)).length < 2 ? 0 : length;
}

function wordsHtml(lines: readonly string[]): Html {
  const entries = lines.map((line) => {
    const [, word, meaning] = WORD.exec(line) ?? [];
    return word === undefined
      ? html`
        ${FURTHER.exec(line)![1]}
      `
      : html`\n<dt>${word}<dd>${meaning}`;
  });
  return html`
    <dl class="words">${entries}</dl>
  `;
}

function cellsIn(line: string): number {
  return line.trim().split(/\s{2,}/).length;
}

/** Whether each place is blank in some lines, of which those before this one are known. */
function blankIn(before: readonly boolean[], line: string): boolean[] {
  const width = Math.max(before.length, line.length);
  return Array.from({ length: width }, (_, x) => (before[x] ?? true) && (line[x] ?? " ") === " ");
}

/** The stretches of two or more places that are blank, between others that are not. */
function gapsOf(blank: readonly boolean[]): (readonly [from: number, to: number])[] {
  const gaps: [number, number][] = [];
  let from: number | undefined;
  for (const [x, isBlank] of blank.entries()) {
    if (isBlank) from ??= x;
    else {
      if (from !== undefined && x - from >= 2) gaps.push([from, x]);
      from = undefined;
    }
  }
  return gaps;
}

function tableHtml(lines: readonly string[]): Html {
  const gaps = gapsOf(lines.reduce<readonly boolean[]>(blankIn, []));
  const starts = [0, ...gaps.map(([, to]) => to)];
  const ends = [...gaps.map(([from]) => from), Infinity];
  const [head, ...rows] = lines.map((line) => starts.map((x, i) => line.slice(x, ends[i]).trim()));
  const columns = head!.map((name, i) => ({
    name,
    isNumber: rows.every((row) => /^[-−\d.e,%]*( to [-−\d.e]+)?$/.test(row[i]!)),
  }));
  return boxedTable("Table", columns, rows);
}
