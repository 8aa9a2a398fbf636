/**
 * Controlled pairs: sentences of equal token length that differ in a negator, each as often true as false, so that nothing but the image
 * tells which one is right.
 */

import { countNegations } from "../data/negation.ts";
import type { Pair } from "../data/pairs.ts";
import { wordsOf } from "../data/words.ts";
import { NegscopeError } from "../errors.ts";
import { type Random, seededRandom } from "../stats/random.ts";
import type { Contents } from "./contents.ts";
import { type KnownSubject, subjectsOf } from "./subjects.ts";
import {
  fill,
  hasSecond,
  saysOnly,
  type Template,
  TEMPLATES,
  wordsOfTemplate,
} from "./templates.ts";

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

/**
 * Makes pairs in all wordings. Each sentence pair has as many images of which its affirmative sentence is true as images of which its
 * negated one is, and the nouns of a wording have equally many rows as far as the images allow.
 *
 * @throws {NegscopeError} If no pair can be made.
 */
export function makePairs(contents: readonly Contents[], options: MakingOptions): MadePairs {
  const random = seededRandom(options.seed);
  const shuffled = random.shuffle(contents);
  const subjects = subjectsOf(shuffled);
  const notMade: NotMade[] = [];
  const pairs: Pair[] = [];
  for (const template of TEMPLATES) {
    const { frame, negator, scope } = template;
    const place = { frame, negator, scope };
    const unknown = wordsOfTemplate(template).find((word) => !isKnown(word, options));
    if (unknown !== undefined) {
      notMade.push({ ...place, reason: `"${unknown}" is more than one token` });
      continue;
    }
    const found = pairsOf(template, { subjects, random, options });
    for (const [reason, n] of found.reasons) notMade.push({ ...place, reason, n });
    if (found.rows.length === 0) {
      notMade.push({ ...place, reason: "no sentence pair has an image for each of its sentences" });
    }
    for (const { image, ...row } of found.rows) {
      const id = `pair_${`${pairs.length + 1}`.padStart(5, "0")}`;
      pairs.push({ id, image: shuffled[image]!.image, ...row });
    }
  }
  if (pairs.length > 0) return { pairs, notMade };
  throw new NegscopeError("rows-too-few", {
    problem: `Cannot make pairs of "${options.source}"`,
    subject: options.source,
    reason: `none of its ${subjects.length} objects is in one image and missing in another`,
    expected: "images with and without an object",
  });
}

