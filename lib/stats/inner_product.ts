/** The inner product of vectors. */

/** The inner product of two vectors, in float64; `b` may be longer, and is not read further. */
export function innerProduct(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
