/** The file of controlled pairs, and how many there are of each wording. */

import { count, fillTable, key, optional, table, text } from "../tables/table.ts";
import { glossaryText, methodBlock, type Word, wrapText } from "../tables/words.ts";
import { textTable } from "../tables/text_table.ts";
import { negatedSentence, type Pair } from "../data/pairs.ts";
import { visibleText } from "../errors.ts";
import type { MadePairs } from "./make_pairs.ts";
import { TEMPLATES } from "./templates.ts";

export const PAIR_COUNTS = table(
  "pair_counts",
  "The controlled pairs that were made: one row for each frame with a negator and a scope.",
  {
    frame: key(text(
      "The wording, about an object X and perhaps another one, Y; `all` for the rows of a benchmark without a pair.",
    )),
    negator: key(text("The word that negates.")),
    scope: key(text(
      "What the negator of the affirmative sentence denies: `none` if a word that denies nothing stands in its place, `other` if it denies Y.",
    )),
    n: count("Number of rows, half of them with X in the image.", "rows"),
    sentence_pairs: count("Number of sentence pairs.", "sentence pairs"),
    nouns: count("Number of head nouns of X.", "nouns"),
    not_made: count(
      "Number of sentence pairs, or of rows of a benchmark, that were left out.",
      "sentence pairs",
    ),
    reason: optional(text("Why sentence pairs, or all of them, were left out.")),
  },
);

const WORDS: readonly Word[] = [
  {
    word: "frame",
    means:
      "a wording about an object X, which the negated sentence denies, and perhaps another one, Y",
  },
  {
    word: "scope",
    means:
      "what the negator of the affirmative sentence denies: none (a word that denies nothing stands in its place) or other (it denies Y, not X)",
  },
];

/** The rows of pair_counts.csv, one for each wording: those of controlled pairs in their order, then the frames of a benchmark. */
export function cellRows({ pairs, notMade }: MadePairs) {
  const found = [
    ...pairs.map(({ frame = "", negatorWord = "", scope = "" }) => (
      { frame, negator: negatorWord, scope }
    )),
    ...notMade,
  ];
  const keyOf = ({ frame, negator, scope }: typeof found[0]) => [frame, negator, scope].join("\n");
  const cells = new Map([...TEMPLATES, ...found].map((cell) => [keyOf(cell), cell]));
  const known = new Set(found.map(keyOf));
  return [...cells].flatMap(([key, { frame, negator, scope }]) => {
    if (!known.has(key)) return [];
    const isOf = (row: { frame?: string; scope?: string }, word: string | undefined) =>
      row.frame === frame && word === negator && row.scope === scope;
    const rows = pairs.filter((row) => isOf(row, row.negatorWord));
    const lacking = notMade.filter((part) => isOf(part, part.negator));
    return {
      ...{ frame, negator, scope, n: rows.length },
      sentence_pairs: new Set(rows.map(negatedSentence)).size,
      nouns: new Set(rows.map(({ noun }) => noun)).size,
      not_made: lacking.reduce((sum, { n = 0 }) => sum + n, 0),
      reason: lacking.length === 0 ? undefined : lacking.map(({ reason }) => reason).join("; "),
    };
  });
}

export function pairsSummary(
  made: MadePairs,
  { model, source, read, isControlled, bad }: {
    readonly model: string;
    readonly source: string;
    readonly read: string;
    /** Whether the pairs are balanced; those of a benchmark are not. */
    readonly isControlled: boolean;
    readonly bad: number;
  },
): string {
  const { pairs, notMade } = made;
  const rows = cellRows(made);
  const counts = fillTable(PAIR_COUNTS, rows.filter(({ n }) => n > 0));
  const found = [
    wrapText(`negscope pairs: ${source}, in tokens of ${model}`),
    "",
    wrapText(
      isControlled
        ? `${pairs.length} rows; of each sentence pair as many images have the object as lack it, so that sentences alone do not tell which is right`
        : `${pairs.length} minimal pairs, which are not balanced: sentences alone may tell which is right`,
    ),
    "",
    textTable(counts, { columns: ["frame", "negator", "scope", "n", "sentence_pairs", "nouns"] }),
    ...notMade.length === 0 ? [] : [
      "Left out:",
      ...notMade.map(({ frame, negator, scope, n, reason }) => {
        const place = isControlled ? `${frame}, ${negator}, scope ${scope}: ` : "";
        const counted = n === undefined ? "" : `${n} ${isControlled ? "sentence pairs" : "rows"}: `;
        return wrapText(`${place}${counted}${reason}`);
      }),
      "",
    ],
    methodBlock([
      `${read}${bad === 0 ? "" : `; ${bad} rows of the file could not be used`}`,
    ]),
  ].join("\n");
  return visibleText(`${found}\n${glossaryText(WORDS)}`);
}

export function pairsText(pairs: readonly Pair[]): string {
  const lines = pairs.map(({ negatorWord, ...pair }) => {
    const { id, image, negation, caption, foil, frame, ...rest } = pair;
    return JSON.stringify({
      id,
      image,
      negation,
      caption,
      foil,
      frame,
      negator: negatorWord,
      ...rest,
    });
  });
  return `[\n${lines.join(",\n")}\n]\n`;
}
