/** Numbers and texts as a page holds them: deflated (RFC 1950), then base64. */

import { Buffer } from "node:buffer";
import { deflateSync } from "node:zlib";

function packBytes(bytes: Uint8Array): string {
  return Buffer.from(deflateSync(bytes, { level: 9 })).toString("base64");
}

export function packText(text: string): string {
  return packBytes(Buffer.from(text));
}

/**
 * Packs numbers, rounded to a number of digits after the point. Each is a whole number of steps n, as the code 2n + 1 or, below 0,
 * -2n; 0 stands for a missing value. A code is written in base 128, lowest digit first, with 128 added to all digits but the last.
 *
 * @param values The numbers; NaN for a missing value.
 */
export function packNumbers(values: Iterable<number>, decimals: number): string {
  const bytes: number[] = [];
  for (const value of values) {
    let code = codeOf(value * 10 ** decimals);
    for (; code >= 128; code = Math.floor(code / 128)) bytes.push(128 + code % 128);
    bytes.push(code);
  }
  return packBytes(Uint8Array.from(bytes));
}

function codeOf(steps: number): number {
  if (Number.isNaN(steps)) return 0;
  const most = 2 ** 51; // so that every code is exact
  const n = Math.max(-most, Math.min(most, Math.round(steps)));
  return n < 0 ? -2 * n : 2 * n + 1;
}

/** Digits after the point with which most values of a column have three digits. */
export function decimalsFor(scale: number): number {
  if (!(scale > 0)) return 2;
  return Math.min(12, Math.max(0, 2 - Math.floor(Math.log10(scale))));
}
