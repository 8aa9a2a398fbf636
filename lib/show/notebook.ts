/** Shows charts, tables, models and more: in full in a notebook, and as text in a terminal. As this module is loaded, they learn to show themselves as the last expression of a cell. */

import { Buffer } from "node:buffer";
import { houseStyle, SCREEN } from "../charts/spec.ts";
import { textsOf } from "../draw/fit.ts";
import { renderSvg } from "../draw/render.ts";
import { axesText, foldBlocks } from "../engine/graph/hook_points.ts";
import type { Tower } from "../engine/run/tower.ts";
import { NegscopeError, unknownName, visibleText, wrongValue } from "../errors/errors.ts";
import { ClipModel } from "../model/clip_model.ts";
import { ImageTower } from "../model/image/image_tower.ts";
import { pictureKind } from "../reading/picture.ts";
import { TextTower } from "../model/text/text_tower.ts";
import { htmlTable, markdownTable, textTable } from "../tables/text_table.ts";
import {
  type Cells,
  displayBy,
  rowsOf,
  showsItself,
  type Table,
  type TableCell,
} from "../tables/table.ts";
import { Result } from "../study/result.ts";
import { StudyRow, StudySentence } from "../study/sentences/row.ts";
import { Scores } from "../study/scores.ts";
import { rowParts } from "../study/study_text.ts";
import { Study } from "../study/study.ts";
import { ActivationCache } from "../hooks/cache.ts";
import { Tensor } from "../hooks/tensor.ts";
import { Sweep } from "../study/sweep.ts";
import { print } from "./terminal.ts";

/** Values by media type; `text/plain` is always there. */
export interface MimeBundle {
  readonly "text/plain": string; // for a terminal, and for front ends that support nothing else
  readonly "text/markdown"?: string;
  readonly "text/html"?: string;
  readonly "image/svg+xml"?: string; // chart or an image as a picture
  readonly "image/png"?: string; // image file in Base64
  readonly "image/jpeg"?: string; // image file in Base64
  /** A chart as a Vega-Lite spec with the house style in it. */
  readonly "application/vnd.vegalite.v5+json"?: object;
}

/** A Vega-Lite chart with its data in it: one of this kit's or any other. */
export interface VegaLiteChart {
  /** The version of Vega-Lite. */
  readonly $schema: string;
  /** What the chart shows, for readers who cannot see it and for a terminal. */
  readonly description: string;
}

/** Options for showing a table. */
export interface ShownTable<Row> {
  /** The columns to show, in this order. @default {the table's} */
  readonly columns?: readonly (keyof Row & string)[];
  /** Which rows to show. @default {all} */
  readonly where?: (row: Row) => boolean;
  /**
   * The column to sort by, from the smallest value or, with a minus before its name, from the largest; rows without a value come last.
   *
   * @default {the table's order}
   */
  readonly sort?: (keyof Row & string) | `-${keyof Row & string}`;
  /** How many of the first rows to show. @default {20} */
  readonly top?: number;
  /** Digits after the point for numbers that are not whole. @default {3} */
  readonly digits?: number;
}

export async function chartBundle<Chart extends VegaLiteChart>(chart: Chart): Promise<MimeBundle> {
  return {
    "application/vnd.vegalite.v5+json": { config: houseStyle(SCREEN), ...chart },
    "image/svg+xml": await renderSvg(chart),
    "text/plain": chartText(chart),
  };
}

export function tableBundle<Row extends Cells<Row>>(
  table: Table<Row>,
  { columns = table.columns, where = () => true, sort, top = 20, digits = 3 }: ShownTable<Row> = {},
): MimeBundle {
  const { name } = table;
  let first: Row[] = [];
  const last: Row[] = [];
  let all = 0;
  for (const row of rowsOf(table)) {
    if (!where(row)) continue;
    all++;
    if (sort !== undefined || first.length < top) first.push(row);
    else if (last.push(row) > LAST) last.shift();
  }
  const values = [...first, ...last].flatMap(Object.keys); // some may be no column
  const known = [...new Set<string>([...table.columns, ...values])];
  for (const column of [...columns, ...sort === undefined ? [] : [sort.replace(/^-/, "")]]) {
    if (!known.includes(column)) throw unknownName({ doing: "show column", name: column, known });
  }
  if (sort !== undefined) {
    const rows = sorted(first, sort);
    first = rows.splice(0, top);
    last.push(...rows.slice(-LAST));
  }
  const shown = { name, columns, rows: first };
  const gap = all > first.length + last.length ? first.length : undefined;
  const counted = `${all} ${all === 1 ? "row" : "rows"}`;
  const both = { name: `${name}: ${counted}`, columns, rows: [...first, ...last] };
  const count = `${name}: ${top < all ? `the first ${top} of ` : ""}${counted}`;
  return {
    "text/plain": `${textTable(shown, { digits })}${count}`,
    "text/markdown": `${markdownTable(shown, { digits })}\n${count}`,
    "text/html": htmlTable(both, { digits, gap }),
  };
}

/** How many of the last rows a table in HTML has below its first ones. */
const LAST = 10;

