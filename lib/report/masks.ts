/** The images of a segmentation, each beside the mask of what was looked for in it. */

import { Buffer } from "node:buffer";
import { clipped, type Html, html } from "./escape.ts";
import { fitting, type Forms } from "./fitting.ts";
import type { RowPictures, Thumbnail } from "./pictures.ts";

export interface MaskedRow {
  readonly id: string;
  readonly image: string;
  readonly phrase: string;
  /** The mean of the mask, 0 to 1. */
  readonly size: number;
  /** Grey levels of the mask, 0 to 255, row by row. */
  readonly levels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

export interface DrawnMask extends MaskedRow {
  readonly source: string;
}

const QUALITY = 60;

export async function drawMasks(rows: readonly MaskedRow[]): Promise<DrawnMask[]> {
  const { default: sharp } = await import("sharp");
  const drawn: DrawnMask[] = [];
  for (const row of rows) {
    const raw = { width: row.columns, height: row.rows, channels: 1 as const };
    const data = await sharp(row.levels, { raw }).webp({ quality: QUALITY }).toBuffer();
    drawn.push({
      ...row,
      source: `data:image/webp;base64,${Buffer.from(data).toString("base64")}`,
    });
  }
  return drawn;
}

/** The HTML of masks beside their images, with at most so many bytes of masks; the page says where others are. */
export function masksHtml(
  masks: readonly DrawnMask[],
  pictures: RowPictures,
  most: number,
): Html {
  const images = [...Map.groupBy(masks, ({ image }) => image).values()]; // each is in the page once
  const forms = images.map((same): Forms => [() => imageHtml(same, NO_PICTURE)]);
  const { parts, rest } = fitting(forms, most, (others) => {
    const absent = images.slice(-others).flat().length;
    return html`<p>${absent} more masks are in masks.npy, beside this page.</p>`;
  });
  const shown = images.slice(0, parts.length);
  return html`
    <p>Each image beside the mask of a phrase: the lighter a place is, the more probably it shows what the phrase names.</p>
    <div class="masks">
    ${shown.map((same) => imageHtml(same, pictures.get(same[0]!.image) ?? NO_PICTURE))}</div>
    ${rest}
  `;
}

const NO_PICTURE = new Error("the page has no room for this image");

function imageHtml(masks: readonly DrawnMask[], picture: Thumbnail | Error): Html {
  const { image, columns, rows } = masks[0]!;
  const isThere = !(picture instanceof Error);
  const { width, height } = isThere ? picture : { width: columns, height: rows };
  return html`
    <div class="masked">
    ${isThere
      ? html`<img src="${picture.source}" width="${width}" height="${height}" alt="${
        clipped(image, 200)
      }">`
      : html`<p class="absent">${clipped(`${image}: ${picture.message}`, 500)}</p>`}
    ${masks.map(({ id, phrase, size, source }) =>
      html`
        <figure><img src="${source}" width="${width}" height="${height}" alt="mask of ${clipped(
          phrase,
          200,
        )}"><figcaption>${clipped(phrase, 200)}: ${size.toFixed(3)}
        <code>${clipped(id, 200)}</code></figcaption></figure>
      `
    )}</div>
  `;
}
