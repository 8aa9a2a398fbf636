/** The wordings of controlled pairs: a sentence that denies an object beside one of as many tokens that does not. */

/** What the negator of the affirmative sentence denies: there is none, or it denies something else than the object. */
type Scope = "none" | "other";

/**
 * Two sentences about an object X and perhaps another one, Y. In their wordings stand, for each of the two, X for its name, aX for "a", "an"
 * or in the plural "some", barX for the same without "some", oneX for "one" or "some", isX for "is" or "are" and isntX for its negation.
 */
export interface Template {
  /** What pairs that differ only in their negator have in common. */
  readonly frame: string;
  readonly negator: string;
  readonly scope: Scope;
  readonly negated: string;
  /** The sentence that does not; the first with as many tokens is taken. */
  readonly affirmative: readonly string[];
  /** Whether Y is in the image whenever X is not and the other way round, or always. @default {"always"} */
  readonly second?: "always" | "without X";
  readonly singular?: true;
}

/** The wordings in which the affirmative sentence has a word that denies nothing in the negator's place. */
const LEXICAL:
  readonly (readonly [frame: string, negator: string, negated: string, ...string[]])[] = [
    ["there is X", "no", "There isX no X.", "There isX aX X.", "There isX the X."],
    ["there is X", "never", "There isX never barX X.", "There isX always barX X."],
    ["there is X", "n't", "There isntX barX X.", "There isX now barX X."],
    [
      "in the picture there is X",
      "no",
      "In the picture there isX no X.",
      "In the picture there isX aX X.",
    ],
    ["photo with X", "no", "A photo with no X.", "A photo with aX X.", "A photo with the X."],
    ["photo with X", "without", "A photo without barX X.", "A photo with barX X."],
    ["X is in the picture", "no", "No X isX in the picture.", "aX X isX in the picture."],
    [
      "X is in the picture",
      "not",
      "barX X isX not in the picture.",
      "barX X isX now in the picture.",
      "barX X isX also in the picture.",
    ],
    [
      "X is in the picture",
      "never",
      "barX X isX never in the picture.",
      "barX X isX always in the picture.",
    ],
    [
      "X is in the picture",
      "n't",
      "barX X isntX in the picture.",
      "barX X isX now in the picture.",
    ],
    ["Y and X", "no", "aY Y and no X.", "aY Y and aX X.", "aY Y and the X."],
    ["there is Y and X", "no", "There isY aY Y and no X.", "There isY aY Y and aX X."],
    ["X and Y", "no", "No X and aY Y.", "aX X and aY Y.", "The X and aY Y."],
    ["X, only Y", "no", "No X, only aY Y.", "aX X, also aY Y."],
    ["Y but X", "no", "aY Y but no X.", "aY Y but oneX X.", "aY Y but the X."],
    ["Y with X", "without", "aY Y without barX X.", "aY Y with barX X."],
    ["X", "not", "Not barX X.", "Now barX X.", "Just barX X."],
    ["these are X", "none", "None of these isX barX X.", "oneX of these isX barX X."],
  ];

/** All wordings. Those that move the negator have the same words in both sentences. */
export const TEMPLATES: readonly Template[] = [
  ...LEXICAL.map(([frame, negator, negated, ...affirmative]): Template => (
    { frame, negator, scope: "none", negated, affirmative }
  )),
  {
    ...{ frame: "these are X", negator: "neither", scope: "none", singular: true },
    negated: "Neither of these is aX X.",
    affirmative: ["One of these is aX X."],
  },
  {
    ...{ frame: "Y and X", negator: "no", scope: "other", second: "without X" },
    negated: "aY Y and no X.",
    affirmative: ["No Y and aX X."],
  },
  {
    ...{ frame: "there is Y and X", negator: "no", scope: "other", second: "without X" },
    negated: "There isY aY Y and no X.",
    affirmative: ["There isY no Y and aX X."],
  },
  {
    ...{ frame: "Y but X", negator: "not", scope: "other" },
    negated: "Only barY Y but not barX X.",
    affirmative: ["Not only barY Y but barX X."],
  },
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
    switch (part) {
      case "a":
        return isPlural ? "some" : articleOf(text);
      case "bar":
        return isPlural ? "" : articleOf(text);
      case "one":
        return isPlural ? "some" : "one";
      case "is":
        return isPlural ? "are" : "is";
      case "isnt":
        return isPlural ? "aren't" : "isn't";
      default:
        return text;
    }
  }).replace(/\s+/g, " ").trim();
  return sentence[0]!.toUpperCase() + sentence.slice(1);
}

const SLOT = /\b(|a|bar|one|is|isnt)([XY])\b/g;

export function hasSecond({ negated }: Template): boolean {
  return /Y\b/.test(negated);
}

/** Whether the negated sentence says that the second object is all there is. */
export function saysOnly({ negated }: Template): boolean {
  return /\bonly\b/i.test(negated);
}

/** The words that a template has besides its objects, in lower case. */
export function wordsOfTemplate({ negated, affirmative }: Template): readonly string[] {
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