/** The rows in the order of a column; those with equal values stay in theirs. */
function sorted<Row extends Cells<Row>>(rows: readonly Row[], sort: string): Row[] {
  const column = sort.replace(/^-/, "") as keyof Row;
  const sign = sort.startsWith("-") ? -1 : 1;
  return rows.toSorted((first, second) => {
    const [a, b]: readonly TableCell[] = [first[column], second[column]];
    return a === undefined || b === undefined
      ? Number(a === undefined) - Number(b === undefined)
      : sign * (a < b ? -1 : Number(a > b));
  });
}

function hooksBundle(model: ClipModel | TextTower | ImageTower): MimeBundle {
  const towers = model instanceof ClipModel ? model.towers : [model];
  const heading = model instanceof ClipModel ? [`CLIP from \`${model.folder}\``] : [];
  return {
    "text/plain": String(model),
    "text/markdown": [...heading, ...towers.map(({ tower }) => towerMarkdown(tower))].join("\n\n"),
  };
}

export function pictureBundle(bytes: Uint8Array): MimeBundle {
  const kind = pictureKind(bytes);
  if (kind !== "png" && kind !== "jpeg") {
    throw new NegscopeError("value-wrong", {
      problem: `Cannot show a picture that begins with the bytes "${bytes.subarray(0, 4).toHex()}"`,
      expected: "the content of a PNG or JPEG file",
    });
  }
  const type = `image/${kind}`;
  const data = Buffer.from(bytes).toString("base64");
  return {
    "image/svg+xml": `<svg xmlns="http://www.w3.org/2000/svg" width="${BOX}" height="${BOX}">` +
      `<image href="data:${type};base64,${data}" width="${BOX}" height="${BOX}" ` +
      `preserveAspectRatio="xMinYMin" style="image-rendering: pixelated"/></svg>`,
    [type]: data,
    "text/plain": `Picture (${type}, ${bytes.length} bytes)`,
  };
}

const BOX = 192; // width and height of a picture's box, in pixels

/** A chart's title and description; a chart of a user's own may lack both. */
function chartText(chart: object): string {
  const lines = Object.values(textsOf(chart)).filter((line) => line.trim() !== "");
  return lines.length > 0
    ? lines.join("\n")
    : "A Vega-Lite chart without title or description; renderSvg() and renderPng() draw it";
}

function towerMarkdown(tower: Tower): string {
  const [heading] = tower.toString().split("\n", 1);
  const rows = foldBlocks(tower.hooks).map(({ name, names }) => (
    { hook: name, axes: axesText(tower.shape, names[0]!) }
  ));
  return `**${heading}**\n\n${markdownTable({ name: "hooks", columns: ["hook", "axes"], rows })}`;
}

export function studyBundle(study: Study): MimeBundle {
  const { config: { text, vision }, inputs } = study;
  const image = inputs.embeddings === undefined ? vision : undefined;
  const rows = [{ tower: "text", ...text }, ...image ? [{ tower: "image", ...image }] : []];
  const columns = ["tower", "layers", "heads", "width", "projection"] as const;
  return {
    "text/plain": String(study),
    "text/markdown": [
      `**Study of ${inputs.modelName}**`,
      markdownTable({ name: "towers", columns, rows }),
      markdownTable({ name: "rows", columns: ["rows", "why"], rows: rowParts(study) }),
    ].join("\n\n"),
  };
}

export async function rowBundles(row: StudyRow): Promise<MimeBundle[]> {
  const { pair, tokens, hasImage } = row;
  const rows = (["caption", "foil"] as const).map((which) => ({
    sentence: pair.negation === which ? `${which}, negated` : which,
    text: pair[which],
    S: hasImage ? row.scores[`s_${which}`] : undefined,
  }));
  const columns = ["sentence", "text", "S"] as const;
  const sentences = { name: "sentences", columns: columns.slice(0, hasImage ? 3 : 2), rows };
  const d = hasImage ? `: d = ${row.scores.d.toFixed(3)}, ${row.scores.segment}` : "";
  const tables = [`**${pair.id}**${d}`, markdownTable(sentences), markdownTable(tokens)];
  const words = {
    "text/plain": `${pair.id}${d}\n${textTable(sentences)}${textTable(tokens)}`,
    "text/markdown": tables.join("\n\n"),
  };
  return row.hasPicture ? [pictureBundle(await row.picture()), words] : [words];
}

export function scoresBundles(scores: Scores): MimeBundle[] {
  const sides = `${scores.heading}\n\n${markdownTable(scores.sides)}`;
  return [{ "text/plain": `${scores}\n`, "text/markdown": sides }, tableBundle(scores.table)];
}

const RESULT_ROWS = 5;

