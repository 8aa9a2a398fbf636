/** Which effects a summary names, by their shares of d. */

import { excludesZero } from "../../tables/estimates.ts";

/** The least share of d that summaries name, of either sign. */
export const LEAST_SHARE = 0.05;

/** A share of d with the interval that holds for all lines of its table and group at once. */
export interface ShareLine {
  /** The share. */
  readonly share?: number | undefined;
  /** The interval's lower bound. */
  readonly simultaneous_low?: number | undefined;
  /** The interval's upper bound. */
  readonly simultaneous_high?: number | undefined;
}

/**
 * The lines that a summary names, the largest share of either sign first: at least {@linkcode LEAST_SHARE}, with a simultaneous interval
 * that excludes 0. What a single row has is certain of it, and needs no interval.
 */
export function largestShares<Line extends ShareLine>(
  lines: readonly Line[],
  ofOneRow = false,
): Line[] {
  return lines.filter((line) =>
    ofOneRow ? Math.abs(line.share ?? 0) >= LEAST_SHARE : isNamedShare(line)
  )
    .sort((a, b) => Math.abs(b.share!) - Math.abs(a.share!));
}

export function isNamedShare(line: ShareLine): boolean {
  return isCertain(line) && Math.abs(line.share!) >= LEAST_SHARE;
}

/** The least effect on alpha that summaries name, in logits: the affirmative sentence rises by twice as much. */
const LEAST_ALPHA = 0.1;

/** Whether an effect on alpha is named: by its size, with a simultaneous interval that excludes 0. */
export function isNamedAlpha(
  alpha: number | undefined,
  bounds: { readonly low?: number | undefined; readonly high?: number | undefined },
): boolean {
  return alpha !== undefined && Math.abs(alpha) >= LEAST_ALPHA && excludesZero(bounds);
}

/** Whether a share has an interval, so that it can be told from 0. */
export function isTestedShare({ simultaneous_low: low }: ShareLine): boolean {
  return low !== undefined;
}

function isCertain({ simultaneous_low: low, simultaneous_high: high }: ShareLine): boolean {
  return excludesZero({ low, high });
}

/** What a summary says where it names nothing: that there is nothing only if every interval lies near 0. */
export function noneNamedText(lines: readonly ShareLine[]): string {
  if (lines.every(({ share }) => share === undefined)) {
    return "no share of d, since d is no more than the rounding error of S in every row";
  }
  const tested = lines.filter(isTestedShare);
  if (tested.length === 0) return `none of ${LEAST_SHARE} or more`; // in a single row
  const most = Math.max(
    ...tested.map(({ simultaneous_low: low, simultaneous_high: high }) => Math.max(-low!, high!)),
  );
  if (most > LEAST_SHARE) {
    return `none certain of ${LEAST_SHARE} or more; by simultaneous 95 % intervals shares up to ${
      most.toFixed(2)
    } are possible`;
  }
  const certain = tested.filter(isCertain).length;
  const smaller = certain === 0 ? "" : ` of ${LEAST_SHARE} or more, ${certain} smaller`;
  return `none${smaller}; by simultaneous 95 % intervals no share is beyond ${LEAST_SHARE}`;
}
