/** The causal-trace map of a single row: positions with their tokens from top to bottom, layers from left to right. */

import { shortNumber } from "../charts/spec.ts";
import { peaksText } from "../charts/peak_runs.ts";
import type { ColourScale } from "./colours.ts";
import { type Html, html } from "./escape.ts";
import { dataUri, encodePng } from "./pixel_png.ts";

/** A cell of a row's map. */
export interface RowMapCell {
  readonly layer: number;
  /** The position in the negated sentence, from 0. */
  readonly position: number;
  readonly role: string;
  readonly token: string;
  /** The effect as a share of d; undefined if there is none. */
  readonly cte: number | undefined;
}

/** The options that the maps of all rows share. */
export interface RowMapOptions {
  readonly colour: ColourScale;
}

/** The names of the start and end tokens in charts; every other token is shown as it is. */
const ENDS = new Map([["sot", "SOT"], ["eot", "EOT"]]);

/**
 * Draws a row's effects as a picture with one pixel for each cell, which the page scales up.
 *
 * @param cells All cells of the row, by layer and then by position from 0.
 */
export function rowMapHtml(cells: readonly RowMapCell[], { colour }: RowMapOptions): Html {
  const layers = [...new Set(cells.map(({ layer }) => layer))];
  const tokens = cells.filter(({ layer }) => layer === layers[0]).map(tokenOf);
  const [width, height] = [layers.length, tokens.length];
  const rgb = new Uint8Array(3 * width * height);
  cells.forEach(({ position, cte }, i) => {
    rgb.set(colour(cte), 3 * (position * width + Math.floor(i / height)));
  });
  const picture = dataUri("png", encodePng({ width, height, rgb }));
  return html`
    <div class="map" style="--layers:${width};--positions:${height}" data-first="${layers[0]}"
      data-cte="${cells.map(({ cte }) => cte === undefined ? "" : shortNumber(cte)).join(" ")}">
      <ol>${tokens.map((token) => html`<li>${token}`)}</ol>
      <img src="${picture}" width="${width}" height="${height}" alt="${mapText(cells)}">
      <p><span>layer ${layers[0]}</span><span>${layers.at(-1)}</span></p>
    </div>
  `;
}

function tokenOf({ role, token }: RowMapCell): string {
  return ENDS.get(role) ?? token;
}

function mapText(cells: readonly RowMapCell[]): string {
  const peaks = peaksText(
    cells.map((cell) => ({ ...cell, role: tokenOf(cell) })),
    ({ role }) => role,
  );
  return peaks === undefined
    ? "Causal tracing effect: none, since d is 0"
    : `Causal tracing effect by token and layer, ${peaks}`;
}

/** The legend of the maps: their colours beside the values. */
export function mapLegendHtml({ bound, colour }: RowMapOptions & { readonly bound: number }): Html {
  const width = 65; // odd, so that 0 has a separate pixel
  const values = Array.from({ length: width }, (_, i) => bound * (2 * i / (width - 1) - 1));
  const strip = encodePng({ width, height: 1, rgb: Uint8Array.from(values.flatMap(colour)) });
  const none = encodePng({ width: 1, height: 1, rgb: Uint8Array.from(colour(undefined)) });
  return html`
    <p class="legend">CTE <span>${shortNumber(-bound)}</span>
    <img src="${dataUri(
      "png",
      strip,
    )}" width="130" height="12" alt="from blue over white to orange">
    <span>${shortNumber(bound)}</span> (beyond: the colour of the end)
    <img src="${dataUri("png", none)}" width="12" height="12" alt="grey"> no value</p>
  `;
}
