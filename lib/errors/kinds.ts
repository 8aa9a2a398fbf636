/** Errors of one wording. docs/errors.md takes their texts from the calls: write the problem first and as a literal. */

import { distance } from "fastest-levenshtein";
import { type ErrorCode, NegscopeError, readingFailure, shown } from "./negscope_error.ts";

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
function farByEnding(name: string): (other: string) => number {
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

/** `Cannot read data file "pairs.csv": there is no such file; check the data file`. */
export function unreadableFile({ doing, path, cause, fix, code = "file-unreadable" }: {
  readonly doing: string; // what could not be done, with the kind of file, e.g. `read data file`
  readonly path: string;
  readonly cause: unknown;
  readonly fix: string;
  readonly code?: ErrorCode; // default: "file-unreadable"
}): NegscopeError {
  return new NegscopeError(code, {
    problem: `Cannot ${doing} "${path}"`,
    subject: path,
    reason: readingFailure(cause),
    fix,
    cause,
  });
}

/** `Cannot seed with -1: expected a whole number from 0`: `doing` is `seed with`; texts are quoted, and long values cut. */
export function wrongValue(
  doing: string,
  value: unknown,
  expected: string,
  { code = "value-wrong", ...parts }: {
    readonly reason?: string | undefined;
    readonly fix?: string | undefined;
    readonly code?: ErrorCode;
  } = {},
): NegscopeError {
  const isNumber = typeof value === "number"; // NaN and infinities too, which JSON lacks
  return new NegscopeError(code, {
    problem: `Cannot ${doing} ${isNumber ? value : shown(value)}`,
    subject: isNumber || typeof value === "string" ? value : shown(value),
    expected,
    ...parts,
  });
}

/** `Cannot find hook point "hook_pree": the nearest are "blocks.0.hook_resid_pre", …; run the inspect task for all of them`. */
export function unknownName({ doing, name, known, fix }: {
  readonly doing: string; // what could not be done with the name, e.g. `find hook point`
  readonly name: string;
  /** The names that there are; of names with dots, a misspelt ending is compared with endings. */
  readonly known: readonly string[];
  readonly fix?: string | undefined;
}): NegscopeError {
  return new NegscopeError("name-unknown", {
    problem: `Cannot ${doing} ${shown(name)}`,
    subject: name,
    reason: known.length === 0
      ? "there are none"
      : `the nearest are ${nearestText(name, known, farByEnding(name))}`,
    fix,
  });
}
