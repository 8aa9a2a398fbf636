/** The known names nearest to a misspelt one. */

import { distance } from "fastest-levenshtein";

/**
 * The known name nearest to a misspelt one.
 *
 * @param name The misspelt name.
 * @param known The names that exist.
 * @returns The nearest; undefined if none is near enough: at most three letters away, and less than 0.6 of the name.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [nearest] = nearestNames(name, known);
  if (nearest === undefined) return undefined;
  return distance(name, nearest) <= Math.min(3, 0.6 * name.length) ? nearest : undefined;
}

/**
 * The three known names nearest to a misspelt one, each in quotes, as messages list them.
 *
 * @param name The misspelt name.
 * @param known The names that exist.
 */
export function nearestText(name: string, known: readonly string[]): string {
  return nearestNames(name, known).map((other) => `"${other}"`).join(", ");
}

/**
 * The three known names nearest to a misspelt one, however far they are.
 *
 * @param name The misspelt name.
 * @param known The names that exist.
 */
function nearestNames(name: string, known: readonly string[]): readonly string[] {
  const ranked = known.map((other) => ({ other, far: distance(name, other) }));
  return ranked.sort((a, b) => a.far - b.far).slice(0, 3).map(({ other }) => other);
}
