/** Vectors side by side, [rows, width], and copies between them. */

/** Values of float32 whose memory is not shared. */
export type Floats = Float32Array<ArrayBuffer>;

export const NOTHING: Floats = new Float32Array();

/** Memory by name that grows with the largest use, and is used again for the next. */
export class RowMemory {
  readonly #arrays = new Map<string, Floats>();

  /** Memory for a number of values; its former values are lost, and it is lost with the next call for the same name. */
  take(name: string, size: number): Floats {
    let array = this.#arrays.get(name);
    if (array === undefined || array.length < size) {
      this.#arrays.set(name, array = new Float32Array(size));
    }
    return array.subarray(0, size);
  }
}

/** Two matrices: the rows of the first have numbers from 0, those of the second are the numbers turned over (`~0`, `~1`, …). */
export interface TwoMatrices {
  readonly own: Floats;
  readonly kept: Floats;
}

/** Rows of two matrices in a given order: a view where they are neighbours in the first, otherwise a copy. */
export function gathered(
  from: TwoMatrices,
  rows: ArrayLike<number>,
  { width, copy }: { readonly width: number; readonly copy: (size: number) => Floats },
): Floats {
  const count = rows.length;
  const first = rows[0] ?? 0;
  if (first >= 0 && runLength(rows, 0) === count) {
    return from.own.subarray(first * width, (first + count) * width);
  }
  const into = copy(count * width);
  copyRows(from, rows, into, width);
  return into;
}

export function copyRows(
  { own, kept }: TwoMatrices,
  rows: ArrayLike<number>,
  into: Floats,
  width: number,
): void {
  for (let i = 0; i < rows.length;) {
    const row = rows[i]!;
    const run = row < 0 ? 1 : runLength(rows, i);
    const [from, first] = row < 0 ? [kept, ~row] : [own, row];
    into.set(from.subarray(first * width, (first + run) * width), i * width);
    i += run;
  }
}

function runLength(rows: ArrayLike<number>, from: number): number {
  const first = rows[from]!;
  let run = 1;
  while (from + run < rows.length && rows[from + run] === first + run) run++;
  return run;
}
