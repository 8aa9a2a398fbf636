/** What controlled pairs are made from: the objects that are in an image and those that are not, and the sentences of a benchmark of multiple choice. */

import {
  type BenchmarkRows,
  type Content,
  hasKeys,
  readUnique,
  rowsOf,
  rowWrong,
} from "../benchmark/formats/format.ts";
import { NEGBENCH_MCQ, NEGBENCH_RETRIEVAL, NEGREFCOCOG } from "../benchmark/formats/sets.ts";
import { type Choice, optionOf } from "../benchmark/choice.ts";
import { badRow } from "../data/bad_rows.ts";
import { dataEmpty, type RowPlace, RowReader } from "../data/formats/format.ts";
import { NegscopeError } from "../errors/errors.ts";
import { basename } from "../reading/path.ts";
import { frameOf, singular, subjectNoun } from "../data/subject.ts";
import {
  countNegations,
  differingWords,
  findNegation,
  NEGATING_WORDS,
  negatorOf,
} from "../data/words.ts";
import { negatedSentence, type Pair } from "../data/pairs.ts";
import { affirmativeTwin } from "../data/twin.ts";
import type { MadePairs, MakingOptions, NotMade } from "./make_pairs.ts";

export interface Contents {
  readonly image: string;
  /** The objects in it, with how many of each there are; undefined where the file does not say how many. */
  readonly present: ReadonlyMap<string, number | undefined>;
  readonly absent?: ReadonlySet<string>;
}

const LIST = "CSV with image,present[,absent], whose cells have names with | between them";
const COCO = "COCO's instances (JSON with images, annotations, categories)";

/**
 * Reads what is in images: the kit's table of objects, NegBench's file for retrieval, or the instances of COCO. In a table without `absent`,
 * and in COCO, an object of the file that an image lacks is not in it; a name that is there several times is so many objects.
 */
export function readContents(content: Content, source: string) {
  const read = content.kind === "object" && content.keys.includes("annotations")
    ? cocoContents(content.value, source)
    : content.kind === "table" && hasKeys(content, "image", "present")
    ? listContents(content, source)
    : NEGBENCH_RETRIEVAL.matches(content)
    ? negbenchContents(content, source)
    : undefined;
  if (read === undefined) {
    throw new NegscopeError("data-format-unknown", {
      problem: `Cannot read which objects are in images from "${source}"`,
      reason: content.kind === "table"
        ? `its columns are ${content.columns.join(", ")}`
        : undefined,
      expected: [LIST, NEGBENCH_RETRIEVAL.form, COCO].join("; "),
    });
  }
  if (read.contents.length + read.bad.length === 0) throw dataEmpty(source, "it has no images");
  return read;
}

function listContents(content: Content, source: string) {
  const hasAbsent = hasKeys(content, "absent");
  const checked = checking();
  const { found: contents, bad } = readUnique(rowsOf(content), { source }, (row, place) => {
    const present = names(row, "present");
    const counts = new Map<string, number>();
    for (const name of present) counts.set(name, (counts.get(name) ?? 0) + 1);
    const image = row.text("image");
    const absent = hasAbsent ? { absent: new Set(names(row, "absent")) } : {};
    return checked({ image, present: counts, ...absent }, place);
  });
  return { contents, bad };
}

function names(row: RowReader, key: string): string[] {
  if (row.optional(key) === undefined) return [];
  return row.text(key).split("|").map((name) => name.trim()).filter((name) => name !== "");
}

function negbenchContents(content: Content, source: string) {
  const { retrieval, bad } = NEGBENCH_RETRIEVAL.read(content, { source, published: false });
  const contents: Contents[] = [];
  const checked = checking();
  const further = retrieval.flatMap(({ id, where, pictures, present, absent }) => {
    const made = {
      image: basename(pictures[0]!.image),
      present: new Map(present.map((name) => [name, undefined])),
      absent: new Set(absent),
    };
    return badRow({ id, where }, [() => contents.push(checked(made, { where, source }))]);
  });
  return { contents, bad: [...bad, ...further] };
}

/** Refuses an object that is both present and absent, and an image that is there twice. */
function checking(): (contents: Contents, place: RowPlace) => Contents {
  const images = new Set<string>();
  return (contents, place) => {
    const { image, present, absent } = contents;
    const both = [...present.keys()].find((name) => absent?.has(name));
    if (both !== undefined) throw rowWrong(place, `"${both}" is both present and absent`);
    if (images.has(image)) throw rowWrong(place, `image "${image}" is there twice`);
    images.add(image);
    return contents;
  };
}

/** The instances of COCO: each annotation is one object, a crowd at least two. */
function cocoContents(value: Readonly<Record<string, unknown>>, source: string) {
  const place = { source, where: "instances" };
  const lists = RowReader.of(value, place);
  const byId = <Value>(key: string, valueOf: (row: RowReader) => Value) => {
    const values = new Map<number, Value>();
    for (const row of lists.rows(key)) {
      const id = row.number("id", { min: 0, whole: true });
      if (values.has(id)) throw rowWrong(place, `"${key}" has the id ${id} twice`);
      values.set(id, valueOf(row));
    }
    return values;
  };
  const categories = byId("categories", (row) => row.text("name"));
  const checked = checking();
  const images = byId("images", (row) => {
    const contents = { image: row.text("file_name"), present: new Map<string, number>() };
    checked(contents, place);
    return contents;
  });
  for (const row of lists.rows("annotations")) {
    const image = images.get(row.number("image_id", { min: 0, whole: true }));
    const name = categories.get(row.number("category_id", { min: 0, whole: true }));
    if (image === undefined || name === undefined) {
      throw rowWrong(place, "an annotation's image_id or category_id is in no list");
    }
    const count = row.optional("iscrowd") === 1 ? 2 : 1;
    image.present.set(name, (image.present.get(name) ?? 0) + count);
  }
  return { contents: [...images.values()], bad: [] };
}