export async function resultBundles(
  { own, charts, tables }: Pick<Result, "own" | "charts" | "tables">,
): Promise<MimeBundle[]> {
  const drawn = await Array.fromAsync(charts.values(), (chart) => chartBundle(chart));
  const all: readonly Table<object>[] = Object.values(tables);
  const beginnings = all.map((table) => tableBundle(table, { top: RESULT_ROWS }));
  const words = own.words.map(({ word, means }) => `- **${word}**: ${means}`).join("\n");
  const hasWords = words !== "";
  return [{ "text/plain": own.findings.trimEnd() }, ...drawn, {
    "text/plain": [
      ...beginnings.map((bundle) => bundle["text/plain"]),
      ...hasWords ? ["docs/glossary.md explains the words."] : [],
    ].join("\n\n"),
    "text/markdown": [
      ...beginnings.map(({ "text/markdown": text = "" }) => {
        const end = text.lastIndexOf("\n"); // before the number of rows
        return folded(text.slice(end + 1), text.slice(0, end));
      }),
      ...hasWords ? [folded("Words", words)] : [],
    ].join("\n\n"),
  }];
}

/** Folds Markdown under a line; within HTML it needs the blank lines. */
function folded(line: string, markdown: string): string {
  return `<details><summary>${line}</summary>\n\n${markdown.trimEnd()}\n\n</details>`;
}

/** Milliseconds until the Deno kernel has sent a display; a cell that ends at once loses about 2 % of its displays. */
const SENT = 30;

/**
 * Shows a chart: interactively or as a picture in a notebook, and its title and description in a terminal.
 *
 * @param chart A Vega-Lite chart with its data in it, one of this kit's or any other.
 * @throws {NegscopeError} If Vega or Vega-Lite warns of anything, or the chart loads data.
 */
export async function show<Chart extends VegaLiteChart>(chart: Chart): Promise<void>;
/**
 * Shows the first rows of a table and its number of rows.
 *
 * @param table The table.
 * @param options What to show of it.
 */
export async function show<Row extends Cells<Row>>(
  table: Table<Row>,
  options?: ShownTable<Row>,
): Promise<void>;
/**
 * Shows the model and rows of a study; one of its rows with picture, scores and tokens, or a sentence of it; an experiment's findings, charts and the first
 * rows of its tables; scores; a sweep; the hook points of a model or a tower; the entries of a cache; a tensor's axes; a text; or the picture in
 * the bytes of a PNG or JPEG file.
 *
 * @param value What to show.
 * @throws {NegscopeError} If the bytes are not those of a PNG or JPEG file.
 */
export async function show(value: Shown): Promise<void>;
export async function show<Row extends Cells<Row>>(
  value: VegaLiteChart | Table<Row> | Shown,
  options?: ShownTable<Row>,
): Promise<void> {
  await send(await bundlesOf(value, options));
}

async function send(bundles: readonly MimeBundle[]): Promise<void> {
  const jupyter = jupyterKernel();
  for (const [index, data] of bundles.entries()) {
    if (jupyter === undefined) {
      print(data["text/plain"]);
      continue;
    }
    const shown = { ...data, "text/plain": visibleText(data["text/plain"]) };
    const metadata = { negscope: { part: index + 1, parts: bundles.length } }; // reveals a lost output
    await jupyter.broadcast("display_data", { data: shown, metadata, transient: {} });
    await new Promise((sent) => setTimeout(sent, SENT));
  }
}

displayBy(async function () {
  const bundles = await bundlesOf(this as Table<object>);
  if (jupyterKernel() !== undefined) {
    await send(bundles);
    return {}; // the kernel would lose some of what is returned, since it may send it after it has said that the cell is done
  }
  const text = bundles.map((bundle) => bundle["text/plain"]).join("\n");
  return { ...Object.assign({}, ...bundles), "text/plain": text };
});

for (
  const { prototype } of [
    ...[Study, StudyRow, StudySentence, Result, Scores, Sweep] as const,
    ...[ClipModel, TextTower, ImageTower, ActivationCache, Tensor] as const,
  ]
) showsItself(prototype);

/** The values that can be shown besides charts and tables. */
export type Shown =
  | (Study | StudyRow | StudySentence | Result | Scores | Sweep)
  | (ClipModel | TextTower | ImageTower | ActivationCache | Tensor)
  | (string | Uint8Array);

async function bundlesOf<Row extends Cells<Row>>(
  value: VegaLiteChart | Table<Row> | Shown,
  options?: ShownTable<Row>,
): Promise<readonly MimeBundle[]> {
  if (typeof value === "string") return [{ "text/plain": value }];
  if (value instanceof Study) return [studyBundle(value)];
  if (value instanceof Result) return await resultBundles(value);
  if (value instanceof StudyRow) return await rowBundles(value);
  if (value instanceof Scores) return scoresBundles(value);
  if (value instanceof Sweep) return [{ "text/plain": `${value}` }, tableBundle(value.summary)];
  if (value instanceof Uint8Array) return [pictureBundle(value)];
  if (value instanceof ClipModel || value instanceof TextTower || value instanceof ImageTower) {
    return [hooksBundle(value)];
  }
  if (!(value instanceof Object) || Array.isArray(value)) {
    throw wrongValue("show a value that is", value, "a chart, table, text, study or result");
  }
  if ("$schema" in value) return [await chartBundle(value)];
  if ("columns" in value) return [tableBundle(value, options)];
  return [{ "text/plain": String(value) }];
}

function jupyterKernel(): typeof Deno.jupyter | undefined {
  try {
    return Deno.jupyter;
  } catch {
    return undefined;
  }
}
