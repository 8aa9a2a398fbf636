/** Charts, pictures, tables and notebooks that cannot be made. */

import { firstLine, readingFailure } from "./describe.ts";

/** A document to write a table into that cannot be read. */
export function documentUnreadable(path: string, cause: unknown): Error {
  return new Error(
    `Cannot update document "${path}": ${readingFailure(cause)}; check --document`,
    { cause },
  );
}

/** A folder to draw figures from that has none. */
export function noCharts(folder: string, cause?: unknown): Error {
  return new Error(
    `Cannot find charts (NAME.vl.json) in "${folder}"; give the folder of a finished run, such as results/trace`,
    { cause },
  );
}

/** A chart's file that holds no spec. */
export function chartUnreadable(path: string, cause?: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read chart "${path}": it must be a JSON object, a Vega-Lite spec; repeat the run with --overwrite`,
    { cause },
  );
}

/** Bytes that a notebook cannot show as a picture. */
export function pictureOfUnknownType(start: Uint8Array): TypeError {
  return new TypeError(
    `Cannot show a picture that begins with the bytes "${start.toHex()}": expected the content of a PNG or JPEG file`,
  );
}

/** A chart's file of which no picture can be made. */
export function chartNotDrawn(path: string, cause: unknown): Error {
  return new Error(`Cannot make pictures of "${path}": ${firstLine(cause)}`, { cause });
}
