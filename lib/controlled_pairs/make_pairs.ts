/**
 * Controlled pairs: sentences of equal token length that differ in a negator, each as often true as false, so that nothing but the image
 * tells which one is right.
 */

import { countNegations, wordsOf } from "../data/words.ts";
import type { Pair } from "../data/pairs.ts";
import { NegscopeError } from "../errors/errors.ts";
import { type Random, seededRandom } from "../stats/random.ts";
import type { Contents } from "./sources.ts";
import { IRREGULAR, singular } from "../data/subject.ts";

/**
 * Two sentences about an object X and perhaps another one, Y. In their wordings stand, for each of the two, X for its name, aX for "a", "an"
 * or in the plural "some", barX for the same without "some", oneX for "one" or "some", isX for "is" or "are" and isntX for its negation.
 */
export interface Template {
  /** What pairs that differ only in their negator have in common. */
  readonly frame: string;
  readonly negator: string;
  /** What the negator of the affirmative sentence denies: there is none, or it denies something else than the object. */
  readonly scope: "none" | "other";
  readonly negated: string;
  /** The sentence that does not; the first with as many tokens is taken. */
  readonly affirmative: readonly string[];
}

/**
 * The wordings. Where both sentences differ stand their words in braces: those of the negated sentence, then those of the affirmative ones in
 * the order in which they are tried.
 */
const WORDINGS: readonly (readonly [frame: string, negator: string, says: string])[] = [
  ["there is X", "no", "There isX {no|aX|the} X."],
  ["there is X", "never", "There isX {never|always} barX X."],
  ["there is X", "n't", "There {isntX|isX now} barX X."],
  ["in the picture there is X", "no", "In the picture there isX {no|aX} X."],
  ["photo with X", "no", "A photo with {no|aX|the} X."],
  ["photo with X", "without", "A photo {without|with} barX X."],
  ["X is in the picture", "no", "{No|aX} X isX in the picture."],
  ["X is in the picture", "not", "barX X isX {not|now|also} in the picture."],
  ["X is in the picture", "never", "barX X isX {never|always} in the picture."],
  ["X is in the picture", "n't", "barX X {isntX|isX now} in the picture."],
  ["Y and X", "no", "aY Y and {no|aX|the} X."],
  ["there is Y and X", "no", "There isY aY Y and {no|aX} X."],
  ["X and Y", "no", "{No|aX|The} X and aY Y."],
  ["X, only Y", "no", "{No|aX} X, {only|also} aY Y."],
  ["Y but X", "no", "aY Y but {no|oneX|the} X."],
  ["Y with X", "without", "aY Y {without|with} barX X."],
  ["X", "not", "{Not|Now|Just} barX X."],
  ["these are X", "none", "{None|oneX} of these isX barX X."],
  ["these are X", "neither", "{Neither|One} of these is aX X."],
];

/** Those that move the negator, which have the same words in both sentences. */
const MOVED: typeof WORDINGS = [
  ["Y and X", "no", "{aY|No} Y and {no|aX} X."],
  ["there is Y and X", "no", "There isY {aY|no} Y and {no|aX} X."],
  ["Y but X", "not", "{Only|Not only} barY Y but {not|} barX X."],
];

function templatesOf(wordings: typeof WORDINGS, scope: Template["scope"]): Template[] {
  return wordings.map(([frame, negator, says]) => {
    const [[, first]] = [...says.matchAll(CHOICE)] as [RegExpExecArray];
    const [negated, ...affirmative] = first!.split("|").map((_, i) =>
      says.replace(CHOICE, (_, words: string) => words.split("|")[i]!)
    );
    return { frame, negator, scope, negated: negated!, affirmative };
  });
}

const CHOICE = /\{([^}]*)\}/g;

export const TEMPLATES: readonly Template[] = [
  ...templatesOf(WORDINGS, "none"),
  ...templatesOf(MOVED, "other"),
];

export interface Subject {
  readonly text: string;
  readonly isPlural: boolean;
}

