/** Which rows of the data are used: those drawn and of a shard, without those whose sentences are too long or whose image cannot be read. */

import pLimit from "p-limit";
import { firstOfEachImage, type Negation, type Pair } from "../../data/pairs.ts";
import { seededRandom } from "../../stats/random.ts";
import type { Shard } from "../choice/study_options.ts";
import {
  type BadRow,
  type RowProblem,
  rowProblem,
  RowProblems,
  rowsUnusable,
} from "../../data/bad_rows.ts";
import type { SentenceReader } from "../../model/text/text_tower.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";
import { NegscopeError } from "../../errors/errors.ts";
import type { ImageReader } from "../embeddings.ts";
import { unchangedImage } from "../../data/read.ts";
import type { StudyInputs } from "../choice/inputs.ts";

/**
 * Draws rows, in the order of the file: each negated side in proportion to its number of rows, and at least one of each if there is room. A
 * larger sample with the same seed holds every row of a smaller one.
 */
export function sampleRows(
  rows: readonly Pair[],
  limit: number | undefined,
  seed: number,
): readonly Pair[] {
  if (limit === undefined || limit >= rows.length) return rows;
  const places = (side: Negation) => [...rows.keys()].filter((i) => rows[i]!.negation === side);
  const [captions, foils] = [places("caption"), places("foil")];
  const random = seededRandom(seed);
  const share = Math.round(limit * captions.length / rows.length);
  const least = limit > 1 && captions.length > 0 ? 1 : 0;
  const most = limit > 1 && foils.length > 0 ? limit - 1 : limit;
  const count = Math.min(Math.max(share, least), most);
  const drawn = new Set([
    ...random.shuffle(captions).slice(0, count),
    ...random.shuffle(foils).slice(0, limit - count),
  ]);
  return rows.filter((_, i) => drawn.has(i));
}

/** The rows of a shard: row i is in shard i mod N + 1. */
export function rowsOfShard(rows: readonly Pair[], shard: Shard | undefined): readonly Pair[] {
  if (shard === undefined) return rows;
  return rows.filter((_, row) => row % shard.n === shard.k - 1);
}

export async function checkLengths(
  text: Pick<SentenceReader, "checkLength">,
  pairs: readonly Pair[],
  source = "pairs",
): Promise<undefined> {
  const long = await inTurns(longRows(text, pairs));
  if (long.length > 0) throw rowsUnusable(long, { source, rows: pairs.length });
}

/** Finds the rows with a sentence that is longer than the model reads, in steps. */
export function* longRows(
  text: Pick<SentenceReader, "checkLength">,
  pairs: readonly Pair[],
): Steps<readonly BadRow[]> {
  const fitting = new Set<string>(); // the sentences of rows that fit
  const bad: BadRow[] = [];
  for (const pair of pairs) {
    const { id, caption, foil } = pair;
    if (fitting.has(caption) && fitting.has(foil)) continue;
    yield;
    const { found } = lengthProblems(text, pair);
    if (found.length > 0) bad.push({ id, where: placeOfRow(id), problems: found });
    else fitting.add(caption).add(foil);
  }
  return bad;
}

export function lengthProblems(
  text: Pick<SentenceReader, "checkLength">,
  { id, caption, foil }: Pair,
): RowProblems {
  const problems = new RowProblems();
  for (const [called, sentence] of Object.entries({ caption, foil })) {
    const names = { subject: placeOfRow(id), called: `its ${called}` };
    problems.try(() => text.checkLength(sentence, names));
  }
  return problems;
}

/** The place of a row in messages, e.g. `pair "dog"`. */
export function placeOfRow(id: string): string {
  return `pair ${JSON.stringify(id)}`;
}

const AT_ONCE = 4;

type Pictured = Pick<Pair, "id" | "image">;

interface ImageChecks<Row extends Pictured = Pair> {
  readonly read: (row: Row) => ReturnType<ImageReader>;
  readonly decode: (bytes: Uint8Array, options: { readonly name: string }) => Promise<unknown>;
}

export async function rowsWithoutImage<Row extends Pictured = Pair>(
  pairs: readonly Row[],
  { read, decode }: ImageChecks<Row>,
): Promise<BadRow[]> {
  const limit = pLimit(AT_ONCE);
  const failures = new Map<string, RowProblem>();
  await Promise.all([...firstOfEachImage(pairs)].map(([name, pair]) =>
    limit(async () => {
      try {
        await decode(await read(pair), { name });
      } catch (error) {
        failures.set(name, rowProblem(error));
      }
    })
  ));
  return rowsOfImages(pairs, failures);
}

/** The error about all images that cannot be decoded, where one of them was found; the first error itself if it is about something else or all can be decoded now. */
export async function errorOfImages<Row extends Pictured = Pair>(
  error: unknown,
  { pairs, source, ...checks }: ImageChecks<Row> & {
    readonly pairs: readonly Row[];
    readonly source: string;
  },
): Promise<unknown> {
  const isOfImage = error instanceof NegscopeError && error.code === "image-undecodable";
  if (!isOfImage) return error;
  const bad = await rowsWithoutImage(pairs, checks);
  return bad.length === 0 ? error : rowsUnusable(bad, { source, rows: pairs.length });
}

export function rowsOfImages(
  pairs: readonly Pictured[],
  failures: ReadonlyMap<string, RowProblem>,
): BadRow[] {
  return pairs.flatMap(({ id, image }) => {
    const problem = failures.get(image);
    return problem === undefined ? [] : [{ id, where: placeOfRow(id), problems: [problem] }];
  });
}

/** What reads the file of an image by its name in the data, and refuses one that has changed. */
export function unchangedImages(
  { images, pairs }: Pick<StudyInputs, "images" | "pairs">,
  checksums?: ReadonlyMap<string, string>,
): ((name: string) => Promise<Uint8Array>) | undefined {
  if (images === undefined) return undefined;
  const firsts = firstOfEachImage(pairs);
  return async (name) =>
    await unchangedImage(name, await images.read(firsts.get(name)!), checksums?.get(name));
}
