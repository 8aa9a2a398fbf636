/** What is wrong with a file of sentence pairs, or one of them. */

import { firstLine, readingFailure, shown } from "./wording.ts";

/** A data file that is not there or cannot be read. */
export function dataFileUnreadable(path: string, cause: unknown): Error {
  return new Error(`Cannot read data file "${path}": ${readingFailure(cause)}; check --data`, {
    cause,
  });
}

/** A text that holds pairs in none of the known forms. */
export function dataFormatUnknown(source: string, why: string): SyntaxError {
  return new SyntaxError(
    `Cannot read pairs from "${source}": expected the JSON object of a VALSE file, a JSON array of pairs, or CSV with columns id, image, negation, caption, foil, but ${why}`,
  );
}

/** A data file with a syntax error. */
export function dataBroken(source: string, form: "JSON" | "CSV", cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read "${source}" as ${form}: ${firstLine(cause)}; mend it or write it again`,
    { cause },
  );
}

/** A table of pairs without a column that it needs. */
export function dataColumnMissing(
  source: string,
  column: string,
  found: readonly string[],
): TypeError {
  return new TypeError(
    `Cannot read pairs from "${source}": column "${column}" is missing; expected id, image, negation, caption, foil[, negator][, subject_size], found ${
      found.join(", ")
    }`,
  );
}

/** A table of pairs with two columns of one name. */
export function dataColumnTwice(source: string, column: string): TypeError {
  return new TypeError(
    `Cannot read pairs from "${source}": column "${column}" is there twice; rename or remove one`,
  );
}

/** A CSV record with too many or too few fields. */
export function dataFieldsDiffer(
  source: string,
  { row, fields, columns }: {
    readonly row: number;
    readonly fields: number;
    readonly columns: number;
  },
): SyntaxError {
  return new SyntaxError(
    `Cannot read row ${row} from "${source}": it has ${fields} fields, but the header has ${columns}; put quotes around text with commas`,
  );
}

/** A data file without a single pair to use. */
export function dataEmpty(source: string, why: string): RangeError {
  return new RangeError(`Cannot use data file "${source}": ${why}; expected at least one pair`);
}

/** Where a row stands: its data file, and itself as messages name it. */
interface RowPlace {
  readonly source: string;
  readonly where: string;
}

/** A value of a row, and what it should be. */
interface WrongValue {
  readonly key: string;
  readonly value: unknown;
  readonly expected: string;
}

/** A row that is no record of values. */
export function pairNotObject({ source, where }: RowPlace, value: unknown): TypeError {
  return new TypeError(
    `Cannot read ${where} from "${source}": expected an object, but it is ${shown(value)}`,
  );
}

/** A value of a row that is of the wrong type. */
export function pairValueOfWrongType(place: RowPlace, wrong: WrongValue): TypeError {
  return new TypeError(pairValueMessage(place, wrong));
}

/** A value of a row that is of the right type, but cannot be. */
export function pairValueWrong(place: RowPlace, wrong: WrongValue): RangeError {
  return new RangeError(pairValueMessage(place, wrong));
}

function pairValueMessage({ source, where }: RowPlace, wrong: WrongValue): string {
  const found = shown(wrong.value);
  return `Cannot read ${where} from "${source}": "${wrong.key}" must be ${wrong.expected}, but it is ${found}`;
}

/** An id that two rows share. */
export function pairIdRepeated({ source, where }: RowPlace, first: string): RangeError {
  return new RangeError(
    `Cannot read ${where} from "${source}": "id" must be unique, but ${first} has it already`,
  );
}

/** A pair of sentences that are the same. */
export function pairSentencesEqual({ source, where }: RowPlace): RangeError {
  return new RangeError(
    `Cannot read ${where} from "${source}": "caption" and "foil" must differ, but they are the same sentence`,
  );
}

/** A pair that is not in the rephrased form. */
export function pairWordsDiffer({ source, where }: RowPlace, found: string): RangeError {
  return new RangeError(
    `Cannot read ${where} from "${source}": caption and foil must differ in exactly one word, but they ${found}; use --protocol standard`,
  );
}

/** A rephrased pair whose sentences have different numbers of tokens. */
export function pairLengthsDiffer(id: string, negated: number, affirmative: number): RangeError {
  return new RangeError(
    `Cannot align pair "${id}": its sentences must have equally many tokens, but the negated one has ${negated} and the affirmative one ${affirmative}; use --protocol standard`,
  );
}

/** A pair whose negated sentence has nothing to negate with. */
export function pairNegatorMissing(id: string): RangeError {
  return new RangeError(
    `Cannot find the negator of pair "${id}": the affirmative sentence has every token of the negated one; check which sentence is negated, and that both fit into the tokens that the model reads`,
  );
}

/** A rephrased pair whose sentences differ in other than one token. */
export function pairTokensDiffer(id: string, tokens: number): RangeError {
  return new RangeError(
    `Cannot align pair "${id}": its sentences must differ in exactly one token, but they differ in ${tokens}; use --protocol standard`,
  );
}

/** A negator position that does not fit the sentence. */
export function pairNegatorWrong(id: string, negator: number, expected: string): RangeError {
  return new RangeError(
    `Cannot align pair "${id}": its negator must be ${expected}, but it is ${negator}`,
  );
}

/** A row that the data does not have. */
export function rowUnknown(id: string, ids: readonly string[]): RangeError {
  return new RangeError(
    `Cannot find row "${id}": the study's ${ids.length} rows are "${ids[0]}" to "${ids.at(-1)}"`,
  );
}
