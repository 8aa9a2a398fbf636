/** The subjects of many rows, one image after the other. */

import type { KeptRows } from "../study/rows/kept_rows.ts";
import type { ImageReader, Progress } from "../study/embeddings/embed.ts";
import type { SegmentedPair } from "./segment_inputs.ts";
import type { Segmenter } from "./segmenter.ts";
import { maskNumbers, maskOf, type SubjectMask, subjectMask } from "./subject_mask.ts";

export interface MeasuringOptions {
  /** Reads the image of a row. */
  readonly read: ImageReader;
  /** Where finished masks are kept. */
  readonly kept: KeptRows;
  /** Called with the number of rows done. */
  readonly progress?: Progress | undefined;
}

/** Measures the subject of each row; rows with the same image and phrase share a mask. */
export async function measureSubjects(
  segmenter: Pick<Segmenter, "logits">,
  rows: readonly SegmentedPair[],
  { read, kept, progress }: MeasuringOptions,
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
