/** What can be wrong with rows besides their values: images that cannot be read, and sentences that the model cannot. */

import pLimit from "p-limit";
import {
  type BadRow,
  joinBadRows,
  type RowProblem,
  rowProblem,
  RowProblems,
} from "../../data/checks/bad_rows.ts";
import { readImage, resolveImage } from "../../data/image_folder.ts";
import { firstOfEachImage, type Pair, type Protocol } from "../../data/pairs.ts";
import { decodeImage } from "../../model/image/decode_image.ts";
import { SentenceReader } from "../../model/text/sentence_reader.ts";
import { unalignedRows } from "../prepare.ts";

/** How many images are decoded at once. */
const AT_ONCE = 4;

/** What rows are checked for. */
export interface RowChecks {
  /** The folder of the images; absent if none are read. */
  readonly folder: string | undefined;
  /** The model's folder. */
  readonly modelFolder: string;
  /** How the sentences are aligned; absent if they are not. */
  readonly protocol: Protocol | undefined;
}

/**
 * Finds the rows that cannot be used, by reading every image and tokenising every sentence.
 *
 * @param pairs The rows.
 * @param checks The files.
 * @throws {NegscopeError} If there is no such folder of images, or the model's tokeniser cannot be read.
 */
export async function unusableRows(
  pairs: readonly Pair[],
  { folder, modelFolder, protocol }: RowChecks,
): Promise<BadRow[]> {
  const text = await SentenceReader.load(modelFolder);
  const long = longRows(text, pairs);
  const cut = new Set(long.map(({ id }) => id)); // what remains of such sentences is not to be compared
  const fitting = pairs.filter(({ id }) => !cut.has(id));
  return joinBadRows([
    ...folder === undefined ? [] : await rowsWithoutImage(folder, pairs),
    ...long,
    ...protocol === undefined ? [] : unalignedRows(text, fitting, { protocol }),
  ]);
}

/** The rows whose image is missing or cannot be decoded. */
async function rowsWithoutImage(folder: string, pairs: readonly Pair[]): Promise<BadRow[]> {
  const limit = pLimit(AT_ONCE);
  const failures = new Map<string, RowProblem>();
  await Promise.all([...firstOfEachImage(pairs)].map(([name, { id }]) =>
    limit(async () => {
      try {
        await decodeImage(await readImage(folder, name, { pair: id }), { name });
      } catch (error) {
        failures.set(name, rowProblem(error));
      }
    })
  ));
  return ofImages(pairs, failures);
}

function ofImages(
  pairs: readonly Pair[],
  failures: ReadonlyMap<string, RowProblem>,
): BadRow[] {
  return pairs.flatMap(({ id, image }) => {
    const problem = failures.get(image);
    return problem === undefined ? [] : [{ id, where: placeOf(id), problems: [problem] }];
  });
}

/**
 * Finds the image of every pair.
 *
 * @param folder The image folder.
 * @param pairs The rows.
 * @returns Paths by image name, and the rows whose image is missing or lies outside the folder.
 * @throws {NegscopeError} If there is no such folder.
 */
export async function findImages(
  folder: string,
  pairs: readonly Pair[],
): Promise<{ readonly paths: ReadonlyMap<string, string>; readonly bad: readonly BadRow[] }> {
  const paths = new Map<string, string>();
  const failures = new Map<string, RowProblem>();
  for (const [name, { id }] of firstOfEachImage(pairs)) {
    try {
      paths.set(name, await resolveImage(folder, name, { pair: id }));
    } catch (error) {
      failures.set(name, rowProblem(error));
    }
  }
  return { paths, bad: ofImages(pairs, failures) };
}

/**
 * Finds the rows with a sentence that is longer than the model reads.
 *
 * @param text The model's sentence reader.
 * @param pairs The rows.
 */
export function longRows(text: SentenceReader, pairs: readonly Pair[]): BadRow[] {
  const fitting = new Set<string>();
  return pairs.flatMap(({ id, caption, foil }) => {
    const problems = new RowProblems();
    for (const [called, sentence] of Object.entries({ caption, foil })) {
      if (fitting.has(sentence)) continue;
      const names = { subject: placeOf(id), called: `its ${called}` };
      problems.try(() => text.checkLength(sentence, names));
      if (problems.found.length === 0) fitting.add(sentence);
    }
    const { found } = problems;
    return found.length === 0 ? [] : [{ id, where: placeOf(id), problems: found }];
  });
}

function placeOf(id: string): string {
  return `pair ${JSON.stringify(id)}`;
}
