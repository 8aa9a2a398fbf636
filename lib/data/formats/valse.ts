/** The existence part of VALSE (Parcalabescu et al. 2022): an object of rows by id. */

import {
  allDropped,
  dataEmpty,
  type DataFormat,
  parseJsonRows,
  type ReadOptions,
  type ReadRows,
} from "./format.ts";
import { type BadRow, RowProblems } from "../checks/bad_rows.ts";
import { countNegations, findNegation } from "../negation.ts";
import type { Dropped, Pair, Protocol } from "../pairs.ts";
import { rephrase } from "../rephrase.ts";
import { refuseMisspelt } from "./misspelt_key.ts";
import { type RowPlace, RowReader } from "./row_reader.ts";
import { shown } from "../../errors.ts";

/** The format of VALSE. Under the rephrased protocol its pairs are rephrased by rule. */
export const VALSE: DataFormat = {
  name: "valse",
  form: "the JSON object of a VALSE file",
  matches: (text) => /^\s*\{/.test(text),
  read: (text, options) => {
    const { value, keys } = parseJsonRows(text, options.source);
    const rows = value as Readonly<Record<string, unknown>>;
    return readRows(new Map(keys.map((id) => [id, rows[id]])), options);
  },
};

function readRows(
  file: ReadonlyMap<string, unknown>,
  { source, protocol }: ReadOptions,
): ReadRows {
  const valse = parseValse(file, { source, protocol });
  if (valse.rows === 0) throw dataEmpty(source, "it has no rows");
  const { pairs, dropped } = protocol === "rephrased"
    ? rephrase(valse.pairs)
    : { pairs: valse.pairs, dropped: [] };
  const { bad, rows } = valse;
  const reasons = new Map<string, Dropped>();
  for (const row of [...valse.dropped, ...dropped]) reasons.set(row.id, row);
  const inOrder = [...file.keys()].flatMap((id) => reasons.get(id) ?? []);
  if (pairs.length === 0 && bad.length === 0) throw allDropped(source, rows, inOrder);
  return { pairs, bad, dropped: inOrder, rows };
}

function rowOf(value: unknown, place: RowPlace): RowReader {
  const row = RowReader.of(value, place);
  refuseMisspelt(Object.keys(value as object), ["subject_size"], place);
  return row;
}

/** How many of the three annotators must agree that the caption, and not the foil, is true of the image. */
export const AGREEING = 2;

/** Why {@linkcode parseValse} leaves a row out. */
export type ValseDropReason =
  | "fewer than 2 annotators agree with the caption"
  | "neither sentence is negated"
  | "both sentences are equally negated"
  | "caption and foil are the same sentence, which accuracies over all rows count as wrong";

export interface ValseRows {
  /** The usable rows in the order of the file, with their original sentences. */
  readonly pairs: readonly Pair[];
  /** The other rows, in the order of the file. */
  readonly dropped: readonly (Dropped & { readonly reason: ValseDropReason })[];
  /** The rows that cannot be read, in the order of the file. */
  readonly bad: readonly BadRow[];
  readonly rows: number;
}

/**
 * Reads the rows of a VALSE file. A row is kept if at least two annotators agree with its caption (method, section 1), or whatever they
 * say under the protocol `all`, and if one of its sentences has more negating words than the other.
 *
 * @param file The rows of the JSON object by id, in the order of the file. Of a row, `image_file`, `caption`, `foil`, `mturk.caption` and, if
 * present, `subject_size` are read.
 * @param options The file's name, for messages, and the protocol. @default {a protocol with the filter on annotators}
 */
export function parseValse(
  file: ReadonlyMap<string, unknown>,
  { source, protocol }: { readonly source: string; readonly protocol?: Protocol },
): ValseRows {
  const pairs: Pair[] = [];
  const dropped: (Dropped & { readonly reason: ValseDropReason })[] = [];
  const bad: BadRow[] = [];
  for (const [id, value] of file) {
    const found = readRow(id, value, { source, protocol });
    if (typeof found === "string") dropped.push({ id, reason: found });
    else if ("problems" in found) bad.push(found);
    else pairs.push(found);
  }
  return { pairs, dropped, bad, rows: file.size };
}

function readRow(
  id: string,
  value: unknown,
  { source, protocol }: { readonly source: string; readonly protocol: Protocol | undefined },
): Pair | BadRow | ValseDropReason {
  const where = `pair ${shown(id)}`;
  const problems = new RowProblems();
  problems.try(() => new RowReader({ id }, { source, where }).text("id"));
  const row = problems.try(() => rowOf(value, { source, where }));
  if (row === undefined) return { id, where, problems: problems.found };
  const values = problems.tryAll({
    image: () => row.text("image_file"),
    caption: () => row.text("caption"),
    foil: () => row.text("foil"),
    agreeing: () => row.within("mturk").number("caption", { min: 0, max: 3, whole: true }),
    subjectSize: () => row.optionalNumber("subject_size", { min: 0, max: 1 }),
  });
  if (values === undefined || problems.found.length > 0) {
    return { id, where, problems: problems.found };
  }
  const { image, caption, foil, agreeing, subjectSize } = values;
  const filtered = protocol !== "all";
  if (filtered && agreeing < AGREEING) return "fewer than 2 annotators agree with the caption";
  if (!filtered && caption === foil) {
    return "caption and foil are the same sentence, which accuracies over all rows count as wrong";
  }
  const negation = findNegation(caption, foil);
  if (negation === undefined) {
    return countNegations(caption) === 0
      ? "neither sentence is negated"
      : "both sentences are equally negated";
  }
  const pair = { id, image, negation, caption, foil };
  return subjectSize === undefined ? pair : { ...pair, subjectSize };
}
