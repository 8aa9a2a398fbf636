/** How far two lists of values put the same things in one order. */

import { rankCorrelation } from "./rank_correlation.ts";

/** Values are rounded to multiples of it, since float32 does not tell nearer ones apart. */
const LEAST = 1e-3;

export interface Agreement {
  /** The things that both have. */
  readonly parts: number;
  /** Spearman's rho; undefined below three things, and where all are tied in either list. */
  readonly rho: number | undefined;
}

export function agreementOf(
  first: ReadonlyMap<string, number>,
  second: ReadonlyMap<string, number>,
): Agreement {
  const shared = [...first.keys()].filter((name) => second.has(name));
  const [x, y] = [first, second].map((values) =>
    shared.map((name) => Math.round(values.get(name)! / LEAST) * LEAST)
  );
  return { parts: shared.length, rho: rankCorrelation(x!, y!, LEAST / 2) };
}
