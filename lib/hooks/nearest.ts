/** The names most like one that is unknown. */

import { closest, distance } from "fastest-levenshtein";

/**
 * The three names that differ least from another, the nearest first.
 *
 * @param name The unknown name.
 * @param known All names that there are.
 */
export function nearest(name: string, known: readonly string[]): string[] {
  return known.toSorted((a, b) => distance(name, a) - distance(name, b)).slice(0, 3);
}

/**
 * The name that another is probably a misspelling of; undefined where none is near.
 *
 * @param name The unknown name.
 * @param known All names that there are, at least one.
 */
export function misspelt(name: string, known: readonly string[]): string | undefined {
  const near = closest(name, known);
  return distance(name, near) <= Math.min(3, 0.6 * name.length) ? near : undefined;
}
