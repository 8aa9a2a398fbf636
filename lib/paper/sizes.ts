/** The sizes of subjects that a segmenter measures for the part that relates them to d. */

import { NegscopeError } from "../errors.ts";
import { segmentOnFiles } from "../segment/segment_files.ts";
import { SUBJECT_SIZES } from "../segment/tables.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import type { PartHeading } from "./parts.ts";
import type { PaperSettings } from "./settings.ts";

/** The section about the sizes. */
export const SEGMENT: PartHeading = {
  name: "segment",
  title: "Sizes of subjects",
  question: "How much of its image does the subject of a row cover, by CLIPSeg?",
};

/** The file with the sizes that a segmenter has measured. */
export function sizesFile({ out }: Pick<PaperSettings, "out">): string {
  return `${out}/${SEGMENT.name}/${SUBJECT_SIZES.name}.csv`;
}

/**
 * Refuses a segmenter beside what excludes it.
 *
 * @param choice The model and the data.
 * @param settings The segmenter.
 * @throws {NegscopeError} If there are sizes already or the run is a shard.
 */
export function checkSegmenter(
  { shard, subjectSizes }: StudyChoice,
  { segmenter, called = (option) => option }: PaperSettings,
): void {
  if (segmenter === undefined) return;
  const once =
    `measure the sizes once with the task segment, and give its ${SUBJECT_SIZES.name}.csv as ${
      called("subjectSizes")
    }`;
  const [beside, fix] = subjectSizes !== undefined
    ? [called("subjectSizes"), "give one of them"]
    : shard !== undefined
    ? [called("shard"), once]
    : [];
  if (beside === undefined) return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot use segmenter "${segmenter}" beside ${beside}`,
    subject: segmenter,
    expected: `no segmenter there; ${fix}`,
  });
}

/**
 * Measures the sizes, in a folder of their own.
 *
 * @param choice The data.
 * @param settings The segmenter, and where the sizes are written.
 */
export async function measureSizes(
  { data, pairs, images, limit, skipBad, device, threads, protocol = "rephrased" }: StudyChoice,
  { segmenter, out, seed, bar, called }: PaperSettings & { readonly seed: number },
): Promise<void> {
  const rows = { data, pairs, images, limit, skipBad, protocol }; // of VALSE the rephrased ones
  await segmentOnFiles({ ...rows, segmenter, device, threads }, {
    ...{ out: `${out}/${SEGMENT.name}`, within: out, seed },
    ...(bar && { bar }),
    ...(called && { called }),
  });
}
