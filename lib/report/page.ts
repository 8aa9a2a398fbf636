/** The report of a run: a single HTML file that contains everything it shows. */

import type { Manifest } from "../files/manifest.ts";
import { documentHtml, type Section, section } from "./document.ts";
import { clipped, Html, html, htmlBytes } from "./escape.ts";
import { type Examples, examplesHtml } from "./examples.ts";
import { type Figure, figuresHtml } from "./figure.ts";
import { type DrawnMask, masksHtml } from "./masks.ts";
import { leftOutHtml, recordHtml } from "./record.ts";
import type { RowPictures } from "./pictures.ts";
import { summaryHtml } from "./summary.ts";
import { type ReportTable, tablesHtml } from "./table.ts";

export interface Report {
  readonly manifest: Manifest;
  readonly summary: string;
  readonly figures: readonly Figure[];
  readonly tables: readonly ReportTable[];
  readonly masks?: readonly DrawnMask[] | undefined;
  readonly examples?: Examples | undefined;
}

/** The most bytes of a page, so that any browser opens it at once and it can be sent by mail. */
export const MOST_BYTES = 1_500_000;

const MOST_FIGURE_BYTES = 550_000;

const MOST_MASK_BYTES = 550_000;

const MOST_TABLE_BYTES = 200_000;

const MOST_EXAMPLE_BYTES = 100_000;

/** Bytes for what is said about the pictures, and where each belongs. */
const MARGIN = 5_000;

/**
 * Makes a report as HTML that can be read without scripts and without a network; equal runs give the same bytes. It has at most
 * {@linkcode MOST_BYTES}, whatever the run: each section has bytes of its own, and the pictures what the others leave. What does not fit is
 * left out, and the page says where it is.
 *
 * @param pictures The rows' images, which together have at most the bytes of {@linkcode roomForPictures}.
 */
export function reportPage(report: Report, pictures: RowPictures = new Map()): string {
  const { manifest, summary, figures, tables, masks, examples } = report;
  const { heading, found, method, words, rest, ...shown } = summaryHtml(summary);
  const sections = [
    ...sectionOf("Found", found),
    ...figures.length === 0 && masks !== undefined
      ? []
      : [section("Figures", figuresHtml(figures, MOST_FIGURE_BYTES))],
    ...masks === undefined ? [] : [section("Masks", masksHtml(masks, pictures, MOST_MASK_BYTES))],
    ...examples === undefined || examples.parts.length === 0 ? [] : [section(
      "Rows",
      examplesHtml(examples, pictures, { command: manifest.command, most: MOST_EXAMPLE_BYTES }),
    )],
    section("Tables", html`${shown.tables}${rest}${tablesHtml(tables, MOST_TABLE_BYTES)}`),
    ...sectionOf("Words", words),
    section("Left out", leftOutHtml(manifest)),
    section("Record", html`${method}${recordHtml(manifest)}`),
  ];
  return pageHtml(sections, { manifest, heading }).source;
}

export function roomForPictures(report: Report): number {
  return Math.max(0, MOST_BYTES - MARGIN - htmlBytes(new Html(reportPage(report))));
}

function sectionOf(name: string, content: Html | undefined): Section[] {
  return content === undefined ? [] : [section(name, content)];
}

function pageHtml(
  sections: readonly Section[],
  { manifest: { command, model }, heading }: Pick<Report, "manifest"> & { readonly heading: Html },
): Html {
  const name = model && [" of ", clipped(model.name, 200)];
  return documentHtml(sections, {
    title: heading,
    heading: html`${command}${name}`,
    about: heading,
  });
}
