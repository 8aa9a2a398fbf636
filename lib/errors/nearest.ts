/** The known names nearest to a misspelt one. */

import { distance } from "fastest-levenshtein";

/** The known name nearest to a misspelt one, at most three letters away and less than 0.6 of the longer name; undefined if none is. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [nearest] = nearestNames(name, known);
  if (nearest === undefined) return undefined;
  const letters = distance(name, nearest);
  const longer = Math.max(name.length, nearest.length);
  return letters <= 3 && letters < 0.6 * longer ? nearest : undefined;
}

/** The three known names nearest to a misspelt one, each in quotes, as messages list them; near by letters, or as `farTo` tells. */
export function nearestText(
  name: string,
  known: readonly string[],
  farTo?: (other: string) => number,
): string {
  return nearestNames(name, known, farTo).map((other) => `"${other}"`).join(", ");
}

/** How far a name is in letters from another, or from its nearest ending after a dot, as `mlp.hook_post` from `blocks.0.mlp.hook_post`. */
export function farByEnding(name: string): (other: string) => number {
  return (other) => {
    const parts = other.split(".");
    const endings = parts.map((_, from) => parts.slice(from).join("."));
    return Math.min(...endings.map((ending) => distance(name, ending)));
  };
}

function nearestNames(
  name: string,
  known: readonly string[],
  farTo: (other: string) => number = (other) => distance(name, other),
): readonly string[] {
  const ranked = known.map((other) => ({ other, far: farTo(other) }));
  return ranked.sort((a, b) => a.far - b.far).slice(0, 3).map(({ other }) => other);
}
