/** From the logits of pixels to the size of a subject and a small mask, for one image and for many rows. */

import type { ImageReader, Progress } from "../study/embeddings/embed.ts";
import type { KeptRows } from "../study/rows/once_per_group.ts";
import type { SegmentedPair } from "./segment_inputs.ts";
import type { Logits, Segmenter } from "./segmenter.ts";

/** A pixel shows the subject if its probability is above this. */
export const THRESHOLD = 0.25;

/** The most rows and columns of a mask, a quarter of CLIPSeg's output. */
const MASK_SIDE = 88;

export interface SubjectMask {
  /** The mean over pixels of the probability, 0 to 1. */
  readonly size: number;
  /** The share of pixels whose probability is above {@linkcode THRESHOLD}. */
  readonly binary: number;
  /** The mean probability of each small block of pixels, from 0 to 255, rounded; row by row. */
  readonly levels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Measures a subject.
 *
 * @param logits The logits of all pixels; a probability is their sigmoid.
 */
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

/** A mask as numbers, for a journal. */
export function maskNumbers({ size, binary, rows, columns, levels }: SubjectMask): number[] {
  return [size, binary, rows, columns, ...levels];
}

/** The mask that numbers stand for. Undefined if they are not those of a mask. */
export function maskOf(numbers: readonly number[]): SubjectMask | undefined {
  const [size, binary, rows, columns, ...levels] = numbers;
  if (size === undefined || binary === undefined || rows === undefined || columns === undefined) {
    return undefined;
  }
  if (levels.length !== rows * columns) return undefined;
  return { size, binary, rows, columns, levels: Uint8Array.from(levels) };
}

/** Measures the subject of each row; rows with the same image and phrase share a mask. */
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