/** Whether the tokeniser has a token for a word; "isn't" is two in most. */
function isKnown(word: string, { tokensIn }: MakingOptions): boolean {
  return tokensIn(word) <= (/['’]/u.test(word) ? 2 : 1);
}

type MadeRow = Omit<Pair, "id" | "image"> & { readonly image: number };

interface Sentences {
  readonly negated: string;
  readonly affirmative: string;
  readonly present: readonly number[];
  readonly absent: readonly number[];
}

/** The rows of a wording: of each noun in turn one sentence pair, with an image for each of its sentences. */
function pairsOf(
  template: Template,
  { subjects, random, options }: {
    readonly subjects: readonly KnownSubject[];
    readonly random: Random;
    readonly options: MakingOptions;
  },
): { readonly rows: readonly MadeRow[]; readonly reasons: ReadonlyMap<string, number> } {
  const units = Math.floor(options.most / 2);
  const nouns = new Map<string, Generator<Unit | string>>();
  for (const noun of random.shuffle([...new Set(subjects.map(({ noun }) => noun))])) {
    const ofNoun = subjects.filter((subject) => subject.noun === noun);
    nouns.set(noun, unitsOf(template, { ofNoun, subjects, random, options }));
  }
  const rows: MadeRow[] = [];
  const reasons = new Map<string, number>();
  while (nouns.size > 0 && rows.length < 2 * units) {
    for (const [noun, made] of nouns) {
      if (rows.length >= 2 * units) break;
      const unit = nextUnit(made, reasons);
      if (unit === undefined) {
        nouns.delete(noun);
        continue;
      }
      const { frame, negator, scope } = template;
      const { negated, affirmative, present, absent } = unit;
      const columns = { frame, negatorWord: negator, scope, noun };
      rows.push(
        {
          image: present,
          negation: "foil",
          caption: affirmative,
          foil: negated,
          ...columns,
          truth: "present",
        },
        {
          image: absent,
          negation: "caption",
          caption: negated,
          foil: affirmative,
          ...columns,
          truth: "absent",
        },
      );
    }
  }
  return { rows, reasons };
}

/** The next unit; reasons on the way are counted. */
function nextUnit(units: Generator<Unit | string>, reasons: Map<string, number>): Unit | undefined {
  for (let next = units.next(); !next.done; next = units.next()) {
    if (typeof next.value !== "string") return next.value;
    reasons.set(next.value, (reasons.get(next.value) ?? 0) + 1);
  }
  return undefined;
}

/** A sentence pair with an image of which the affirmative sentence is true, and one of which the negated one is. */
type Unit = Pick<Sentences, "negated" | "affirmative"> & {
  readonly present: number;
  readonly absent: number;
};

/** The units of a noun: each sentence pair once, then each a second time with other images, and so on; or why there is none. */
function* unitsOf(
  template: Template,
  { ofNoun, subjects, random, options }: {
    readonly ofNoun: readonly KnownSubject[];
    readonly subjects: readonly KnownSubject[];
    readonly random: Random;
    readonly options: MakingOptions;
  },
): Generator<Unit | string> {
  const seconds = hasSecond(template) ? subjects : [undefined];
  const both = random.shuffle(ofNoun.flatMap((X) => seconds.map((Y) => ({ X, Y }))));
  const usable: Sentences[] = [];
  for (const { X, Y } of both) {
    const made = sentencesOf(template, { X, Y, random, tokensIn: options.tokensIn });
    if (made === undefined) continue;
    if (typeof made === "string") yield made;
    else {
      usable.push(made);
      yield unit(made, 0);
    }
  }
  for (let round = 1; usable.some((made) => isEnough(made, round)); round++) {
    for (const made of usable) if (isEnough(made, round)) yield unit(made, round);
  }
}

function isEnough({ present, absent }: Sentences, round: number): boolean {
  return round < Math.min(present.length, absent.length);
}

function unit({ present, absent, ...sentences }: Sentences, round: number): Unit {
  return { ...sentences, present: present[round]!, absent: absent[round]! };
}

/** The sentences about X and Y, why they are not used, or nothing if there are no images for them. */
function sentencesOf(
  template: Template,
  { X, Y, random, tokensIn }: {
    readonly X: KnownSubject;
    readonly Y: KnownSubject | undefined;
    readonly random: Random;
    readonly tokensIn: MakingOptions["tokensIn"];
  },
): Sentences | string | undefined {
  if (template.singular && X.isPlural || X.noun === Y?.noun) return undefined;
  const ofSecond = template.second === "without X" ? -1 : 1;
  const present = X.present.filter((image) => Y === undefined || Y.truth[image] === ofSecond);
  const lacking = Y?.present.filter((image) => X.truth[image] === -1) ?? X.absent;
  if (present.length === 0 || lacking.length === 0) return undefined;
  const absent = saysOnly(template) ? Y!.alone.filter((image) => X.truth[image] === -1) : lacking;
  if (absent.length === 0) return ALONE;
  if (countNegations(`${X.text} ${Y?.text ?? ""}`) > 0) return NEGATES;
  const negated = fill(template.negated, { X, Y });
  const others = template.affirmative.map((wording) => fill(wording, { X, Y }));
  const affirmative = others.find((sentence) => tokensIn(sentence) === tokensIn(negated));
  if (affirmative === undefined) return LENGTHS;
  if (template.scope === "other" && bagOf(negated) !== bagOf(affirmative)) return WORDS;
  return { negated, affirmative, present: turned(present, random), absent: turned(absent, random) };
}

/** The list from a place that is drawn: the first images are not used more than others. */
function turned(images: readonly number[], random: Random): readonly number[] {
  const start = random.below(images.length);
  return [...images.slice(start), ...images.slice(0, start)];
}

function bagOf(sentence: string): string {
  return wordsOf(sentence.toLowerCase().replace(/[.,]/g, "")).sort().join(" ");
}
