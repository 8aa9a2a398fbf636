/** Reads the rows of a file one by one: each is used, left out for a reason, or noted with all that is wrong with it. */

import { type BadRow, RowProblems } from "../checks/bad_rows.ts";
import type { NegscopeError } from "../../errors.ts";
import type { Dropped } from "../pairs.ts";
import { type RowPlace, RowReader } from "./row_reader.ts";

export interface RowValue {
  readonly id: string;
  readonly where: string;
  readonly value: unknown;
  readonly error?: NegscopeError | undefined;
}

export interface ReadEach<Row> {
  readonly found: readonly Row[];
  readonly dropped: readonly Dropped[];
  readonly bad: readonly BadRow[];
}

/**
 * Reads each row.
 *
 * @param read Gives a row, or the reason why a rule of the format leaves it out. It throws what is wrong with the row or, if that may be
 * several things, notes them in `problems`.
 */
export function readEach<Given extends RowValue, Row extends object>(
  rows: readonly Given[],
  source: string,
  read: (
    row: RowReader,
    place: Given & RowPlace,
    problems: RowProblems,
  ) => Row | string | undefined,
): ReadEach<Row> {
  const found: Row[] = [];
  const dropped: Dropped[] = [];
  const bad: BadRow[] = [];
  for (const given of rows) {
    const { id, where, value, error } = given;
    const place = { ...given, source };
    const problems = new RowProblems();
    const made = problems.try(() => {
      if (error !== undefined) throw error;
      return read(RowReader.of(value, place), place, problems);
    });
    if (problems.found.length > 0) bad.push({ id, where, problems: problems.found });
    else if (typeof made === "string") dropped.push({ id, reason: made });
    else found.push(made!);
  }
  return { found, dropped, bad };
}