export function fill(
  wording: string,
  subjects: Readonly<Record<"X" | "Y", Subject | undefined>>,
): string {
  const sentence = wording.replace(SLOT, (_, part: string, name: "X" | "Y") => {
    const { text, isPlural } = subjects[name]!;
    const forms = {
      a: [articleOf(text), "some"],
      bar: [articleOf(text), ""],
      one: ["one", "some"],
      is: ["is", "are"],
      isnt: ["isn't", "aren't"],
    }[part];
    return forms?.[isPlural ? 1 : 0] ?? text;
  }).replace(/\s+/g, " ").trim();
  return sentence[0]!.toUpperCase() + sentence.slice(1);
}

const SLOT = /\b(|a|bar|one|is|isnt)([XY])\b/g;

const SECOND = /Y\b/;

/** In a negated sentence which says that the second object is all there is. */
const ONLY = /\bonly\b/i;

/** In an affirmative sentence which denies the second object, so that it is in the image if X is not, and the other way round. */
const NO_SECOND = /\bno Y\b/i;

/** In a wording that says it of X whatever its number. */
const SINGULAR = /\bis\b/;

/** The words that a template has besides its objects, in lower case. */
function wordsOfTemplate({ negated, affirmative }: Template): readonly string[] {
  const words = [negated, affirmative[0]!].join(" ").replace(SLOT, "").toLowerCase();
  return [...new Set(words.match(/[\p{L}'’]+/gu) ?? [])];
}

/** Words that begin with a vowel in writing and with a consonant in speech. */
const CONSONANT = /^(?:uni|use|usu|eu|ukulele|one\b|once)/iu;

function articleOf(text: string): string {
  return /^[aeiou]/iu.test(text) && !CONSONANT.test(text) || /^(?:hour|honest|heir)/iu.test(text)
    ? "an"
    : "a";
}

export interface MakingOptions {
  readonly source: string;
  /** The number of tokens of a text under the model's tokeniser, without those at its start and end. */
  readonly tokensIn: (text: string) => number;
  /** The most rows of a wording: of a frame with a negator and a scope. */
  readonly most: number;
  readonly seed: number;
}

/** Pairs that were not made, or a wording that has none, for one reason. */
export interface NotMade {
  readonly frame: string;
  readonly negator: string;
  readonly scope: string;
  readonly reason: string;
  readonly n?: number;
}

export interface MadePairs {
  readonly pairs: readonly Pair[];
  readonly notMade: readonly NotMade[];
}

const LENGTHS = "no affirmative sentence has as many tokens";
const ALONE = "no image is known to have the second object alone";
const WORDS = "moving the negator changes other words";
const NEGATES = "the name of an object negates";

/** Makes pairs in all wordings: a sentence pair has as many images of either sentence, and the nouns of a wording have equally many rows as far as the images allow. */
export function makePairs(contents: readonly Contents[], options: MakingOptions): MadePairs {
  const isKnown = (word: string) => options.tokensIn(word) <= (/['’]/u.test(word) ? 2 : 1); // "isn't" is two in most
  const random = seededRandom(options.seed);
  const shuffled = random.shuffle(contents);
  const subjects = subjectsOf(shuffled);
  const notMade: NotMade[] = [];
  const pairs: Pair[] = [];
  for (const template of TEMPLATES) {
    const { frame, negator, scope } = template;
    const place = { frame, negator, scope };
    const unknown = wordsOfTemplate(template).find((word) => !isKnown(word));
    if (unknown !== undefined) {
      notMade.push({ ...place, reason: `"${unknown}" is more than one token` });
      continue;
    }
    const reasons = new Map<string, number>();
    const rows = rowsOf(template, { ...options, subjects, random, reasons });
    for (const [reason, n] of reasons) notMade.push({ ...place, reason, n });
    if (rows.length === 0) {
      notMade.push({ ...place, reason: "no sentence pair has an image for each of its sentences" });
    }
    for (const { image, ...row } of rows) {
      const id = `pair_${`${pairs.length + 1}`.padStart(5, "0")}`;
      pairs.push({ id, image: shuffled[image]!.image, ...row });
    }
  }
  if (pairs.length > 0) return { pairs, notMade };
  throw new NegscopeError("rows-too-few", {
    problem: `Cannot make pairs of "${options.source}"`,
    reason: `none of its ${subjects.length} objects is in one image and missing in another`,
    expected: "images with and without an object",
  });
}

/** A sentence pair, with the images of which the affirmative sentence is true and those of which the negated one is. */
interface Sentences {
  readonly negated: string;
  readonly affirmative: string;
  readonly present: readonly number[];
  readonly absent: readonly number[];
}

interface Making extends Pick<MakingOptions, "tokensIn" | "most"> {
  readonly subjects: readonly KnownSubject[];
  readonly random: Random;
  /** How many sentence pairs are not made, by the reason. */
  readonly reasons: Map<string, number>;
}

type MadeRow = Omit<Pair, "id" | "image"> & { readonly image: number };

/** The rows of a wording: of each noun in turn one sentence pair, with an image for each of its sentences. */
function rowsOf(template: Template, making: Making): MadeRow[] {
  const { subjects, random, most } = making;
  const { frame, negator: negatorWord, scope } = template;
  const units = new Map(
    random.shuffle([...new Set(subjects.map(({ noun }) => noun))])
      .map((noun) => [noun, unitsOf(template, noun, making)]),
  );
  const wanted = 2 * Math.floor(most / 2);
  const rows: MadeRow[] = [];
  while (units.size > 0 && rows.length < wanted) {
    for (const [noun, made] of units) {
      if (rows.length >= wanted) break;
      const { value } = made.next();
      if (value === undefined) {
        units.delete(noun);
        continue;
      }
      const [{ negated, affirmative, present, absent }, round] = value;
      const row = { frame, negatorWord, scope, noun };
      const whenPresent = { image: present[round]!, caption: affirmative, foil: negated, ...row };
      const whenAbsent = { image: absent[round]!, caption: negated, foil: affirmative, ...row };
      rows.push(
        { ...whenPresent, negation: "foil", truth: "present" },
        { ...whenAbsent, negation: "caption", truth: "absent" },
      );
    }
  }
  return rows;
}

/** The sentence pairs of a noun: each once, then each a second time, for its next images, and so on. */
function* unitsOf(
  template: Template,
  noun: string,
  making: Making,
): Generator<[Sentences, round: number], undefined> {
  const { subjects, random, reasons } = making;
  const ofNoun = subjects.filter((subject) => subject.noun === noun);
  const seconds = SECOND.test(template.negated) ? subjects : [undefined];
  const usable: Sentences[] = [];
  for (const { X, Y } of random.shuffle(ofNoun.flatMap((X) => seconds.map((Y) => ({ X, Y }))))) {
    const made = sentencesOf(template, { X, Y, ...making });
    if (typeof made === "string") reasons.set(made, (reasons.get(made) ?? 0) + 1);
    else if (made !== undefined) {
      usable.push(made);
      yield [made, 0];
    }
  }
  const roundsOf = ({ present, absent }: Sentences) => Math.min(present.length, absent.length);
  const most = Math.max(0, ...usable.map(roundsOf));
  for (let round = 1; round < most; round++) {
    for (const made of usable) if (round < roundsOf(made)) yield [made, round];
  }
}

/** The sentences about X and Y, why they are not used, or nothing if there are no images for them. */
function sentencesOf(
  template: Template,
  { X, Y, random, tokensIn }: Pick<Making, "random" | "tokensIn"> & {
    readonly X: KnownSubject;
    readonly Y: KnownSubject | undefined;
  },
): Sentences | string | undefined {
  if (SINGULAR.test(template.negated) && X.isPlural || X.noun === Y?.noun) return undefined;
  const ofSecond = NO_SECOND.test(template.affirmative[0]!) ? -1 : 1;
  const present = X.present.filter((image) => Y === undefined || Y.truth[image] === ofSecond);
  const lacking = Y?.present.filter((image) => X.truth[image] === -1) ?? X.absent;
  if (present.length === 0 || lacking.length === 0) return undefined;
  const absent = ONLY.test(template.negated)
    ? Y!.alone.filter((image) => X.truth[image] === -1)
    : lacking;
  if (absent.length === 0) return ALONE;
  if (countNegations(`${X.text} ${Y?.text ?? ""}`) > 0) return NEGATES;
  const negated = fill(template.negated, { X, Y });
  const others = template.affirmative.map((wording) => fill(wording, { X, Y }));
  const affirmative = others.find((sentence) => tokensIn(sentence) === tokensIn(negated));
  if (affirmative === undefined) return LENGTHS;
  if (template.scope === "other" && bagOf(negated) !== bagOf(affirmative)) return WORDS;
  return { negated, affirmative, present: turned(present, random), absent: turned(absent, random) };
}

function turned(images: readonly number[], random: Random): readonly number[] {
  const start = random.below(images.length);
  return [...images.slice(start), ...images.slice(0, start)];
}

function bagOf(sentence: string): string {
  return wordsOf(sentence.toLowerCase().replace(/[.,]/g, "")).sort().join(" ");
}

interface KnownSubject extends Subject {
  /** The head noun in the singular: pairs about it are held out together. */
  readonly noun: string;
  readonly present: readonly number[];
  /** The places of the images that have it alone: one of it in the singular, and no other object of the file. */
  readonly alone: readonly number[];
  readonly absent: readonly number[];
  /** For each image 1 if it has it, -1 if not, and 0 if that is not known. */
  readonly truth: Int8Array;
}

/** Plurals that no rule makes, by their singulars. */
const PLURAL_OF = new Map([
  ...[...IRREGULAR].map(([plural, singular]) => [singular, plural] as const),
  ...[["woman", "women"], ["sheep", "sheep"], ["fish", "fish"]] as const,
]);

const PLURALS =
  /^(?:scissors|skis|glasses|sunglasses|people|children|men|women|pants|jeans|shorts|trousers)$/u;

const UNCOUNTED =
  /^(?:broccoli|furniture|food|grass|water|sand|snow|pizza|rice|bread|cheese|clothing|luggage)$/u;

export function plural(name: string): string {
  const [, before = "", noun = name] = /^(.*[ -])?(\S+)$/u.exec(name) ?? [];
  const irregular = PLURAL_OF.get(noun);
  if (irregular !== undefined) return before + irregular;
  if (/[^aeiou]y$/u.test(noun)) return `${before}${noun.slice(0, -1)}ies`;
  return before + noun + (/(?:s|x|z|ch|sh)$/u.test(noun) ? "es" : "s");
}

function subjectsOf(contents: readonly Contents[]): readonly KnownSubject[] {
  const named = contents.flatMap(({ present, absent = [] }) => [...present.keys(), ...absent]);
  const all = [...new Set(named)].sort();
  return all.flatMap((name) => {
    const head = name.split(" ").at(-1)!.toLowerCase();
    const isPlural = PLURALS.test(head);
    const noun = singular(head);
    const about = { name, all, contents };
    const single = subject({ text: name, isPlural, noun }, about, 1);
    const isCounted = contents.some(({ present }) => (present.get(name) ?? 0) > 1);
    if (isPlural || UNCOUNTED.test(head) || !isCounted) return [single];
    return [single, subject({ text: plural(name), isPlural: true, noun }, about, 2)];
  });
}

function subject(
  words: Subject & Pick<KnownSubject, "noun">,
  { name, all, contents }: {
    readonly name: string;
    readonly all: readonly string[];
    readonly contents: readonly Contents[];
  },
  least: number,
): KnownSubject {
  const truth = Int8Array.from(contents, ({ present, absent }) => {
    if (present.has(name)) return (present.get(name) ?? 1) >= least ? 1 : 0;
    return absent === undefined || absent.has(name) ? -1 : 0;
  });
  const places = (value: number) => [...truth.keys()].filter((place) => truth[place] === value);
  const present = places(1);
  const alone = present.filter((place) => {
    const image = contents[place]!;
    const isMore = !words.isPlural && (image.present.get(name) ?? 1) > 1;
    return !isMore && all.every((object) => isNoOther(object, name, image));
  });
  return { ...words, truth, present, alone, absent: places(-1) };
}

/** Whether an object adds nothing to a named one: it is known not to be there, is a kind of it, or the same under a wider name. */
function isNoOther(object: string, name: string, { present, absent }: Contents): boolean {
  if (object === name || object.endsWith(` ${name}`)) return true;
  if (!present.has(object)) return absent === undefined || absent.has(object);
  return name.endsWith(` ${object}`) && (present.get(object) ?? 1) <= (present.get(name) ?? 1);
}
