/** Minimal pairs of a benchmark of multiple choice: a sentence beside one that says the opposite, of as many tokens. */

import { type Choice, optionOf } from "../benchmark/choice.ts";
import type { Content } from "../benchmark/formats/content.ts";
import type { BenchmarkRows } from "../benchmark/formats/format.ts";
import { NEGBENCH_MCQ } from "../benchmark/formats/negbench.ts";
import { NEGREFCOCOG } from "../benchmark/formats/negrefcocog.ts";
import { frameOf } from "../data/frame.ts";
import { countNegations, findNegation, NEGATING_WORDS, negatorOf } from "../data/negation.ts";
import { negatedSentence, type Pair } from "../data/pairs.ts";
import { singular } from "../data/singular.ts";
import { subjectNoun } from "../data/subject_noun.ts";
import { affirmativeTwin } from "../data/twin.ts";
import { differingWords } from "../data/words.ts";
import { NegscopeError } from "../errors.ts";
import { basename } from "../reading/path.ts";
import type { MadePairs, MakingOptions, NotMade } from "./make_pairs.ts";

/** A sentence that does nothing but deny an object. */
const DENIAL = /^(?:there (?:is|are) )?no (?!.*(?:,|\b(?:but|and|or|with|only)\b))/iu;

const SEVERAL = "the sentence has several negators";
const LENGTHS = "the twin has another number of tokens";
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
        frame: box === undefined ? frameOf(negated) : phraseFrame(negated),
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

/** What a phrase is about, up to its clause. */
const ABOUT = new RegExp(`^.+? (?=(?:that|which|who|with|${NEGATING_WORDS.join("|")})\\b)`, "u");

/** The frame of a phrase such as "the vase that is not a boat", without the vase. */
function phraseFrame(phrase: string): string {
  return frameOf(phrase).replace(ABOUT, "… ");
}

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
