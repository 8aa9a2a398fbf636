/** Errors that both the reader of files and the reader of lists find. */

import { NegscopeError } from "../errors.ts";

/**
 * The error for a text that holds pairs in none of the known forms.
 *
 * @param source The file.
 * @param reason What was found instead.
 */
export function dataFormatUnknown(source: string, reason: string): NegscopeError {
  return new NegscopeError("data-format-unknown", {
    problem: `Cannot read pairs from "${source}"`,
    subject: source,
    reason,
    expected:
      "the JSON object of a VALSE file, a JSON array of pairs, or CSV with columns id, image, negation, caption, foil",
  });
}

/**
 * The error for a data file without a single pair to use.
 *
 * @param source The file.
 * @param reason Why there is none.
 */
export function dataEmpty(source: string, reason: string): NegscopeError {
  return new NegscopeError("data-empty", {
    problem: `Cannot use data file "${source}"`,
    subject: source,
    reason,
    expected: "at least one pair",
  });
}
