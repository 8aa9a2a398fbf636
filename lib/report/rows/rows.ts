/** The rows of a run: a table that is read without scripts, from which the page's script makes a browser. */

import { clipped, Html, html, htmlBytes } from "../escape.ts";
import type { RowPictures } from "./pictures.ts";
import type { Measure } from "./row_tables.ts";

/** A row of the run. Without images it has no scores, and its sentences are not known. */
export interface BrowsedRow {
  readonly id: string;
  readonly image?: string;
  /** Which sentence is negated: `caption` or `foil`. */
  readonly negation: string;
  readonly caption?: string;
  readonly foil?: string;
  readonly s_caption?: number;
  readonly s_foil?: number;
  /** S(caption) - S(foil). */
  readonly d?: number;
  /** `correct`, `ambiguous` or `incorrect`. */
  readonly segment?: string;
}

/** The rows that a page shows. */
export interface Browser {
  readonly rows: readonly BrowsedRow[];
  /** The number of all rows of the run. */
  readonly count: number;
  /** What was measured of them. */
  readonly measures: readonly Measure[];
  /** Tables with values of single rows that are too large for any page. */
  readonly tooLarge: readonly string[];
  /** The colours of values, as `#rrggbb`, the lowest first. */
  readonly colours: readonly string[];
}

/** The rows of a page of the browser, and the rows in print. */
export const ROWS_A_PAGE = 25;

/** With more rows the page would be slow to open. */
const MOST_ROWS = 1000;

/**
 * The rows that the page shows, in their order: all of them, or if there are more than 1000, those at equal distances in the order
 * of d, the lowest and the highest among them; without d the first 1000.
 *
 * @param rows The rows.
 */
export function browsedRows<Row extends Pick<BrowsedRow, "d">>(
  rows: readonly Row[],
): readonly Row[] {
  if (rows.length <= MOST_ROWS) return rows;
  if (rows.some(({ d }) => d === undefined)) return rows.slice(0, MOST_ROWS);
  const byScore = rows.toSorted((a, b) => a.d! - b.d!);
  const places = Array.from(
    { length: MOST_ROWS },
    (_, i) => Math.round(i * (rows.length - 1) / (MOST_ROWS - 1)),
  );
  const kept = new Set(places.map((place) => byScore[place]!));
  return rows.filter((row) => kept.has(row));
}

/** Characters of a sentence or a name; the rest of a longer one is only in the file. */
const MOST_TEXT = 300;

/** Bytes of the table of rows; of more the first ones are there. */
const MOST_LIST_BYTES = 250_000;

/** Bytes of all values. */
const MOST_VALUE_BYTES = 400_000;

/**
 * The rows of a browser that the page has room for: of long texts only the first rows.
 *
 * @param browser The rows.
 */
export function fittingRows(rows: readonly BrowsedRow[]): readonly BrowsedRow[] {
  let left = MOST_LIST_BYTES;
  const end = rows.findIndex((row) => (left -= htmlBytes(rowHtml(row))) < 0);
  return end === -1 ? rows : rows.slice(0, end);
}

/**
 * The measures that the page has room for, in their order.
 *
 * @param measures All measures.
 */
export function fittingMeasures(
  measures: readonly Measure[],
): { readonly fitting: readonly Measure[]; readonly others: readonly Measure[] } {
  let left = MOST_VALUE_BYTES;
  const [fitting, others]: [Measure[], Measure[]] = [[], []];
  for (const measure of measures) {
    const bytes = measure.packed.length + (measure.tokens?.length ?? 0);
    if (bytes > left) others.push(measure);
    else {
      left -= bytes;
      fitting.push(measure);
    }
  }
  return { fitting, others };
}

/**
 * The HTML of the rows, in the order of the file, and the data from which the page's script makes a browser with filters, pictures and
 * values.
 *
 * @param browser The rows with their values.
 * @param pictures Their images.
 */
export function rowsHtml(browser: Browser, pictures: RowPictures): Html {
  const { rows, count, measures, tooLarge } = browser;
  const { fitting, others } = fittingMeasures(measures);
  return html`
    ${partNote(rows, count)}
    ${problems(rows, pictures)}
    ${tooLarge.map((table) =>
      html`
        <p
          class="problem">The values of single rows in <a href="${table}.csv">${table}.csv</a> are only there, since they are too many for this page.</p>
      `
    )}
    ${others.map(({ table, name }) =>
      html`
        <p
          class="problem">The values <code>${name}</code> of single rows are only in <a href="${table}.csv">${table}.csv</a>, since this page has no room for them.</p>
      `
    )}
    <div id="browser"></div>
    <div class="box plain" tabindex="0" role="group" aria-label="All rows">
      <table id="list">
        <thead>
          <tr>
            <th
              scope="col">id<th scope="col">negated<th scope="col">segment<th scope="col" class="number">d<th
      scope="col" class="number">S caption<th scope="col" class="number">S foil<th scope="col">caption<th scope="col">foil<th
      scope="col">image</thead>
    <tbody>
    ${rows.map(rowHtml)}</tbody></table></div>
    <p class="printed">Only the first rows of this list are printed; the run's tables have all.</p>
    <script type="application/json" id="data">${dataJson(browser, { pictures, fitting })}</script>
  `;
}

function rowHtml(row: BrowsedRow): Html {
  const { id, negation, segment = "", d, s_caption, s_foil, caption, foil, image } = row;
  const text = (value = "") => html`<td>${clipped(value, MOST_TEXT)}`;
  const number = (value?: number) =>
    html`<td class="number">${value?.toFixed(2).replace("-", "−")}`;
  return html`<tr data-d="${d}">${[id, negation, segment].map(text)}${
    [d, s_caption, s_foil].map(number)
  }${[caption, foil, image].map(text)}</tr>\n`;
}

function partNote(rows: readonly BrowsedRow[], count: number): Html | undefined {
  if (rows.length === count) return undefined;
  const order = rows[0]?.d === undefined
    ? "the first ones"
    : "at equal distances in the order of d, the lowest and the highest among them";
  return html`
    <p
      class="problem">Of ${count} rows ${rows
        .length} are in this page, ${order}; all are in the tables. Filters and counts below refer to these ${rows
        .length}.</p>
  `;
}

/** A line that counts the images that could not be shown and gives the reason for the first. */
function problems(rows: readonly BrowsedRow[], pictures: RowPictures): Html | undefined {
  const names = [...new Set(rows.flatMap(({ image }) => image ?? []))];
  const missing = names.map((name) => pictures.get(name)).filter((image) => image instanceof Error);
  if (missing.length === 0) return undefined;
  return html`<p class="problem">${missing.length} of ${names.length} images cannot be shown. The first: ${
    clipped(missing[0]!.message, MOST_TEXT)
  }.</p>`;
}

/** JSON in an element, in which no text can end the element. */
function dataJson(
  { rows, colours }: Browser,
  { pictures, fitting }: { readonly pictures: RowPictures; readonly fitting: readonly Measure[] },
): Html {
  const places = new Map<string, number>();
  const images: (readonly [source: string, width: number, height: number])[] = [];
  const of = rows.map(({ image }) => {
    const picture = image === undefined ? undefined : pictures.get(image);
    if (picture === undefined || picture instanceof Error) return -1;
    const known = places.get(image!);
    if (known !== undefined) return known;
    const { source, width, height } = picture;
    places.set(image!, images.length);
    return images.push([source, width, height]) - 1;
  });
  const data = { rowsAPage: ROWS_A_PAGE, colours, measures: fitting, images, imageOf: of };
  return new Html(JSON.stringify(data).replaceAll("<", "\\u003c"));
}
