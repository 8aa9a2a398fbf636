/** Charts, pictures, tables and notebooks that cannot be made. */

import { firstLine, readingFailure } from "./wording.ts";

/** A document to write a table into that cannot be read. */
export function documentUnreadable(path: string, cause: unknown): Error {
  return new Error(
    `Cannot update document "${path}": ${readingFailure(cause)}; check --document`,
    { cause },
  );
}

/** A document without the place for a table. */
export function markdownMarkMissing(name: string): SyntaxError {
  return new SyntaxError(
    `Cannot update the document: expected "<!-- ${name} -->" and "<!-- /${name} -->" in it; put both marks where the table belongs`,
  );
}

/** A font that the kit should have brought along. */
export function fontMissing(path: string, cause: unknown): Error {
  return new Error(
    `Cannot read font "${path}": it belongs to the kit and charts are measured with it; install the kit again`,
    { cause },
  );
}

/** A font file that is not the one that the kit brought along. */
export function fontDamaged(cause?: unknown): Error {
  return new Error(
    "Cannot read the kit's font: the file is no TrueType font; install the kit again",
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

/** A chart whose labels take more width than its preset has. */
export function pictureTooNarrow(
  preset: string,
  { width, needed }: { readonly width: number; readonly needed: number },
): RangeError {
  return new RangeError(
    `Cannot fit the chart into ${width} points of "${preset}": labels and legends alone need ${needed}; take a wider venue`,
  );
}

/** A release of Vega that does not let text be measured. */
export function textNotMeasurable(): TypeError {
  return new TypeError(
    "Cannot measure text: this release of Vega has no textMetrics.width; use the one that deno.json names",
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

/** A chart that Vega does not understand. */
export function chartInvalid(cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot draw the chart as it is no Vega-Lite spec: ${
      firstLine(cause)
    }; mend it, or repeat the run with --overwrite`,
    { cause },
  );
}

/** A chart that Vega complains about. */
export function chartWarned(message: string): Error {
  return new Error(`Cannot draw the chart as Vega warns: ${message}; mend its spec or its table`);
}

/** A chart that is not complete in itself. */
export function chartLoadsData(name: string): Error {
  return new Error(
    `Cannot draw the chart as its data set "${name}" is loaded from elsewhere: put the rows into the spec`,
  );
}

/** A number that no table may hold. */
export function cellNotFinite(
  table: string,
  column: string,
  row: number,
  value: number,
): RangeError {
  return new RangeError(
    `Cannot write table "${table}": column "${column}" of row ${row} is ${value}, but a number must be finite; leave a missing value undefined`,
  );
}

/** A row with a value that the table would drop. */
export function columnNotListed(
  table: string,
  column: string,
  columns: readonly string[],
): TypeError {
  const listed = columns.join(", ");
  return new TypeError(
    `Cannot write table "${table}": its rows have "${column}", which is not among its columns ${listed}; list it or leave it out of the rows`,
  );
}
