/** The rows behind a finding: for each part that it names, the rows in which the part has its largest effects. */

import { commandOf } from "../errors/command.ts";
import type { Pair } from "../data/pairs.ts";
import type { RowEffects } from "../study/experiment/finding.ts";
import { numberText } from "../tables/text_table.ts";
import { clipped, fitting, Html, html } from "./html.ts";
import type { RowPictures } from "./pictures.ts";

type ExampleRow = Pick<Pair, "id" | "image" | "caption" | "foil"> & {
  readonly d?: number | undefined;
};

interface Example {
  readonly row: ExampleRow;
  readonly at: string | undefined;
  readonly effect: number;
}

export interface Examples {
  readonly row?: ExampleRow | undefined; // the only row of a run
  readonly of: string;
  readonly parts: readonly { readonly part: string; readonly rows: readonly Example[] }[];
}

const MOST_PARTS = 5;
const MOST_ROWS = 10;

export function examplesOf(
  { of, effects }: RowEffects,
  rows: readonly ExampleRow[],
  findings: string,
): Examples {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const parts = new Map<string, Map<string, Example>>();
  for (const { id, part, at, effect } of effects) {
    const row = byId.get(id);
    if (row === undefined || effect === undefined) continue;
    const known = parts.getOrInsertComputed(part, () => new Map());
    const least = known.get(id)?.effect ?? 0;
    if (Math.abs(effect) > Math.abs(least)) known.set(id, { row, at, effect });
  }
  const sizeOf = (part: string) => {
    const own = [...parts.get(part)!.values()];
    return own.reduce((sum, { effect }) => sum + Math.abs(effect), 0) / Math.max(1, own.length);
  };
  const all = [...parts.keys()].map((part) => ({ part, size: sizeOf(part) }))
    .filter(({ size }) => size > 0).sort((a, b) => b.size - a.size);
  const named = all.filter(({ part }) => isNamed(part, findings));
  return {
    row: rows.length === 1 ? rows[0] : undefined,
    of,
    parts: (named.length > 0 ? named : all).slice(0, MOST_PARTS).map(({ part }) => ({
      part,
      rows: [...parts.get(part)!.values()]
        .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)).slice(0, MOST_ROWS),
    })),
  };
}

function isNamed(part: string, text: string): boolean {
  return new RegExp(`(?<![\\w.])${part.replace(/[^\w ]/g, "\\$&")}(?!\\.?\\w)`).test(text);
}

export function imagesOf({ row, parts }: Examples): string[] {
  return row !== undefined
    ? [row.image]
    : parts.flatMap(({ rows }) => rows.map(({ row }) => row.image));
}

const MOST_TEXT = 300;

/** The HTML of rows with their pictures; the page says how many parts there is no room for. */
export function examplesHtml(
  { row, of, parts }: Examples,
  pictures: RowPictures,
  { command, most }: { readonly command: string; readonly most: number },
): Html {
  if (row !== undefined) {
    return html`
      <div class="examples">
        <ol>${exampleHtml({ row }, pictures)}</ol>
      </div>
    `;
  }
  const shown = fitting(
    parts.map((part, i) => [() => partHtml(part, { pictures: new Map(), isOpen: i === 0 })]),
    most,
    (others) => html`<p>There is no room for the rows of ${others} more parts.</p>`,
  );
  const explore = commandOf(`explore results/${command}`);
  return html`
    <p>The rows in which parts that the findings name have their largest effects (${clipped(
      of,
      MOST_TEXT,
    )}).
    All rows of any cell of its maps: <code>${explore}</code>, or another folder of a run.</p>
    ${parts.slice(0, shown.parts.length).map((part, i) =>
      partHtml(part, { pictures, isOpen: i === 0 })
    )}
    ${shown.rest}
  `;
}

function partHtml(
  { part, rows }: Examples["parts"][number],
  { pictures, isOpen }: { readonly pictures: RowPictures; readonly isOpen: boolean },
): Html {
  return html`
    <details class="examples" ${isOpen ? new Html(" open") : undefined}>
      <summary><b>${clipped(part, MOST_TEXT)}</b>: ${rows.length} rows</summary>
      <ol>
    ${rows.map((example) => exampleHtml(example, pictures))}</ol>
    </details>
  `;
}

function exampleHtml(
  { row: { id, image, caption, foil, d }, at, effect }: Pick<Example, "row"> & Partial<Example>,
  pictures: RowPictures,
): Html {
  const picture = pictures.get(image);
  const shown = picture === undefined || picture instanceof Error
    ? html`<span title="${clipped(picture?.message ?? "", MOST_TEXT)}">no picture</span>`
    : html`<img src="${picture.source}" alt="">`;
  const inRow = effect === undefined ? undefined : html`<b>${numberText(effect, 3)}</b>`;
  return html`<li>${shown}<div>${inRow}${
    inRow && clipped(`${at === undefined ? "" : ` ${at}`}, `, MOST_TEXT)
  }${d === undefined ? undefined : html`d ${numberText(d, 2)}`}<br>caption: ${
    clipped(caption, MOST_TEXT)
  }<br>foil: ${clipped(foil, MOST_TEXT)}<br><code>${clipped(id, MOST_TEXT)}</code></div>\n`;
}
