/** Rows of a data file that cannot be used, which are reported all at once or left out and counted, and rows that may not be what they say. */

import { type ErrorCode, NegscopeError, visibleLine } from "../errors/errors.ts";
import type { ErrorParts } from "../errors/negscope_error.ts";
import { affirmativeSentence, type Dropped, negatedSentence, type Pair } from "./pairs.ts";
import { countNegations } from "./words.ts";

/** An error about a row without its stack trace, since a large file may have a hundred thousand of them. */
export interface RowProblem extends Omit<ErrorParts, "details"> {
  readonly code: ErrorCode;
  readonly gist: string;
}

export interface BadRow {
  readonly id: string; // its id; `row N` if it has none
  readonly where: string; // its place in messages, e.g. `pair "dog" (row 3)`
  /** What is wrong with it, at least one problem. Rows with the same bad image share a problem. */
  readonly problems: readonly RowProblem[];
}

const MOST_LINES = 20; // most lines in a message; the others are counted

/** Collects what is wrong with one row, so that one message can tell it all. */
export class RowProblems {
  readonly #found: RowProblem[] = [];

  get found(): readonly RowProblem[] {
    return this.#found;
  }

  /** Takes note of an error about the row; any other error is thrown again. Returns what was read; undefined if that failed. */
  try<Value>(read: () => Value): Value | undefined {
    try {
      return read();
    } catch (error) {
      this.#found.push(rowProblem(error));
      return undefined;
    }
  }

  /** Reads all parts of a row, and takes note of everything that is wrong; undefined if anything is. */
  tryAll<Values extends object>(
    reads: { readonly [Name in keyof Values]: () => Values[Name] },
  ): Values | undefined {
    const before = this.#found.length;
    const values = Object.entries<() => unknown>(reads).map(([name, read]) =>
      [name, this.try(read)] as const
    );
    return this.#found.length > before ? undefined : Object.fromEntries(values) as Values;
  }
}

/** A row, if one of some checks finds something wrong with it. */
export function badRow(
  row: Omit<BadRow, "problems">,
  checks: readonly (() => unknown)[],
): BadRow[] {
  const problems = new RowProblems();
  for (const check of checks) problems.try(check);
  return problems.found.length === 0 ? [] : [{ ...row, problems: problems.found }];
}

export function rowProblem(error: unknown): RowProblem {
  if (!(error instanceof NegscopeError) || error.gist === undefined) throw error;
  const { code, problem, subject, reason, expected, fix, gist, cause } = error;
  return { code, problem, subject, reason, expected, fix, gist, cause };
}

/** Bad rows as rows that are left out; the reason is that of the first problem. */
export function skippedRows(rows: readonly BadRow[]): Dropped[] {
  return rows.map(({ id, problems: [first] }) => ({ id, reason: first!.gist, skipped: true }));
}

/** The error for rows that cannot be used: that of the problem if there is only one, else one with a line for each problem. */
export function rowsUnusable(
  bad: readonly BadRow[],
  { rows, source, images, embeddings }: {
    readonly rows: number;
    readonly source: string;
    readonly images?: string;
    readonly embeddings?: string;
  },
): NegscopeError {
  const problems = new Map<RowProblem, string>(); // each with the place of its first row
  for (const { where, problems: found } of bad) {
    for (const problem of found) if (!problems.has(problem)) problems.set(problem, where);
  }
  const [first] = problems.keys();
  const [them, those] = bad.length === 1 ? ["it", "this row"] : ["them", "these rows"];
  const leaving = bad.length === rows ? "" : `, or leave ${those} out (--skip-bad)`;
  if (problems.size === 1) {
    const fix = leaving === "" ? first!.fix : `${first!.fix ?? `correct ${them}`}${leaving}`;
    return new NegscopeError(first!.code, { ...first!, fix });
  }
  const lines = [...problems].slice(0, MOST_LINES).map(([problem, where]) =>
    `${where}: ${lineOf(problem)}`
  );
  const more = problems.size - MOST_LINES;
  const fixes = new Set([...problems.keys()].map(({ fix }) => fix));
  const beside = Object.entries({ images, embeddings }).flatMap(([what, path]) =>
    path === undefined ? [] : [` with the ${what} in "${path}"`]
  );
  const from = `"${source}"${beside.join("")}`;
  const shared = fixes.size === 1 ? [...fixes][0] : undefined;
  return new NegscopeError("data-rows-unusable", {
    problem: `Cannot use ${bad.length} of ${rows} rows from ${from}`,
    subject: source,
    fix: `${shared ?? `correct ${them}`}${leaving}`,
    details: more <= 0 ? lines : [...lines, `and ${more} more`],
  });
}

/** What is wrong, without the row and without the fix. */
function lineOf({ code, subject, problem, reason, expected }: RowProblem): string {
  const what = code.startsWith("image-") ? `image "${subject}": ` : "";
  return `${what}${
    [reason ?? problem, expected && `expected ${expected}`].filter(Boolean).join("; ")
  }`;
}

/** Puts together the problems that different checks found in the same row. */
export function joinBadRows(rows: readonly BadRow[]): BadRow[] {
  return [...Map.groupBy(rows, ({ id }) => id).values()].map((same) => ({
    ...same[0]!,
    problems: same.flatMap(({ problems }) => problems),
  }));
}

export interface RowWarning {
  readonly warning: string; // doubt, e.g. `no known negating word in the sentence given as negated`
  readonly n: number;
  readonly ids: readonly string[];
}

const MOST_IDS = 20; // most ids in a line; manifest.json has all
const NONE = "no known negating word in the sentence given as negated";
const OTHER_SIDE =
  "more negating words in the other sentence than in the one given as negated, so that the sides may be exchanged";

/** Finds rows whose negation is doubtful. A row that names its negator's position may have a negating word that the kit does not know. */
export function negationWarnings(pairs: readonly Pair[]): RowWarning[] {
  const doubts = pairs.flatMap((pair) => {
    const { id, negator } = pair;
    const negated = countNegations(negatedSentence(pair));
    if (countNegations(affirmativeSentence(pair)) > negated) return [{ warning: OTHER_SIDE, id }];
    return negated === 0 && negator === undefined ? [{ warning: NONE, id }] : [];
  });
  return [...Map.groupBy(doubts, ({ warning }) => warning)].map(([warning, rows]) => (
    { warning, n: rows.length, ids: rows.map(({ id }) => id) }
  ));
}

export function warningText({ warning, n, ids }: RowWarning): string {
  return `Warning: ${n} ${n === 1 ? "row has" : "rows have"} ${warning}: ${idsText(ids)}`;
}

export function idsText(ids: readonly string[]): string {
  const more = ids.length - MOST_IDS;
  const text = ids.slice(0, MOST_IDS).map(visibleLine).join(", ");
  return more > 0 ? `${text} and ${more} more` : text;
}
