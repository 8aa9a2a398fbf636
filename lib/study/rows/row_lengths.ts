/** Rows with sentences that are longer than the model reads. */

import { type BadRow, RowProblems, rowsUnusable } from "../../data/bad_rows.ts";
import type { Pair } from "../../data/pairs.ts";
import type { SentenceReader } from "../../model/text/text_tower.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";

type Lengths = Pick<SentenceReader, "checkLength">;

/** Refuses rows with a sentence that is longer than the model reads. */
export async function checkLengths(
  text: Lengths,
  pairs: readonly Pair[],
  source = "pairs",
): Promise<undefined> {
  const long = await inTurns(longRows(text, pairs));
  if (long.length > 0) throw rowsUnusable(long, { source, rows: pairs.length });
}

/** Finds the rows with a sentence that is longer than the model reads, in steps. */
export function* longRows(
  text: Lengths,
  pairs: readonly Pair[],
): Steps<readonly BadRow[]> {
  const fitting = new Set<string>(); // the sentences of rows that fit
  const bad: BadRow[] = [];
  for (const pair of pairs) {
    const { id, caption, foil } = pair;
    if (fitting.has(caption) && fitting.has(foil)) continue;
    yield;
    const { found } = lengthProblems(text, pair);
    if (found.length > 0) bad.push({ id, where: placeOfRow(id), problems: found });
    else fitting.add(caption).add(foil);
  }
  return bad;
}

export function lengthProblems(
  text: Lengths,
  { id, caption, foil }: Pair,
): RowProblems {
  const problems = new RowProblems();
  for (const [called, sentence] of Object.entries({ caption, foil })) {
    const names = { subject: placeOfRow(id), called: `its ${called}` };
    problems.try(() => text.checkLength(sentence, names));
  }
  return problems;
}

/** The place of a row in messages, e.g. `pair "dog"`. */
export function placeOfRow(id: string): string {
  return `pair ${JSON.stringify(id)}`;
}
