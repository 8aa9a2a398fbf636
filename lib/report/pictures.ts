/** The pictures of the rows, as large as a page has room for, and the masks of a segmentation beside them. */

import { Buffer } from "node:buffer";
import pLimit from "p-limit";
import { NegscopeError } from "../errors/errors.ts";
import { decodingFailed, imageSize } from "../opening/images/decode_image.ts";
import { type Box, boxOf } from "../reading/picture.ts";
import { clipped, fitting, type Forms, type Html, html } from "./html.ts";

/** The small image of each name, or the reason why there is none. */
export type RowPictures = ReadonlyMap<string, Thumbnail | Error>;

export type ReadImage = (name: string) => Promise<Uint8Array>;

/** The pixels on the longer side. */
const SIDE = { most: 224, least: 48 };

const QUALITY = 75;
const AT_ONCE = 32;

/** Makes the largest pictures that fit, all of one size; those for which even the smallest size has no room are left out. */
export async function rowPictures(
  names: Iterable<string>,
  { read, most }: { readonly read: ReadImage | undefined; readonly most: number },
): Promise<RowPictures> {
  const distinct = [...new Set(names)];
  if (read === undefined) {
    return new Map(
      distinct.map((name) => [name, new Error("the report was made without the images")]),
    );
  }
  let side = SIDE.most;
  for (;;) {
    const pictures = await picturesOf(distinct, side, read);
    const bytes = bytesOf(pictures);
    if (bytes <= most || side === SIDE.least) return within(pictures, most);
    side = Math.max(SIDE.least, Math.floor(0.9 * side * Math.sqrt(most / bytes))); // bytes grow with the area
  }
}

async function picturesOf(
  names: readonly string[],
  side: number,
  read: ReadImage,
): Promise<Map<string, Thumbnail | Error>> {
  const limited = pLimit(AT_ONCE);
  return new Map(
    await Promise.all(names.map((name) =>
      limited(async () => {
        const made = read(name).then((bytes) => makeThumbnail(bytes, name, side));
        return [name, await made.catch(asProblem)] as const;
      })
    )),
  );
}

/** A missing image, or a file that is not an image, which the page reports; other errors go on. */
function asProblem(error: unknown): NegscopeError {
  const isOfImage = error instanceof NegscopeError &&
    (error.code.startsWith("image-") || error.code === "file-changed");
  if (isOfImage) return error;
  throw error;
}

function within(pictures: ReadonlyMap<string, Thumbnail | Error>, most: number): RowPictures {
  let left = most;
  return new Map([...pictures].map(([name, picture]) => {
    if (picture instanceof Error) return [name, picture];
    left -= picture.source.length;
    return [name, left >= 0 ? picture : new Error("the page has no room for more images")];
  }));
}

function bytesOf(pictures: ReadonlyMap<string, Thumbnail | Error>): number {
  let bytes = 0;
  for (const picture of pictures.values()) {
    if (!(picture instanceof Error)) bytes += picture.source.length + 40; // the size beside it
  }
  return bytes;
}

interface Thumbnail {
  readonly source: string;
  readonly width: number;
  readonly height: number;
}

/** Scales an image down, as WebP; transparent parts become white, as for the model. */
async function makeThumbnail(
  bytes: Uint8Array,
  name: string,
  side: number,
): Promise<Thumbnail> {
  const { default: sharp } = await import("sharp");
  const image = sharp(bytes);
  const box = boxOf(name);
  if (box !== undefined) image.extract(regionOf(box, await imageSize(bytes, name)));
  const { data, info: { width, height } } = await image
    .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
    .flatten({ background: "white" })
    .webp({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => {
      throw decodingFailed(name, error);
    });
  const source = `data:image/webp;base64,${Buffer.from(data).toString("base64")}`;
  return { source, width, height };
}

function regionOf(
  [x, y, across, down]: Box,
  { width, height }: { readonly width: number; readonly height: number },
) {
  const within = (edge: number, size: number) => Math.min(Math.max(Math.round(edge), 0), size);
  const [left, top] = [within(x, width - 1), within(y, height - 1)];
  const [right, bottom] = [within(x + across, width), within(y + down, height)];
  return { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}

export interface MaskedRow {
  readonly id: string;
  readonly image: string;
  readonly phrase: string;
  readonly size: number;
  readonly levels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

export interface DrawnMask extends MaskedRow {
  readonly source: string;
}

const MASK_QUALITY = 60;

export async function drawMasks(rows: readonly MaskedRow[]): Promise<DrawnMask[]> {
  const { default: sharp } = await import("sharp");
  const drawn: DrawnMask[] = [];
  for (const row of rows) {
    const raw = { width: row.columns, height: row.rows, channels: 1 as const };
    const data = await sharp(row.levels, { raw }).webp({ quality: MASK_QUALITY }).toBuffer();
    drawn.push({
      ...row,
      source: `data:image/webp;base64,${Buffer.from(data).toString("base64")}`,
    });
  }
  return drawn;
}

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
