/** The row browser: every pair with its image, scores and causal-trace map. */

import type { ColourScale } from "./colours.ts";
import { clipped, type Html, html, htmlBytes } from "./escape.ts";
import { mapLegendHtml, type RowMapCell, rowMapHtml } from "./row_map.ts";
import type { Thumbnail } from "./thumbnail.ts";

/** A row of evaluate.csv. */
export interface BrowsedRow {
  readonly id: string;
  readonly image: string;
  /** Which sentence is negated: `caption` or `foil`. */
  readonly negation: string;
  readonly caption: string;
  readonly foil: string;
  readonly s_caption: number;
  readonly s_foil: number;
  /** S(caption) - S(foil). */
  readonly d: number;
  /** `correct`, `ambiguous` or `incorrect`. */
  readonly segment: string;
}

/** What the browser shows besides the rows. */
export interface RowBrowserOptions {
  /** The small image, or the reason why there is none, by the image's name. */
  readonly images: ReadonlyMap<string, Thumbnail | Error>;
  /** The maps, if the run has any. */
  readonly maps?: {
    /** The cells of the traced rows, by row id. */
    readonly cells: ReadonlyMap<string, readonly RowMapCell[]>;
    readonly colour: ColourScale;
    /** The effect at either end of the colours. */
    readonly bound: number;
  } | undefined;
}

/** With more rows the page would be slow to open. */
const MOST_ROWS = 1000;

/**
 * The rows that the page shows, in their order: all of them, or if there are more than 1000, the 500 with the lowest and the 500 with
 * the highest d.
 *
 * @param rows The rows.
 */
export function browsedRows<Row extends Pick<BrowsedRow, "d">>(
  rows: readonly Row[],
): readonly Row[] {
  if (rows.length <= MOST_ROWS) return rows;
  const byScore = rows.toSorted((a, b) => a.d - b.d);
  const kept = new Set([...byScore.slice(0, MOST_ROWS / 2), ...byScore.slice(-MOST_ROWS / 2)]);
  return rows.filter((row) => kept.has(row));
}

/** How much of the rows the page shows. */
export interface RowsPart {
  /** The number of all rows of the run. @default {those that are given} */
  readonly count?: number;
  /** The most bytes that the rows may take. @default {any number} */
  readonly most?: number;
}

/**
 * The HTML of the rows, in the order of the file; with scripts enabled, the reader can sort them by d and filter them by segment.
 *
 * @param all The rows of the run, or those that {@linkcode browsedRows} keeps of them.
 * @param options Images and maps, and how much may be shown.
 */
export function rowsHtml(
  all: readonly BrowsedRow[],
  { count = all.length, most = Infinity, ...options }: RowBrowserOptions & RowsPart,
): Html {
  const rows = fittingRows(
    browsedRows(all).map((row) => ({ row, d: row.d, content: rowHtml(row, options) })),
    most,
  );
  const part = rows.length < count
    ? html`<p>Of ${count} rows the ${rows.length / 2} with the lowest and the ${
      rows.length / 2
    } with the highest d are here; all are in <a href="evaluate.csv">evaluate.csv</a>.</p>`
    : undefined;
  const segments = [...new Set(rows.map(({ row: { segment } }) => segment))].sort();
  const { images, maps } = options;
  return html`
    ${part}
    ${problems(rows.map(({ row }) => row), images)}
    ${maps && mapLegendHtml(maps)}
    <p class="controls" hidden>
    <label>Order <select name="order"><option value="">of the file<option value="1">d, lowest first<option value="-1">d, highest first</select></label>
    <label>Segment <select name="segment"><option value="">all${segments.map((segment) =>
      html`<option>${segment}`
    )}</select></label>
    <output aria-live="polite"></output>
    </p>
    <ol class="rows">
    ${rows.map(({ content }) => content)}</ol>
  `;
}

/** All rows if they fit; otherwise as many of the lowest and the highest d as fit, equally many of each, in the order of the file. */
function fittingRows<Row extends { readonly d: number; readonly content: Html }>(
  rows: readonly Row[],
  most: number,
): readonly Row[] {
  const bytes = new Map(rows.map((row) => [row, htmlBytes(row.content)]));
  if (rows.reduce((sum, row) => sum + bytes.get(row)!, 0) <= most) return rows;
  const byScore = rows.toSorted((a, b) => a.d - b.d);
  const kept = new Set<Row>();
  let left = most;
  for (let i = 0; i < Math.floor(rows.length / 2); i++) {
    const ends = [byScore[i]!, byScore[rows.length - 1 - i]!];
    left -= ends.reduce((sum, row) => sum + bytes.get(row)!, 0);
    if (left < 0) break;
    ends.forEach((row) => kept.add(row));
  }
  return rows.filter((row) => kept.has(row));
}

/** Characters of a sentence or a name; the rest of a longer one is only in the file. */
const MOST_TEXT = 500;

function rowHtml(row: BrowsedRow, { images, maps }: RowBrowserOptions): Html {
  const { id, image, negation, d, segment } = row;
  const cells = maps?.cells.get(id);
  const map = cells ? rowMapHtml(cells, maps!) : html`<p class="map none">not traced</p>`;
  return html`
    <li data-d="${d}" data-segment="${segment}">
    ${imageHtml(image, images.get(image))}
    <div class="pair">
    ${sentenceHtml("caption", row.caption, row.s_caption)}
    ${sentenceHtml("foil", row.foil, row.s_foil)}
    <p class="score ${segment}"><b>d ${twoDigits(d)}</b> ${segment}, ${negation}-negated</p>
    <p class="id">${clipped(id, MOST_TEXT)}</p>
    </div>
    ${maps && map}
    </li>
  `;
}

function sentenceHtml(kind: "caption" | "foil", sentence: string, score: number): Html {
  return html`<p class="sentence"><span class="kind">${kind}, S ${twoDigits(score)}</span> <q>${
    clipped(sentence, MOST_TEXT)
  }</q></p>`;
}

function twoDigits(score: number): string {
  return score.toFixed(2).replace("-", "−");
}

function imageHtml(name: string, image: Thumbnail | Error | undefined): Html {
  if (image === undefined || image instanceof Error) {
    return html`<p class="thumbnail none">no image: ${clipped(name, MOST_TEXT)}</p>`;
  }
  const { source, width, height } = image;
  return html`
    <img class="thumbnail" src="${source}" width="${width}" height="${height}" alt="${clipped(
      name,
      MOST_TEXT,
    )}"
      decoding="async">
  `;
}

/** A line that counts the images that could not be shown and gives the reason for the first. */
function problems(
  rows: readonly BrowsedRow[],
  images: RowBrowserOptions["images"],
): Html | undefined {
  const names = [...new Set(rows.map(({ image }) => image))];
  const missing = names.map((name) => images.get(name)).filter((image) => image instanceof Error);
  if (missing.length === 0) return undefined;
  return html`<p class="problem">${missing.length} of ${names.length} images cannot be shown. The first: ${
    clipped(missing[0]!.message, MOST_TEXT)
  }.</p>`;
}
