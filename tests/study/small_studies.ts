/** Studies of a few rows whose sentences share or lack roles. */

import type { Pair, Protocol } from "../../lib/data/pairs.ts";
import { Study } from "../../lib/runs/study.ts";
import { TINY } from "../studies.ts";

/** A row with a negated caption. */
export function pair(id: string, negated: string, affirmative: string): Pair {
  return { id, image: "alpha.png", negation: "caption", caption: negated, foil: affirmative };
}

export const INSERTED = pair("inserted", "There are no birds.", "There are birds.");
const SUBSTITUTED = pair("substituted", "There are no birds.", "There are some birds.");
export const START = pair("start", "No birds are here.", "Birds are here.");
export const FIRST = pair("first", "There are no birds.", "There are some birds.");
export const SECOND = pair("second", "no are some birds.", "There are some birds.");

export const SHORT = pair("short", "There are no birds above.", "There are some birds above.");
export const LONG = pair(
  "long",
  "There are no birds in the garden.",
  "There are some birds in the garden.",
);

/** Rows, and the protocol that aligns them. */
export interface SmallStudy {
  readonly pairs: readonly Pair[];
  readonly protocol: Protocol;
}

/** Opens a study of some rows with the committed model. */
export async function withStudy(
  { pairs, protocol }: SmallStudy,
  use: (study: Study) => Promise<void>,
): Promise<void> {
  const { model, images } = TINY;
  await using study = await Study.open({
    ...{ model, images, pairs, protocol, threads: 1, cache: false },
  });
  await use(study);
}

export const STANDARD = {
  pairs: [INSERTED, SUBSTITUTED, START],
  protocol: "standard",
} as const satisfies SmallStudy;
export const SHARED = {
  pairs: [FIRST, SECOND],
  protocol: "rephrased",
} as const satisfies SmallStudy;
export const ONE = { pairs: [INSERTED], protocol: "standard" } as const satisfies SmallStudy;
