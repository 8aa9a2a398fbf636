/** The row browser: every pair with its image, scores and causal-trace map. */

import type { ColourScale } from "./colours.ts";
import { type Html, html } from "./escape.ts";
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

/**
 * The HTML of the rows, in the order of the file; with scripts enabled, the reader can sort them by d and filter them by segment.
 *
 * @param all All rows of the run.
 * @param options Images and maps.
 */
export function rowsHtml(all: readonly BrowsedRow[], options: RowBrowserOptions): Html {
  const rows = browsedRows(all);
  const part = rows.length < all.length
    ? html`<p>Of ${all.length} rows the ${rows.length / 2} with the lowest and the ${
      rows.length / 2
    } with the highest d are here; all are in <a href="evaluate.csv">evaluate.csv</a>.</p>`
    : undefined;
  const segments = [...new Set(rows.map(({ segment }) => segment))].sort();
  const { images, maps } = options;
  return html`
    ${part}
    ${problems(rows, images)}
    ${maps && mapLegendHtml(maps)}
    <p class="controls" hidden>
    <label>Order <select name="order"><option value="">of the file<option value="1">d, lowest first<option value="-1">d, highest first</select></label>
    <label>Segment <select name="segment"><option value="">all${segments.map((segment) =>
      html`<option>${segment}`
    )}</select></label>
    <output aria-live="polite"></output>
    </p>
    <ol class="rows">
    ${rows.map((row) => rowHtml(row, options))}</ol>
  `;
}

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
    <p class="id">${id}</p>
    </div>
    ${maps && map}
    </li>
  `;
}

function sentenceHtml(kind: "caption" | "foil", sentence: string, score: number): Html {
  return html`<p class="sentence"><span class="kind">${kind}, S ${
    twoDigits(score)
  }</span> <q>${sentence}</q></p>`;
}

function twoDigits(score: number): string {
  return score.toFixed(2).replace("-", "−");
}

function imageHtml(name: string, image: Thumbnail | Error | undefined): Html {
  if (image === undefined || image instanceof Error) {
    return html`<p class="thumbnail none">no image: ${name}</p>`;
  }
  const { source, width, height } = image;
  return html`
    <img class="thumbnail" src="${source}" width="${width}" height="${height}" alt="${name}"
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
    missing[0]!.message
  }.</p>`;
}
