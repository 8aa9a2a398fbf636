/** Inner products of stored float32 numbers with vectors, in float64. */

export interface Stretches {
  /** The index of the first stored number. @default {0} */
  readonly from?: number;
  /** The index of the vector's first number. @default {0} */
  readonly first?: number;
  /** How many numbers count. @default {all of the vector} */
  readonly count?: number;
}

export function dot(
  values: Float32Array,
  vector: Float64Array,
  { from = 0, first = 0, count = vector.length }: Stretches = {},
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[from + i]! * vector[first + i]!;
  return sum;
}

/**
 * A matrix times vectors. Four of them go through the matrix together, which takes a third of the time; none depends on the others.
 *
 * @param matrix The matrix, [rows, columns].
 * @returns A vector of as many numbers as it has rows for each.
 */
export function timesEach(
  matrix: Float32Array,
  vectors: readonly Float64Array[],
): Float64Array[] {
  const columns = vectors[0]?.length ?? 1;
  const results = vectors.map(() => new Float64Array(matrix.length / columns));
  for (let first = 0; first < vectors.length; first += 4) {
    const [a, b = a, c = a, d = a] = vectors.slice(first, first + 4);
    const own = results.slice(first, first + 4);
    const [of_a, of_b = of_a, of_c = of_a, of_d = of_a] = own;
    timesFour(matrix, [a!, b!, c!, d!], [of_a!, of_b!, of_c!, of_d!]);
  }
  return results;
}

type Four = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

/** Two rows at a time: eight products of six numbers. A vector that is repeated, or a last row alone, is computed again. */
function timesFour(matrix: Float32Array, [a, b, c, d]: Four, [e, f, g, h]: Four): void {
  const columns = a.length;
  for (let row = 0; row < e.length; row += 2) {
    const next = Math.min(row + 1, e.length - 1);
    const [from, after] = [row * columns, next * columns];
    let p = 0;
    let q = 0;
    let r = 0;
    let s = 0;
    let t = 0;
    let u = 0;
    let v = 0;
    let w = 0;
    for (let i = 0; i < columns; i++) {
      const x = matrix[from + i]!;
      const y = matrix[after + i]!;
      p += x * a[i]!;
      q += x * b[i]!;
      r += x * c[i]!;
      s += x * d[i]!;
      t += y * a[i]!;
      u += y * b[i]!;
      v += y * c[i]!;
      w += y * d[i]!;
    }
    [e[row], f[row], g[row], h[row]] = [p, q, r, s];
    [e[next], f[next], g[next], h[next]] = [t, u, v, w];
  }
}
