/** The file of controlled pairs, and how many there are of each wording. */

import { negatedSentence, type Pair } from "../data/pairs.ts";
import { visibleText } from "../errors/errors.ts";
import { answerText, type Finding, findingText } from "../study/experiment/finding.ts";
import { wrapText } from "../tables/words.ts";
import { type MadePairs, TEMPLATES } from "./make_pairs.ts";

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

/** What a terminal shows, and what summary.txt has: why each of the other wordings has no rows, too. */
export function pairsSummary(
  { pairs, notMade }: MadePairs,
  { model, source, read, isControlled, bad }: {
    readonly model: string;
    readonly source: string;
    readonly read: string;
    readonly isControlled: boolean;
    readonly bad: number;
  },
): { readonly screen: string; readonly summary: string } {
  const heading = wrapText(`negscope pairs: ${source}, in tokens of ${model}`);
  const found: Finding = {
    sentences: [
      isControlled
        ? `${pairs.length} rows: of each sentence pair as many images have the object as lack it, so that sentences alone do not tell which is right`
        : `${pairs.length} minimal pairs, which are not balanced: sentences alone may tell which is right`,
      `They are from ${read}${bad === 0 ? "" : `; ${bad} rows of the file could not be used`}`,
      ...notMade.length === 0
        ? []
        : [`${notMade.length} other wordings are left out; summary.txt says why`],
    ],
    tables: [{ title: "Rows of each wording", lines: wordings(pairs) }],
  };
  const texts = notMade.map(({ frame, negator, scope, n, reason }) => {
    const place = isControlled ? `${frame}, ${negator}, scope ${scope}: ` : "";
    const counted = n === undefined ? "" : `${n} ${isControlled ? "sentence pairs" : "rows"}: `;
    return `${place}${counted}${reason}`;
  });
  const lists = [{ title: "Left out", texts }];
  return {
    screen: visibleText(`${heading}\n\n${answerText(found)}`),
    summary: visibleText(`${heading}\n\n${findingText({ ...found, lists })}`),
  };
}

export function pairsText(pairs: readonly Pair[]): string {
  const lines = pairs.map(({ negatorWord, ...pair }) => {
    const { id, image, negation, caption, foil, frame, ...rest } = pair;
    const first = { id, image, negation, caption, foil, frame, negator: negatorWord };
    return JSON.stringify({ ...first, ...rest });
  });
  return `[\n${lines.join(",\n")}\n]\n`;
}
