/** How a study, its rows and its results are displayed. */

import type { Result } from "../study/result.ts";
import type { StudyRow } from "../study/sentences/row.ts";
import type { Scores } from "../study/scores.ts";
import { rowParts } from "../study/study_text.ts";
import type { Study } from "../study/study.ts";
import { markdownTable, textTable } from "../tables/text_table.ts";
import type { Table } from "../tables/table.ts";
import { chartBundle, type MimeBundle, pictureBundle, tableBundle } from "./mime_bundle.ts";

/** The number of rows shown for each table of a result. */
const RESULT_ROWS = 5;
const DIGITS = { digits: 3 };

/** The bundle of a study: its towers, how many rows are used, and why others are not. */
export function studyBundle(study: Study): MimeBundle {
  const { config, inputs } = study;
  const image = config.vision === undefined || inputs.embeddings !== undefined
    ? []
    : [{ tower: "image", ...config.vision }];
  const towers = [{ tower: "text", ...config.text }, ...image];
  return {
    "text/plain": String(study),
    "text/markdown": [
      `**Study of ${inputs.modelName}**`,
      markdownTable({
        name: "towers",
        columns: ["tower", "layers", "heads", "width", "projection"],
        rows: towers,
      }),
      markdownTable({ name: "rows", columns: ["rows", "why"], rows: rowParts(study) }),
    ].join("\n\n"),
  };
}

/** The bundles of a row of a study: its picture, scores and tokens, or without them its sentences and tokens. */
export async function rowBundles(row: StudyRow): Promise<MimeBundle[]> {
  const { pair, tokens, hasImage } = row;
  const sentence = (which: "caption" | "foil") => ({
    sentence: pair.negation === which ? `${which}, negated` : which,
    text: pair[which],
    S: hasImage ? row.scores[`s_${which}`] : undefined,
  });
  const sentences = {
    name: "sentences",
    columns: hasImage ? ["sentence", "text", "S"] as const : ["sentence", "text"] as const,
    rows: [sentence("caption"), sentence("foil")],
  };
  const d = hasImage ? `: d = ${row.scores.d.toFixed(3)}, ${row.scores.segment}` : "";
  const words = {
    "text/plain": `${pair.id}${d}\n${textTable(sentences, DIGITS)}${textTable(tokens, DIGITS)}`,
    "text/markdown": [
      `**${pair.id}**${d}`,
      markdownTable(sentences, DIGITS),
      markdownTable(tokens, DIGITS),
    ].join("\n\n"),
  };
  return row.hasPicture ? [pictureBundle(await row.picture()), words] : [words];
}

/** The bundle of scores: which sentences were changed, mean d and accuracy by negated side, and the first rows. */
export function scoresBundle(scores: Scores): MimeBundle {
  const rows = tableBundle(scores.table);
  return {
    "text/plain": `${scores}\n\n${rows["text/plain"]}`,
    "text/markdown": [
      scores.heading,
      markdownTable(scores.sides, DIGITS),
      rows["text/markdown"],
    ].join("\n\n"),
  };
}

/**
 * The bundles of a result: the experiment's findings, its charts, and, folded, what the words of the findings mean and the first rows of its tables. The scores, which
 * all results of a study share, are shown only for `evaluate`.
 */
export async function resultBundles({ own, charts, tables }: Result): Promise<MimeBundle[]> {
  const drawn: MimeBundle[] = [];
  for (const chart of charts.values()) drawn.push(await chartBundle(chart));
  const all: readonly Table<object>[] = Object.values(tables);
  const beginnings = all.map((table) => tableBundle(table, { top: RESULT_ROWS }));
  const words = own.words.map(({ word, means }) => `- **${word}**: ${means}\n`).join("");
  return [{ "text/plain": own.findings.trimEnd() }, ...drawn, {
    "text/plain": [
      ...beginnings.map((bundle) => bundle["text/plain"]),
      ...words === "" ? [] : ["docs/glossary.md explains the words."],
    ].join("\n\n"),
    "text/markdown": [
      ...beginnings.map(foldedMarkdown),
      ...words === "" ? [] : [folded("Words", words)],
    ].join("\n\n"),
  }];
}

/** A table's Markdown, folded under its last line, which gives the number of rows. */
function foldedMarkdown({ "text/markdown": text = "" }: MimeBundle): string {
  const lines = text.trimEnd().split("\n");
  const count = lines.pop()!;
  return folded(count, lines.join("\n"));
}

/** Folds Markdown under a line; within HTML it needs the blank lines. */
function folded(line: string, markdown: string): string {
  return `<details><summary>${line}</summary>\n\n${markdown.trimEnd()}\n\n</details>`;
}
