/** The rows of a run: a table that is read without scripts, from which the page's script makes a browser. */

import { clipped, Html, html, htmlBytes } from "../escape.ts";
import { fitting, type Forms } from "../fitting.ts";
import type { Patterns } from "./patterns.ts";
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

/** How the rows were chosen: all, those at equal distances in the order of d, or without d the first ones. */
export type Choice = "all" | "by d" | "first";

export interface Browser {
  readonly rows: readonly BrowsedRow[];
  readonly count: number;
  readonly choice: Choice;
  readonly measures: readonly Measure[];
  /** What heads look at in some rows. @default {nothing} */
  readonly patterns?: Patterns | undefined;
  /** Tables with values of single rows that are too large for any page. */
  readonly tooLarge: readonly string[];
  /** The colours of values, as `#rrggbb`, the lowest first. */
  readonly colours: readonly string[];
}

/** The rows of a page of the browser, and the rows in print. */
const ROWS_A_PAGE = 25;

/** Bytes of a sentence or a name; the rest of a longer one is only in the file. */
const MOST_TEXT = 600;

const MOST_LIST_BYTES = 250_000;

const MOST_VALUE_BYTES = 400_000;

const MOST_PATTERN_BYTES = 60_000;

const MOST_NOTE_BYTES = 8_000;

/** The number of rows to try next if the page has no room for the texts of these; undefined if it has. */
export function fewerRows(rows: readonly BrowsedRow[]): number | undefined {
  const bytes = rows.reduce((sum, row) => sum + htmlBytes(rowHtml(row)), 0);
  if (bytes <= MOST_LIST_BYTES) return undefined;
  return Math.min(rows.length - 1, Math.floor(rows.length * MOST_LIST_BYTES / bytes));
}

/** The measures that the page has room for, in their order. */
export function fittingMeasures(
  measures: readonly Measure[],
  most = MOST_VALUE_BYTES,
): readonly Measure[] {
  let left = most;
  return measures.filter((measure) => {
    const bytes = htmlBytes(jsonHtml(measure));
    if (bytes > left) return false;
    left -= bytes;
    return true;
  });
}

/** The HTML of the rows, and the data from which the page's script makes a browser; values for which there is no room are left out. */
export function rowsHtml(browser: Browser, pictures: RowPictures, most = Infinity): Html {
  const list = listHtml(browser.rows);
  const room = most - htmlBytes(list) - MOST_NOTE_BYTES;
  const { patterns } = browser;
  const bytes = patterns === undefined ? 0 : htmlBytes(jsonHtml(patterns));
  const arePatternsHeld = bytes <= Math.min(MOST_PATTERN_BYTES, room);
  const left = arePatternsHeld ? room - bytes : room;
  const measures = fittingMeasures(browser.measures, Math.min(MOST_VALUE_BYTES, left));
  const absent = [
    ...browser.tooLarge.map((table) => ({ table })),
    ...arePatternsHeld ? [] : [{ table: patterns!.table }],
    ...browser.measures.filter((measure) => !measures.includes(measure)),
  ];
  return html`
    ${partNote(browser)}
    ${problems(browser.rows, pictures)}
    ${absenceHtml(absent)}
    <div id="browser"></div>
    ${list}
    <script type="application/json" id="data">${dataHtml(browser, {
      pictures,
      measures,
      patterns: arePatternsHeld ? patterns : undefined,
    })}</script>
  `;
}

function absenceHtml(absent: readonly { readonly table: string; readonly name?: string }[]): Html {
  const { parts, rest } = fitting(
    absent.map(({ table, name }): Forms => [() => {
      const values = name === undefined ? "values" : html`values <code>${name}</code>`;
      return html`
        <p
          class="problem">The ${values} of single rows are only in <a href="${table}.csv">${table}.csv</a>, since this page has no room for them.</p>
      `;
    }]),
    MOST_NOTE_BYTES,
    (others) =>
      html`<p class="problem">More values that are only in the run's tables: ${others} columns.</p>`,
  );
  return html`${parts}${rest}`;
}

function listHtml(rows: readonly BrowsedRow[]): Html {
  return html`
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

function partNote({ rows, count, choice }: Browser): Html | undefined {
  if (choice === "all") return undefined;
  const order = choice === "first"
    ? "the first ones"
    : "at equal distances in the order of d, the lowest and the highest among them";
  return html`
    <p
      class="problem">Of ${count} rows ${rows
        .length} are in this page, ${order}; all are in the tables. Filters and counts below refer to these ${rows
        .length}.</p>
  `;
}

function problems(rows: readonly BrowsedRow[], pictures: RowPictures): Html | undefined {
  const names = [...new Set(rows.flatMap(({ image }) => image ?? []))];
  const missing = names.map((name) => pictures.get(name)).filter((image) => image instanceof Error);
  if (missing.length === 0) return undefined;
  return html`<p class="problem">${missing.length} of ${names.length} images cannot be shown. The first: ${
    clipped(missing[0]!.message, MOST_TEXT)
  }.</p>`;
}

function dataHtml(
  { rows, colours }: Browser,
  { pictures, measures, patterns }: {
    readonly pictures: RowPictures;
    readonly measures: readonly Measure[];
    readonly patterns: Patterns | undefined;
  },
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
  const data = { rowsAPage: ROWS_A_PAGE, colours, measures, patterns, images, imageOf: of };
  return jsonHtml(data);
}

/** JSON in an element, in which no text can end the element. */
function jsonHtml(data: unknown): Html {
  return new Html(JSON.stringify(data).replaceAll("<", "\\u003c"));
}

/** The number of colours; odd, so that 0 has a separate one. */
const LEVELS = 65;

/** Loads the colours of the charts' maps, as `#rrggbb`: blue for the lowest value, orange for the highest, 0 in the middle. */
export async function loadColours(): Promise<string[]> {
  const { scheme } = await import("vega");
  const interpolate: (share: number) => string = scheme("blueorange");
  return Array.from({ length: LEVELS }, (_, i) => hexOf(interpolate(i / (LEVELS - 1))));
}

/** A colour such as `rgb(153, 74, 7)` in the short form. */
function hexOf(colour: string): string {
  const parts = colour.match(/\d+/g)!.map((part) => Number(part).toString(16).padStart(2, "0"));
  return `#${parts.join("")}`;
}
