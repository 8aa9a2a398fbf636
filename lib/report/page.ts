/** The report of a run: a single HTML file that contains everything it shows, readable without its script and without a network. */

import { createHash } from "node:crypto";
import { clipped, fitting, Html, html, htmlBytes, type HtmlValue } from "./html.ts";
import { SORTING, STYLE } from "./style.ts";
import type { Manifest } from "../files/manifest.ts";
import type { DroppedRows } from "../data/read.ts";
import type { Json } from "../reading/json.ts";
import type { FileDigest } from "../reading/path.ts";
import { type Examples, examplesHtml, imagesOf } from "./examples.ts";
import { type Figure, figuresHtml, tablesHtml } from "./table.ts";
import {
  drawMasks,
  type DrawnMask,
  type MaskedRow,
  masksHtml,
  type ReadImage,
  type RowPictures,
  rowPictures,
} from "./pictures.ts";
import { type Summary, summaryHtml } from "./summary.ts";
import type { AnyTable } from "../tables/table.ts";

export interface Section {
  readonly name: string;
  readonly id: string;
  readonly body: Html;
}

export function section(name: string, content: Html): Section {
  const id = name.toLowerCase().replaceAll(" ", "-");
  const body = html`<section id="${id}">\n<h2>${name}</h2>\n${content}</section>\n`;
  return { name, id, body };
}

