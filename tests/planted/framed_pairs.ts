/** Rows of planted models in several wordings. */

import { subjectNoun } from "../../lib/data/subject.ts";
import { negatedSentence, type Pair } from "../../lib/data/pairs.ts";
import { readPairs } from "../../lib/data/read.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { PLANTED } from "../../lib/opening/find_model.ts";

/** What follows the subject in each frame. */
export const ENDS: readonly string[] = ["", " here", " outside"];

export const FRAMES: readonly string[] = ENDS.map((end) => `there is no …${end}`);

/** The first so many of the models' subjects of one word, each present and absent, in each frame. */
export async function framedPairs(subjects: number, ends = ENDS): Promise<Pair[]> {
  const { pairs } = await readPairs(onDisk(PLANTED.data), { protocol: "rephrased" });
  const short = pairs.filter(({ caption }) => /^There is (?:a|no) \w+\.$/u.test(caption));
  const nouns = [...new Set(short.map((pair) => subjectNoun(negatedSentence(pair))))];
  const some = nouns.slice(0, subjects);
  return short.filter((pair) => some.includes(subjectNoun(negatedSentence(pair)))).flatMap((pair) =>
    ends.map((end) => {
      const ending = (sentence: string) => sentence.replace(".", `${end}.`);
      const { id, caption, foil } = pair;
      return { ...pair, id: `${id}${end}`, caption: ending(caption), foil: ending(foil) };
    })
  );
}
