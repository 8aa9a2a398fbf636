/** The file of controlled pairs, and how many there are of each wording. */

import { glossaryText, methodBlock, type Word, wrapText } from "../tables/words.ts";
import { linesTable } from "../tables/text_table.ts";
import { negatedSentence, type Pair } from "../data/pairs.ts";
import { visibleText } from "../errors.ts";
import type { MadePairs } from "./make_pairs.ts";
import { TEMPLATES } from "./templates.ts";

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

/** How many rows each wording has: those of controlled pairs in their order, then the frames of a benchmark. */
function wordings(pairs: readonly Pair[]) {
  const cellOf = (frame = "", negator = "", scope = "") => [frame, negator, scope].join("\n");
  const made = Map.groupBy(
    pairs,
    ({ frame, negatorWord, scope }) => cellOf(frame, negatorWord, scope),
  );
  const ordered = TEMPLATES.map(({ frame, negator, scope }) => cellOf(frame, negator, scope));
  return [...new Set([...ordered, ...made.keys()])].flatMap((cell) => {
    const rows = made.get(cell);
    if (rows === undefined) return [];
    const [frame, negator, scope] = cell.split("\n");
    return {
      ...{ frame, negator, scope, n: rows.length },
      sentence_pairs: new Set(rows.map(negatedSentence)).size,
      nouns: new Set(rows.map(({ noun }) => noun)).size,
    };
  });
}

export function pairsSummary(
  made: MadePairs,
  { model, source, read, isControlled, bad }: {
    readonly model: string;
    readonly source: string;
    readonly read: string;
    readonly isControlled: boolean;
    readonly bad: number;
  },
): string {
  const { pairs, notMade } = made;
  const found = [
    wrapText(`negscope pairs: ${source}, in tokens of ${model}`),
    "",
    wrapText(
      isControlled
        ? `${pairs.length} rows; of each sentence pair as many images have the object as lack it, so that sentences alone do not tell which is right`
        : `${pairs.length} minimal pairs, which are not balanced: sentences alone may tell which is right`,
    ),
    "",
    linesTable(wordings(pairs)),
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
    const first = { id, image, negation, caption, foil, frame, negator: negatorWord };
    return JSON.stringify({ ...first, ...rest });
  });
  return `[\n${lines.join(",\n")}\n]\n`;
}
