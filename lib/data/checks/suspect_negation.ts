/** Rows that can be used but may not be what they say: no negating word, or one in the wrong sentence. */

import { visibleLine } from "../../errors.ts";
import { countNegations } from "../negation.ts";
import { affirmativeSentence, negatedSentence, type Pair } from "../pairs.ts";

export interface RowWarning {
  /** The doubt, e.g. `no known negating word in the sentence given as negated`. */
  readonly warning: string;
  readonly n: number;
  readonly ids: readonly string[];
}

/** The most ids in a line; manifest.json has all. */
const MOST_IDS = 20;

const NONE = "no known negating word in the sentence given as negated";
const OTHER_SIDE =
  "more negating words in the other sentence than in the one given as negated, so that the sides may be exchanged";

/** Finds rows whose negation is doubtful. A row that names its negator's position may have a negating word that the kit does not know. */
export function negationWarnings(pairs: readonly Pair[]): RowWarning[] {
  const doubts = pairs.flatMap((pair) => {
    const warning = doubtOf(pair);
    return warning === undefined ? [] : [{ warning, id: pair.id }];
  });
  return [...Map.groupBy(doubts, ({ warning }) => warning)].map(([warning, rows]) => (
    { warning, n: rows.length, ids: rows.map(({ id }) => id) }
  ));
}

function doubtOf(pair: Pair): string | undefined {
  const negated = countNegations(negatedSentence(pair));
  if (countNegations(affirmativeSentence(pair)) > negated) return OTHER_SIDE;
  return negated === 0 && pair.negator === undefined ? NONE : undefined;
}

export function warningText({ warning, n, ids }: RowWarning): string {
  return `Warning: ${n} ${n === 1 ? "row has" : "rows have"} ${warning}: ${idsText(ids)}`;
}

export function idsText(ids: readonly string[]): string {
  const more = ids.length - MOST_IDS;
  const text = ids.slice(0, MOST_IDS).map(visibleLine).join(", ");
  return more > 0 ? `${text} and ${more} more` : text;
}
