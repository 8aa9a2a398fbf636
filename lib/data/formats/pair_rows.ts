/** Rows of a list of pairs: each becomes a pair, or everything that is wrong with it is noted. */

import type { RowProblems } from "../bad_rows.ts";
import { NegscopeError, shown } from "../../errors/errors.ts";
import { differingWords, NEGATING_WORDS, wordsOf } from "../words.ts";
import { boxOf, fileOf, isBox, partName } from "../../reading/picture.ts";
import type { Negation, Pair } from "../pairs.ts";
import {
  dataEmpty,
  readEach,
  type ReadOptions,
  type ReadRows,
  refuseMisspelt,
  type RowPlace,
  type RowReader,
} from "./format.ts";

export const OPTIONAL = ["negator", "subject_size"] as const;

/** The columns by whose texts rows are summarised; a row may lack them. */
const TEXTS = ["frame", "scope", "noun", "truth"] as const;

/** Why the rephrased protocol leaves out a controlled pair whose negator is moved, or is part of a word. */
const NOT_MINIMAL = "sentences do not differ in one word alone (--protocol standard takes them)";

export interface GivenRow {
  readonly value: unknown;
  readonly row: number;
  readonly error?: NegscopeError | undefined;
}

export function readRows(rows: readonly GivenRow[], options: ReadOptions): ReadRows {
  if (rows.length === 0) throw dataEmpty(options.source, "its list is empty");
  const firstRows = new Map<string, number>();
  const named = rows.map((given) => ({ ...given, ...nameOf(given) }));
  const { found: pairs, ...others } = readEach(
    named,
    options.source,
    (row, place, problems) => readPair(row, place, { ...options, problems, firstRows }),
  );
  return { pairs, ...others, rows: rows.length };
}

function nameOf({ value, row }: GivenRow) {
  const { id } = Object(value) as { readonly id?: unknown };
  return typeof id === "string" && id.trim() !== ""
    ? { id, where: `pair ${shown(id)} (row ${row})` }
    : { id: `row ${row}`, where: `row ${row}` };
}

function readPair(
  reader: RowReader,
  place: RowPlace & Pick<GivenRow, "row"> & Pick<Pair, "id">,
  { problems, firstRows, protocol, aligned = true }: ReadOptions & {
    readonly problems: RowProblems;
    readonly firstRows: Map<string, number>;
  },
): Pair | string | undefined {
  const id = problems.try(() => newId(reader.text("id"), place, firstRows));
  problems.try(() => refuseMisspelt(reader.keys, OPTIONAL, place));
  const read = problems.tryAll({
    picture: () => pictureOf(reader, place),
    negation: () => reader.oneOf<Negation>("negation", ["caption", "foil"]),
    caption: () => reader.text("caption"),
    foil: () => reader.text("foil"),
  });
  const word = typeof reader.optional("negator") === "string" ? wordIn(reader) : undefined;
  const known = problems.tryAll({
    negator: () =>
      word === undefined ? reader.optionalNumber("negator", { min: 1, whole: true }) : undefined,
    subjectSize: () => reader.optionalNumber("subject_size", { min: 0, max: 1 }),
  });
  const columns = textColumns(reader);
  const isControlled = columns.scope !== undefined;
  const isRephrased = aligned && protocol === "rephrased";
  if (read !== undefined) {
    problems.try(() => checkSentences(read, place, isRephrased && !isControlled));
  }
  if (id === undefined || read === undefined || known === undefined) return undefined;
  const { picture, ...sentences } = read;
  const isMinimal = differingWords(read.caption, read.foil)?.length === 1;
  if (isRephrased && isControlled && !isMinimal) return NOT_MINIMAL;
  const { negator, subjectSize } = known;
  return {
    id,
    ...picture,
    ...sentences,
    ...(negator === undefined ? {} : { negator }),
    ...(subjectSize === undefined ? {} : { subjectSize }),
    ...(word === undefined ? {} : { negatorWord: word }),
    ...columns,
  };
}

/** The image of a row, and the part of it that the column `box` or the image's own name says. */
function pictureOf(row: RowReader, place: RowPlace): Pick<Pair, "image" | "box"> {
  refuseMisspelt(row.keys.filter((key) => /box/i.test(key)), ["box"], place);
  const image = row.text("image");
  const given = row.optional("box");
  const named = boxOf(image);
  const box = given === undefined
    ? named
    : (Array.isArray(given) ? given : `${given}`.match(/[^\s,;[\]]+/g) ?? []).map(Number);
  if (box === undefined) return { image };
  if (isBox(box) && (named === undefined || named.join() === box.join())) {
    return { image: partName(fileOf(image), box), box };
  }
  throw new NegscopeError("row-wrong", {
    problem: `Cannot read ${place.where} from "${place.source}"`,
    subject: "box",
    reason: `"box" must be ${
      named === undefined ? "[x, y, width, height] with an area" : `that of "${image}"`
    }, but it is ${shown(given)}`,
    gist: '"box" is missing or wrong',
  });
}

function textColumns(row: RowReader): Partial<Record<typeof TEXTS[number], string>> {
  const texts = TEXTS.flatMap((key) => {
    const value = row.optional(key);
    return value === undefined ? [] : [[key, `${value}`.trim()] as const];
  });
  return Object.fromEntries(texts.filter(([, text]) => text !== ""));
}

/** The word in the negator's column, where it holds no position. */
function wordIn(row: RowReader): string | undefined {
  const text = row.text("negator").trim();
  return NEGATING_WORDS.includes(text.toLowerCase()) || /n['’]t$/iu.test(text) ? text : undefined;
}

/** An id, which is remembered; refused if an earlier row has it. */
function newId(
  id: string,
  { source, where, row }: RowPlace & Pick<GivenRow, "row">,
  firstRows: Map<string, number>,
): string {
  const first = firstRows.get(id);
  if (first === undefined) {
    firstRows.set(id, row);
    return id;
  }
  throw new NegscopeError("row-wrong", {
    problem: `Cannot read ${where} from "${source}"`,
    subject: id,
    reason: `"id" must be unique, but row ${first} has it already`,
    gist: "its id is that of an earlier row",
  });
}

/** Refuses sentences without a difference, and under the rephrased protocol with more than one. */
function checkSentences(
  { caption, foil }: Pick<Pair, "caption" | "foil">,
  { source, where, id }: RowPlace & Pick<Pair, "id">,
  isRephrased: boolean,
): void {
  if (caption === foil) {
    throw new NegscopeError("row-wrong", {
      problem: `Cannot read ${where} from "${source}"`,
      subject: id,
      reason: '"caption" and "foil" must differ, but they are the same sentence',
      gist: "caption and foil are the same sentence",
    });
  }
  if (!isRephrased) return;
  const places = differingWords(caption, foil);
  if (places?.length === 1) return;
  const found = places === undefined
    ? `have ${wordsOf(caption).length} and ${wordsOf(foil).length} words`
    : `differ in ${places.length}`;
  throw new NegscopeError("pair-not-minimal", {
    problem: `Cannot read ${where} from "${source}"`,
    subject: id,
    reason: `caption and foil must differ in exactly one word, but they ${found}`,
    gist: "the sentences do not differ in exactly one word",
    fix:
      'reword them, such as "some" against "no", or, where the experiment takes it, use the standard protocol (--protocol standard)',
  });
}
