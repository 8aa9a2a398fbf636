/** Columns of numbers, one value per row: checked, centred, standardised; their means and quantiles. */

import { NegscopeError, wrongValue } from "../errors/errors.ts";

/** Refuses columns of different lengths and values that are not finite. */
export function checkColumns(columns: readonly (readonly number[])[]): void {
  for (const column of columns) {
    checkLength("values of a column", column, columns[0]!.length);
    checkFinite(column);
  }
}

/** Refuses a list that does not have one entry for each row; `name` says what its entries are. */
export function checkLength(name: string, { length }: ArrayLike<unknown>, rows: number): void {
  if (length === rows) return;
  throw new NegscopeError("sizes-differ", {
    problem: `Cannot use ${length} ${name} with ${rows} rows`,
    subject: length,
    expected: "one for each row",
  });
}

export function checkFinite(values: ArrayLike<number>, name = "values"): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new NegscopeError("value-not-finite", {
      problem: `Cannot use ${name} that are not all finite`,
      subject: values[i]!,
      reason: `value ${i} is ${values[i]}`,
      fix: "leave out rows with a missing value",
    });
  }
}

/** Whether the values differ by no more than their own rounding error: what correlates with them is noise. */
export function isConstant(values: ArrayLike<number>, noise = 0): boolean {
  let [least, greatest] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return !(greatest - least > noise);
}

/** Subtracts a column's mean, so that sums of products do not lose digits. */
export function centre(column: readonly number[]): Float64Array {
  const mean = sumOf(column) / column.length;
  return Float64Array.from(column, (value) => value - mean);
}

/** The square root of a column's sum of squares. */
export function norm(column: Float64Array): number {
  return Math.sqrt(sumOf(column.map((value) => value * value)));
}

export function checkSamples(samples: number, name = "samples"): void {
  if (Number.isSafeInteger(samples) && samples >= 1) return;
  throw wrongValue(`draw with ${name}`, samples, "a whole number from 1");
}

/**
 * The quantiles at some rising shares, interpolated linearly between neighbours, in the time of a few passes instead of that of sorting; the
 * values are put into another order. Undefined if there is no value.
 */
export function quantiles(
  values: Float64Array,
  shares: readonly number[],
): (number | undefined)[] {
  let from = 0; // the values before it are no greater than those from it on
  return shares.map((share) => {
    if (values.length === 0) return undefined;
    const place = share * (values.length - 1);
    const below = Math.floor(place);
    select(values, below, from);
    from = below;
    const low = values[below]!;
    if (place === below) return low;
    let high = values[below + 1]!;
    for (let i = below + 2; i < values.length; i++) if (values[i]! < high) high = values[i]!;
    return low + (place - below) * (high - low);
  });
}

/** Puts the values from `from` on into an order in which `place` has what sorting puts there, between the smaller and the greater ones (Hoare 1961). */
function select(values: Float64Array, place: number, from: number): void {
  let to = values.length - 1;
  while (from < to) {
    const pivot = values[place]!;
    let [left, right] = [from, to];
    while (left <= right) {
      while (values[left]! < pivot) left++;
      while (pivot < values[right]!) right--;
      if (left > right) break;
      const value = values[left]!;
      values[left++] = values[right]!;
      values[right--] = value;
    }
    if (right < place) from = left;
    if (place < left) to = right;
  }
}

export function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : sumOf(values) / values.length;
}

export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** The inner product of two vectors, in float64; `b` may be longer, and is not read further. */
export function innerProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** How vectors are standardised. */
export interface Standardization {
  /** The mean of every column, [width]. */
  readonly mean: Float64Array;
  /** The population standard deviation of every column, [width]; 1 where the rows differ by rounding errors at most. */
  readonly deviation: Float64Array;
  /** A vector with every column standardised, [width]. */
  readonly apply: (vector: ArrayLike<number>) => Float64Array;
}

/** Columns whose deviation is less, as a share of the largest column's or of a typical value, differ by the rounding errors of float32. */
const ROUNDING = { ofLargest: 1e-4, ofValues: 1e-5 } as const;

/**
 * Measures how to standardise vectors such as these.
 *
 * Columns that differ by rounding errors alone are shifted and not scaled: scaled, their errors would weigh as much as everything else.
 *
 * @param rows The vectors, at least one, all of the same width.
 */
export function standardization(rows: readonly ArrayLike<number>[]): Standardization {
  const width = rows[0]!.length;
  const mean = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0; i < width; i++) mean[i]! += row[i]! / rows.length;
  }
  const deviation = new Float64Array(width);
  let squaredValues = 0;
  for (let i = 0; i < width; i++) {
    const first = rows[0]![i]!;
    if (rows.every((row) => row[i] === first)) mean[i] = first; // its rounded mean may differ from it
    let squares = 0;
    for (const row of rows) {
      squares += (row[i]! - mean[i]!) ** 2;
      squaredValues += row[i]! ** 2;
    }
    deviation[i] = Math.sqrt(squares / rows.length);
  }
  const typical = Math.sqrt(squaredValues / (rows.length * width));
  const largest = deviation.reduce((most, own) => Math.max(most, own), 0);
  const least = Math.max(ROUNDING.ofLargest * largest, ROUNDING.ofValues * typical);
  deviation.forEach((own, i) => {
    if (own <= least) deviation[i] = 1;
  });
  const apply = (vector: ArrayLike<number>) =>
    Float64Array.from(mean, (own, i) => (vector[i]! - own) / deviation[i]!);
  return { mean, deviation, apply };
}