/** A sentence that does nothing but deny an object. */
const DENIAL = /^(?:there (?:is|are) )?no (?!.*(?:,|\b(?:but|and|or|with|only)\b))/iu;

const SEVERAL = "the sentence has several negators";
const LENGTHS = "the affirmative counterpart has another number of tokens";
const NO_DENIAL = "no option only denies an object that the right caption names";

/**
 * The minimal pair of each row that has one, the first of these: the right caption beside an option that differs in the negator alone; a
 * right caption with one negator beside its twin by {@linkcode affirmativeTwin}; an option that does nothing but deny an object of the
 * right caption, beside its twin. Of a phrase that means one of several boxes, the right box is the picture.
 *
 * @throws {NegscopeError} If no row has one.
 */
export function pairsOfChoices(
  choices: readonly Choice[],
  { source, tokensIn }: Pick<MakingOptions, "source" | "tokensIn">,
): MadePairs {
  const isEqual = (a: string, b: string) => tokensIn(a) === tokensIn(b);
  const pairs: Pair[] = [];
  const reasons = new Map<string, NotMade & { n: number }>();
  for (const choice of choices) {
    const made = pairOf(choice, isEqual);
    if (typeof made !== "string") {
      const negated = negatedSentence({ id: "", image: "", ...made });
      const negator = negatorOf(negated);
      const { image, box } = optionOf(choice, choice.right).picture!;
      pairs.push({
        id: `row_${choice.id}`,
        image: basename(image),
        ...box && { box },
        ...made,
        frame: box === undefined ? frameOf(negated) : frameOf(negated).replace(ABOUT, "… "),
        ...negator !== undefined && { negatorWord: negator },
        scope: "none",
        noun: subjectNoun(negated),
        truth: made.negation === "foil" ? "present" : "absent",
      });
      continue;
    }
    const n = (reasons.get(made)?.n ?? 0) + 1;
    reasons.set(made, { frame: "all", negator: "all", scope: "none", reason: made, n });
  }
  if (pairs.length > 0) return { pairs, notMade: [...reasons.values()] };
  throw new NegscopeError("rows-too-few", {
    problem: `Cannot make pairs of "${source}"`,
    reason: `none of its ${choices.length} rows has a minimal pair (${
      [...reasons.keys()].join("; ")
    })`,
    expected: "sentences that a word turns into their opposite",
  });
}

/** What a phrase is about, up to its clause: the vase of "the vase that is not a boat". */
const ABOUT = new RegExp(`^.+? (?=(?:that|which|who|with|${NEGATING_WORDS.join("|")})\\b)`, "u");

/** The rows of NegBench's multiple choice or NegRefCOCOg; undefined of other files. */
export function readChoiceFile(
  content: Content,
  source: string,
): Pick<BenchmarkRows, "choices" | "bad"> | undefined {
  const format = [NEGBENCH_MCQ, NEGREFCOCOG].find((format) => format.matches(content));
  return format?.read(content, { source, published: false });
}

type Sentences = Pick<Pair, "negation" | "caption" | "foil">;

function pairOf(
  choice: Choice,
  isEqual: (a: string, b: string) => boolean,
): Sentences | string {
  const { sentence: caption } = optionOf(choice, choice.right);
  const others = choice.sentences.filter((sentence) => sentence !== caption);
  for (const foil of others) {
    const negation = findNegation(caption, foil);
    const isMinimal = differingWords(caption, foil)?.length === 1 && isEqual(caption, foil);
    if (negation !== undefined && isMinimal) return { negation, caption, foil };
  }
  if (countNegations(caption) > 0) {
    const foil = twinOf(caption, isEqual);
    return "reason" in foil
      ? foil.reason
      : { negation: "caption", caption, foil: foil.affirmative };
  }
  const named = new Set(
    (caption.match(/[\p{L}-]+/gu) ?? []).map((word) => singular(word.toLowerCase())),
  );
  const foil = others.find((option) => DENIAL.test(option) && named.has(subjectNoun(option)));
  if (foil === undefined) return NO_DENIAL;
  const twin = twinOf(foil, isEqual);
  return "reason" in twin ? twin.reason : { negation: "foil", caption: twin.affirmative, foil };
}

/** The twin of a sentence with one negator, of as many tokens. */
function twinOf(sentence: string, isEqual: (a: string, b: string) => boolean) {
  if (countNegations(sentence) > 1) return { reason: SEVERAL };
  const twin = affirmativeTwin(sentence);
  if ("reason" in twin || isEqual(twin.affirmative, sentence)) return twin;
  return { reason: LENGTHS };
}
