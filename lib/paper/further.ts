/** What is done beside the parts, in folders of its own: sizes of subjects, and the heads on other sentences. */

import { NegscopeError } from "../errors.ts";
import { openInputs } from "../opening/open_inputs.ts";
import { generalise } from "../compare/generalise/generalise.ts";
import type { FileRunSettings } from "../runs/run_on_files.ts";
import { segmentOnFiles, SUBJECT_SIZES } from "../segment/segment_files.ts";
import { EMBEDDED, EMBEDDED_SENTENCES, type StudyChoice } from "../study/choice/study_options.ts";
import type { PartHeading, PartLeftOut, PartsSettings } from "../parts/part.ts";

/** How the paper's results are made. */
export interface PaperSettings extends PartsSettings {
  /** A folder or a downloaded model of CLIPSeg, which then measures the sizes of the subjects. @default {the sizes of the data} */
  readonly segmenter?: string | undefined;
  /**
   * Sentences with negation elsewhere, on which the heads are compared; none if `none`.
   * @default {the embedded ones for the embedded model, none for others and for shards}
   */
  readonly sentences?: string | undefined;
  /** Whether to make the atlas of the model as well, in the folder `atlas`; one that is there stays. @default {false} */
  readonly atlas?: boolean;
}

export const SEGMENT: PartHeading = {
  name: "segment",
  title: "Sizes of subjects",
  question: "How much of its image does the subject of a row cover, by CLIPSeg?",
};

/** The file with the sizes that a segmenter has measured. */
export function sizesFile({ out }: Pick<PaperSettings, "out">): string {
  return `${out}/${SEGMENT.name}/${SUBJECT_SIZES.name}.csv`;
}

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
    expected: `no segmenter there; ${fix}`,
  });
}

export async function measureSizes(
  { data, pairs, images, limit, skipBad, device, threads, protocol = "rephrased" }: StudyChoice,
  { segmenter, out, seed, bar, called }: PaperSettings & { readonly seed: number },
): Promise<void> {
  const rows = { data, pairs, images, limit, skipBad, protocol }; // of VALSE the rephrased ones
  await segmentOnFiles({ ...rows, segmenter, device, threads }, {
    ...{ out: `${out}/${SEGMENT.name}`, seed },
    ...(bar && { bar }),
    ...(called && { called }),
  });
}

export const ELSEWHERE: PartHeading = {
  name: "generalise",
  title: "Heads on other sentences",
  question: "Do the heads that read the negator here read it in sentences of other forms?",
};

export const ELSEWHERE_LEFT_OUT: PartLeftOut = {
  title: ELSEWHERE.title,
  reason: "the heads were not compared on any",
  fix:
    "--sentences compares them, in a run without --shard; deno task download cannot fetches some",
};

/** The value that leaves the comparison out. */
const NONE = "none";

/** The sentences to compare with, checked before any work. Undefined if there are none. */
export async function sentencesFor(
  choice: StudyChoice,
  { sentences: given, seed }: PaperSettings,
): Promise<string | undefined> {
  if (given === NONE) return undefined;
  if (choice.shard !== undefined) {
    if (given === undefined) return undefined;
    throw new NegscopeError("usage-value-wrong", {
      problem: `Cannot compare heads on sentences "${given}" in a shard`,
      expected: `sentences ${NONE}; the task generalise compares them without shards`,
    });
  }
  const isEmbedded = (choice.model ?? EMBEDDED) === EMBEDDED;
  const sentences = given ?? (isEmbedded ? EMBEDDED_SENTENCES : undefined);
  if (sentences === undefined) return undefined;
  const { images: _, imageEmbeddings: __, pairs: ___, ...text } = choice;
  await openInputs({ ...text, data: sentences }, {
    imagesAre: "ignored",
    ...(seed !== undefined && { seed }),
  });
  return sentences;
}

export async function compareElsewhere(
  { choice, sentences }: { readonly choice: StudyChoice; readonly sentences: string },
  { out, ...settings }: PaperSettings & Pick<FileRunSettings, "seed" | "pictures">,
): Promise<void> {
  const { bar, cache, called, warn, seed, pictures } = settings;
  await generalise({ choice, sentences }, {
    ...{ out: `${out}/${ELSEWHERE.name}`, dataRun: `${out}/attend` },
    seed,
    pictures,
    cache,
    warn,
    ...(bar && { bar }),
    ...(called && { called }),
  });
}
