/** What an experiment found, and the one text that a terminal and a report show of it. */

import type { TableCell } from "../../tables/table.ts";
import { textTable } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/words.ts";

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
  /** What was found, in at most three sentences without their full stops, each with its interval. @default {nothing} */
  readonly sentences?: readonly string[];
  /** Lists above the tables. @default {none} */
  readonly lists?: readonly FindingList[];
  /** The tables; one without lines is left out. @default {none} */
  readonly tables?: readonly FindingTable[];
  /** Counts, and what a reader must know to read the tables. @default {none} */
  readonly notes?: readonly string[];
}

/**
 * The text of a finding for a terminal of 80 columns: sentences, lists, tables, notes. Returns lines, each ending in a line feed; empty if nothing
 * is said.
 */
export function findingText(
  { sentences = [], lists = [], tables = [], notes = [] }: Finding,
): string {
  return [
    linesText(sentences.map((sentence) => `${sentence}.`)),
    ...lists.map(({ title, texts }) => texts.length === 0 ? "" : linesText([title, ...texts])),
    ...tables.map(tableText),
    linesText(notes),
  ].filter((part) => part !== "").join("\n");
}

/** The findings of several experiments on the same rows as one, each kind in their order. */
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

function tableText({ title, lines, digits = 3 }: FindingTable): string {
  if (lines.length === 0) return "";
  const fullest = lines.reduce((a, b) => Object.keys(b).length > Object.keys(a).length ? b : a);
  const columns = [...new Set([fullest, ...lines].flatMap((line) => Object.keys(line)))];
  return `${wrapText(title)}\n${textTable({ name: title, columns, rows: lines }, { digits })}`;
}
