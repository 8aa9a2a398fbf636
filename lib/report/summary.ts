/** What a run found: data, from which the text of a terminal and the parts of a page are made. */

import { visibleText } from "../errors/errors.ts";
import {
  answerText,
  columnsOf,
  type Finding,
  type FindingTable,
  findingText,
  joinedFinding,
} from "../study/experiment/finding.ts";
import { numberText } from "../tables/text_table.ts";
import { type Word, wordsUsed, wrapText } from "../tables/words.ts";
import { boxedTable, clipped, type Html, html } from "./html.ts";

export interface Summary {
  readonly heading: string;
  /** What was found; of an experiment first its own findings, then those in the scores of its rows. */
  readonly findings: readonly Finding[];
  readonly method: readonly string[];
  readonly words: readonly Word[];
}

export function summaryOf(
  heading: string,
  findings: readonly Finding[],
  { method = [], words = [] }: {
    readonly method?: readonly string[];
    readonly words?: readonly Word[];
  } = {},
): Summary {
  const said = [heading, findingText(joinedFinding(findings)), ...method].join("\n");
  return { heading, findings, method, words: wordsUsed(said, words) };
}

/** What a terminal and summary.txt show of a summary: what ran, and the answer. All else is in the report. */
export function summaryText({ heading, findings }: Summary): string {
  const head = wrapText(heading);
  const answer = answerText(joinedFinding(findings), head.split("\n").length);
  return visibleText(`${head}\n\n${answer}`);
}

/** The most letters of a text of a page, and of a cell of a table. */
const MOST_LETTERS = { text: 4_000, method: 30_000, cell: 100 };

/** The most lines of a table or list, of which summary.txt has all. */
const MOST_LINES = 100;

/** The parts of a page that show a summary; one that it lacks is undefined. */
export function summaryHtml({ heading, findings, method, words }: Summary) {
  return {
    heading: clipped(heading, 1_000),
    ...findingHtml(joinedFinding(findings)),
    method: method.length === 0
      ? undefined
      : html`<pre class="box" tabindex="0">${
        clipped(method.join("\n"), MOST_LETTERS.method)
      }</pre>\n`,
    words: words.length === 0 ? undefined : html`
      <dl>
      ${words.map(({ word, means }) => html`<dt>${word}<dd>${means}\n`)}</dl>
    `,
  };
}

export function findingHtml(
  { sentences = [], lists = [], tables = [], notes = [] }: Finding,
): Readonly<Record<"found" | "tables", Html | undefined>> {
  const known = tables.filter(({ lines }) => lines.length > 0);
  return {
    found: sentences.length + lists.length === 0 ? undefined : html`
      ${sentences.map((text) =>
        html`<p class="found">${clipped(`${text}.`, MOST_LETTERS.text)}</p>\n`
      )}
      ${lists.filter(({ texts }) => texts.length > 0).map(({ title, texts }) =>
        html`
          <p>${title}</p>
          <ul>${texts.slice(0, MOST_LINES).map((text) =>
            html`<li>${clipped(text, MOST_LETTERS.text)}\n`
          )}</ul>
        `
      )}
    `,
    tables: known.length + notes.length === 0 ? undefined : html`
      ${known.map(tableHtml)}${notes.map((text) =>
        html`<p>${clipped(text, MOST_LETTERS.text)}</p>\n`
      )}
    `,
  };
}

function tableHtml({ title, lines, digits = 3 }: FindingTable): Html {
  const columns = columnsOf(lines).map((name) => ({
    name,
    isNumber: lines.some((line) => typeof line[name] === "number"),
    digits: lines.every((line) => Number.isInteger(line[name] ?? 0)) ? 0 : digits,
  }));
  const rows = lines.slice(0, MOST_LINES).map((line) =>
    columns.map(({ name, digits }) => {
      const cell = line[name];
      return typeof cell === "number"
        ? numberText(cell, digits)
        : clipped(cell ?? "", MOST_LETTERS.cell);
    })
  );
  return html`
    <p>${title}</p>
    ${boxedTable(title, columns, rows)}
  `;
}
