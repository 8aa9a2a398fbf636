/** The number of numbers that a shape from a file has. */

/**
 * The number of numbers in an array of a shape that comes from outside. Returns the number; undefined if the product of the axes, leaving
 * out those of size 0, is 2^53 or more.
 *
 * @param shape The size of each axis, whole numbers from 0.
 */
export function shapeSize(shape: readonly number[]): number | undefined {
  let size = 1;
  for (const length of shape) {
    size *= length || 1;
    if (!Number.isSafeInteger(size)) return undefined;
  }
  return shape.includes(0) ? 0 : size;
}
