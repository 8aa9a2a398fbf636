/** The images of a study: as they were when the run began, and those that cannot be read. */

import pLimit from "p-limit";
import { type BadRow, type RowProblem, rowProblem, rowsUnusable } from "../../data/bad_rows.ts";
import { firstOfEachImage, type Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors.ts";
import type { ImageReader } from "../embeddings/embed.ts";
import { placeOfRow } from "./row_lengths.ts";
import { unchangedImage } from "../../data/read.ts";
import type { StudyInputs } from "../choice/inputs.ts";

const AT_ONCE = 4;

type Pictured = Pick<Pair, "id" | "image">;

export interface ImageChecks<Row extends Pictured = Pair> {
  readonly read: (row: Row) => ReturnType<ImageReader>;
  /** Decodes it, or fails with the reason. */
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

/**
 * The error about all images that cannot be decoded, where one of them was found. Returns the first error itself, if it is about something
 * else or there is no other.
 */
export async function errorOfImages<Row extends Pictured = Pair>(
  error: unknown,
  { pairs, source, ...checks }: ImageChecks<Row> & {
    readonly pairs: readonly Row[];
    readonly source: string;
  },
): Promise<unknown> {
  const isOfImage = error instanceof NegscopeError && error.code === "image-undecodable";
  if (!isOfImage) return error;
  const all = rowsUnusable(await rowsWithoutImage(pairs, checks), { source, rows: pairs.length });
  return all.details.length === 0 ? error : all;
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

/**
 * What reads the file of an image by its name in the data, and refuses one that has changed.
 *
 * @param checksums The SHA-256 of each image by name. @default {not known}
 */
export function unchangedImages(
  { images, pairs }: Pick<StudyInputs, "images" | "pairs">,
  checksums?: ReadonlyMap<string, string>,
): ((name: string) => Promise<Uint8Array>) | undefined {
  if (images === undefined) return undefined;
  const firsts = firstOfEachImage(pairs);
  return async (name) =>
    await unchangedImage(name, await images.read(firsts.get(name)!), checksums?.get(name));
}