export function documentHtml(
  sections: readonly Section[],
  { title, heading, about }: {
    readonly title: Html;
    readonly heading: HtmlValue;
    readonly about: Html;
  },
): Html {
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src '${SORTING_SOURCE}'; base-uri 'none'; form-action 'none'">
        <title>${title}</title>
        <style>
    ${new Html(STYLE)}</style>
      </head>
      <body>
        <header>
          <p class="kit">negscope report</p>
          <h1>${heading}</h1>
          <p class="about">${about}</p>
          <nav aria-label="Sections">${sections.map(({ name, id }) =>
            html`
              <a href="#${id}">${name}</a>
            `
          )}</nav>
        </header>
        <main>
    ${sections.map(({ body }) => body)}</main>
        ${new Html(`<script>${SORTING}</script>`)}
      </body>
    </html>
  `;
}

/** The source by which the page's policy lets a browser run it, and no other script. */
const SORTING_SOURCE = `sha256-${createHash("sha256").update(SORTING).digest("base64")}`;

const MOST_LIST_BYTES = 8_000;
const MOST_TEXT = 1_000;

function recordHtml(manifest: Manifest): Html {
  const { command, options, seed, versions, model, sources } = manifest;
  const settings = Object.entries({ task: command, ...options, seed });
  return html`
    ${list("Options", settings)}
    ${model &&
      list("Model", [
        ["text tower", sizes(model.text)],
        ["image tower", model.image === undefined ? "not used" : sizes(model.image)],
        ...model.score === undefined ? [] : [["S", model.score] as const],
      ])}
    ${list("Versions", Object.entries(versions))}
    ${files("Model files", sources.model)}
    ${files("Data files", sources.data)}
    ${otherFiles(manifest.files)}
    <p class="files">With the times: <a href="manifest.json">manifest.json</a></p>
  `;
}

function otherFiles(names: readonly string[]): Html | undefined {
  const others = names.filter((name) => name.endsWith(".json") && !name.endsWith(".vl.json"));
  if (others.length === 0) return undefined;
  return html`<p class="files">For other programs: ${
    others.map((name, i) => html`${i === 0 ? "" : ", "}<a href="${name}">${name}</a>`)
  }</p>`;
}

function list(title: string, entries: readonly (readonly [string, Json])[]): Html {
  const text = (value: Json) =>
    clipped(typeof value === "object" ? JSON.stringify(value) : `${value}`, MOST_TEXT);
  const { parts, rest } = fitting(
    entries.map(([key, value]) => [() => html`<dt>${text(key)}<dd>${text(value)}\n`]),
    MOST_LIST_BYTES,
    moreAre,
  );
  return html`<h3>${title}</h3>\n<dl>\n${parts}</dl>${rest}`;
}

function moreAre(others: number, what = "more are"): Html {
  return html`<p>${others} ${what} in <a href="manifest.json">manifest.json</a>.</p>`;
}

function sizes(
  { layers, heads, width, projection }: NonNullable<Manifest["model"]>["text"],
): string {
  return `${layers} blocks x ${heads} heads, width ${width}, projection ${projection}`;
}

function files(title: string, digests: readonly FileDigest[]): Html {
  return list(`${title}, SHA-256`, digests.map(({ file, sha256 }) => [file, sha256]));
}

const MOST_REASONS = 20;
const MOST_ID_BYTES = 40_000;

export function leftOutHtml({ rows: { read, kept, dropped }, warnings = [] }: Manifest): Html {
  const counts = html`<p>Of ${read} rows ${kept} were used.</p>`;
  const reasons = [
    ...dropped.map((rows) => ({ ...rows, what: rows.skipped ? "skipped" : "dropped" })),
    ...warnings.map((rows) => ({ ...rows, what: "used, but doubtful", reason: rows.warning })),
  ];
  const shown = reasons.slice(0, MOST_REASONS);
  const others = reasons.length - shown.length;
  return html`
    ${counts}
    ${shown.map((reason) => reasonHtml(reason, MOST_ID_BYTES / shown.length))}
    ${others === 0 ? undefined : moreAre(others, "more reasons are")}
  `;
}

function reasonHtml(
  { what, reason, n, ids }: Pick<DroppedRows, "reason" | "n" | "ids"> & { readonly what: string },
  most: number,
): Html {
  const head = html`<b>${n}</b> ${what}: ${clipped(reason, 500)}`;
  if (ids === undefined) return html`<p class="reason">${head}</p>\n`;
  const { parts, rest } = fitting(
    ids.map((id, i) => [() => html`${i === 0 ? "" : ", "}<code>${clipped(id, 200)}</code>`]),
    most,
    moreAre,
  );
  return html`
    <details class="reason"><summary>${head}</summary>
    <p class="ids">${parts}</p>
    ${rest}</details>
  `;
}

export interface Report {
  readonly manifest: Manifest;
  readonly summary: Summary;
  readonly figures: readonly Figure[];
  readonly tables: readonly AnyTable[];
  readonly masks?: readonly DrawnMask[] | undefined;
  readonly examples?: Examples | undefined;
}

/** The most bytes of a page, so that any browser opens it at once and it can be sent by mail. */
export const MOST_PAGE_BYTES = 1_500_000;

const MOST_FIGURE_BYTES = 550_000;
const MOST_MASK_BYTES = 550_000;
const MOST_TABLE_BYTES = 200_000;
const MOST_EXAMPLE_BYTES = 100_000;

/** Bytes for what is said about the pictures, and where each belongs. */
const MARGIN = 5_000;

/** Makes a report that can be read without scripts and without a network, of at most {@linkcode MOST_PAGE_BYTES}; what does not fit is left out, and the page says where it is. */
export function reportPage(report: Report, pictures: RowPictures = new Map()): string {
  const { manifest, summary, figures, tables, masks, examples } = report;
  const { heading, found, method, words, ...shown } = summaryHtml(summary);
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
    section("Tables", html`${shown.tables}${tablesHtml(tables, MOST_TABLE_BYTES)}`),
    ...sectionOf("Words", words),
    section("Left out", leftOutHtml(manifest)),
    section("Record", html`${method}${recordHtml(manifest)}`),
  ];
  const [first] = figures;
  const name = manifest.model && [" of ", clipped(manifest.model.name, 200)];
  return documentHtml(sections, {
    title: heading,
    heading: first?.title === undefined
      ? html`${manifest.command}${name}`
      : clipped(first.title, 300),
    about: heading,
  }).source;
}

export function roomForPictures(report: Report): number {
  return Math.max(0, MOST_PAGE_BYTES - MARGIN - htmlBytes(new Html(reportPage(report))));
}

function sectionOf(name: string, content: Html | undefined): Section[] {
  return content === undefined ? [] : [section(name, content)];
}

const MOST_PICTURE_BYTES = 200_000;

export async function reportOf(
  { masks, ...run }: Omit<Report, "masks"> & { readonly masks?: readonly MaskedRow[] | undefined },
  images?: ReadImage,
): Promise<string> {
  const { examples } = run;
  const report = { ...run, masks: masks && await drawMasks(masks) };
  const names = [...masks?.map(({ image }) => image) ?? [], ...examples ? imagesOf(examples) : []];
  const often = examples === undefined
    ? 1
    : Math.max(1, ...Map.groupBy(names, (name) => name).values().map(({ length }) => length)); // a picture is in the page each time
  const most = Math.min(roomForPictures(report) / often, masks ? Infinity : MOST_PICTURE_BYTES);
  return reportPage(report, await rowPictures(names, { read: images, most }));
}
