/** The rows of a segmentation, checked before a segmenter is loaded, and the sizes of their subjects by the logits of pixels. */

import type { ImageReader, Progress } from "../study/embeddings.ts";
import type { KeptRows } from "../study/rows/once_per_group.ts";
import type { Logits, Segmenter } from "./segmenter.ts";
import { type BadRow, badRow, joinBadRows, rowsUnusable } from "../data/bad_rows.ts";
import { imageReader } from "../opening/images/image_folder.ts";
import type { Pair } from "../data/pairs.ts";
import { usable } from "../data/read.ts";
import { fetchKitFiles } from "../files/kit_files.ts";
import { SHAPES } from "../opening/find_model.ts";
import { subjectPhrase } from "../data/subject.ts";
import { NegscopeError } from "../errors/errors.ts";
import type { SentenceReader } from "../model/text/text_tower.ts";
import { findImages, givenData, type OpeningOptions, readChosen } from "../opening/open_inputs.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import { decodeImage } from "../opening/images/decode_image.ts";
import { placeOfRow, rowsWithoutImage, sampleRows } from "../study/rows/left_out.ts";

export const THRESHOLD = 0.25; // pixel shows the subject if its probability is above this

const MASK_SIDE = 88; // most rows and columns of a mask, a quarter of CLIPSeg's output

export interface SubjectMask {
  readonly size: number; // mean over pixels of the probability, 0 to 1
  readonly binary: number; // share of pixels whose probability is above `THRESHOLD`
  /** The mean probability of each small block of pixels, from 0 to 255, rounded; row by row. */
  readonly levels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

/** Measures a subject. `logits`: the logits of all pixels; a probability is their sigmoid. */
export function subjectMask({ data, height, width }: Logits): SubjectMask {
  const probabilities = Float64Array.from(data, (logit) => 1 / (1 + Math.exp(-logit)));
  const [rows, columns] = [Math.min(height, MASK_SIDE), Math.min(width, MASK_SIDE)];
  const sums = new Float64Array(rows * columns);
  const counts = new Float64Array(rows * columns);
  let [sum, above] = [0, 0];
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y * rows / height) * columns;
    for (let x = 0; x < width; x++) {
      const probability = probabilities[y * width + x]!;
      const block = row + Math.floor(x * columns / width);
      sum += probability;
      if (probability > THRESHOLD) above++;
      sums[block]! += probability;
      counts[block]!++;
    }
  }
  const levels = Uint8Array.from(sums, (total, block) => Math.round(255 * total / counts[block]!));
  return { size: sum / data.length, binary: above / data.length, levels, rows, columns };
}

export function maskNumbers({ size, binary, rows, columns, levels }: SubjectMask): number[] {
  return [size, binary, rows, columns, ...levels];
}

/** The mask that numbers stand for. Undefined if they are not those of a mask. */
export function maskOf(numbers: readonly number[]): SubjectMask | undefined {
  const [size = NaN, binary = NaN, rows = NaN, columns = NaN, ...levels] = numbers;
  const isWhole = levels.length === rows * columns;
  return isWhole ? { size, binary, rows, columns, levels: Uint8Array.from(levels) } : undefined;
}

export async function measureSubjects(
  segmenter: Pick<Segmenter, "logits">,
  rows: readonly SegmentedPair[],
  { read, kept, progress }: {
    readonly read: ImageReader;
    readonly kept: KeptRows;
    readonly progress?: Progress | undefined;
  },
): Promise<Map<string, SubjectMask>> {
  const byContent = new Map<string, SubjectMask>();
  const masks = new Map<string, SubjectMask>();
  for (const { pair, phrase } of rows) {
    const key = JSON.stringify([pair.image, phrase]);
    let mask = byContent.get(key) ?? maskOf(kept.get(key) ?? []);
    if (mask === undefined) {
      const image = { bytes: await read(pair), name: pair.image };
      mask = subjectMask(await segmenter.logits(image, phrase));
      await kept.keep(key, maskNumbers(mask));
    }
    byContent.set(key, mask);
    masks.set(pair.id, mask);
    progress?.(masks.size, rows.length);
  }
  return masks;
}

/** The rows of a segmentation; data and images are the embedded drawings by default. */
export type SegmentChoice = Pick<
  StudyChoice,
  "data" | "pairs" | "images" | "protocol" | "limit" | "skipBad"
>;

interface SegmentedPair {
  readonly pair: Pair;
  readonly phrase: string;
}

export type SegmentInputs = Awaited<ReturnType<typeof openSegmentInputs>>;

/** Reads the rows and finds the images of those whose subject is present. */
export async function openSegmentInputs(
  choice: SegmentChoice,
  { text, seed, called = (option) => option }: Pick<OpeningOptions, "called"> & {
    readonly text: Pick<SentenceReader, "checkLength">;
    readonly seed: number;
  },
) {
  const { images, protocol = "rephrased", limit, skipBad = false } = choice;
  const given = givenData(choice);
  const dataPath = given.name;
  const read = await readChosen(choice, given, {
    ...{ protocol, aligned: false, imagesAre: "needed", called, embedded: false } as const,
  });
  const folder = await fetchKitFiles(images ?? SHAPES.images);
  const reader = imageReader(folder);
  const unusable = async (pairs: readonly Pair[]) => {
    const wanted = presentPairs(pairs);
    const pictured = wanted.map(({ pair }) => pair);
    const bad = await rowsWithoutImage(pictured, { read: reader, decode: decodeImage });
    return joinBadRows([...bad, ...longPhrases(text, wanted)]);
  };
  const further = skipBad || read.bad.length > 0 ? await unusable(read.pairs) : [];
  const data = usable(read, { source: dataPath, skipBad, further });
  const pairs = sampleRows(data.pairs, limit, seed);
  const segmented = presentPairs(pairs);
  if (segmented.length === 0) {
    throw new NegscopeError("rows-too-few", {
      problem: `Cannot segment the images of "${dataPath}"`,
      reason: `none of ${pairs.length} rows has a subject that is present and named`,
      fix: limit === undefined
        ? "take data with foil-negated rows"
        : `take data with foil-negated rows, or a larger ${called("limit")}`,
    });
  }
  const { paths, bad } = await findImages(folder, segmented.map(({ pair }) => pair));
  const all = joinBadRows([...bad, ...longPhrases(text, segmented)]);
  if (all.length > 0) {
    throw rowsUnusable(all, { source: dataPath, rows: pairs.length, images: folder });
  }
  const unnamed = pairs.filter(({ negation, caption }) =>
    negation === "foil" && subjectPhrase(caption) === undefined
  ).map(({ id }) => id);
  return { dataPath, data, pairs, segmented, unnamed, paths, read: reader };
}

function presentPairs(pairs: readonly Pair[]): SegmentedPair[] {
  return pairs.flatMap((pair) => {
    const phrase = pair.negation === "foil" ? subjectPhrase(pair.caption) : undefined;
    return phrase === undefined ? [] : [{ pair, phrase }];
  });
}

function longPhrases(
  text: Pick<SentenceReader, "checkLength">,
  rows: readonly SegmentedPair[],
): BadRow[] {
  return rows.flatMap(({ pair: { id }, phrase }) => {
    const where = placeOfRow(id);
    const names = { subject: where, called: "its phrase" };
    return badRow({ id, where }, [() => text.checkLength(phrase, names)]);
  });
}
