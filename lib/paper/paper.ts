/** The paper's results on a model and data: all parts run, put beside the published figures, and described in one report. */

import { SCREEN } from "../charts/venues.ts";
import type { Pictures } from "../draw/pictures.ts";
import { generalise } from "../published/elsewhere/generalise.ts";
import type { FileRunSettings } from "../runs/run_on_files.ts";
import { NegscopeError } from "../errors.ts";
import { segmentOnFiles } from "../segment/segment_files.ts";
import { SUBJECT_SIZES } from "../segment/tables.ts";
import { checkedValue } from "../options/values.ts";
import { EMBEDDED, SEED, type StudyChoice } from "../subject/choice/study_options.ts";
import type { PartLeftOut } from "./findings.ts";
import { type PaperPart, PARTS } from "./parts.ts";
import { type PartsSettings, runParts } from "./run_parts.ts";
import { writePaper, type WrittenPaper } from "./write_paper.ts";

/** How the paper's results are made. */
export interface PaperSettings extends Omit<PartsSettings, "seed" | "pictures"> {
  /** Pictures of the charts. @default {SVG for the screen} */
  readonly pictures?: Pictures;
  /** A folder or a downloaded model of CLIPSeg, which then measures the sizes of the subjects. @default {the sizes of the data} */
  readonly segmenter?: string | undefined;
  /**
   * Sentences with negation elsewhere, on which the heads are compared; none if `none`.
   * @default {the embedded ones for the embedded model, none for others}
   */
  readonly sentences?: string | undefined;
  /** The seed of the draws for intervals and tests. @default {0} */
  readonly seed?: number;
}

/**
 * Runs the parts of the paper's results, each in a folder within `out`, and writes the report. Finished parts are not repeated, so that
 * the same call goes on after an interruption.
 *
 * @param chosen The model and the data; without a protocol, since the parts have their own.
 * @param settings Where everything is written.
 * @returns What was printed at the end; undefined for a shard, which is merged with the others before there is a report.
 * @throws {NegscopeError} If a part cannot run; the finished ones stay.
 */
export async function runPaper(
  chosen: Omit<StudyChoice, "protocol">,
  settings: PaperSettings,
): Promise<WrittenPaper | undefined> {
  const seed = checkedValue("seed", settings.seed ?? SEED.standard, SEED)!;
  const { subjectSizes: given, ...choice } = chosen;
  const { parts, leftOut } = partsFor(choice);
  const { out, overwrite = false, pictures = { formats: ["svg"], preset: SCREEN } } = settings;
  const { segmenter } = settings;
  const subjectSizes = given ?? (segmenter && `${out}/${SEGMENT.name}/${SIZES}`);
  if (segmenter !== undefined) {
    refuseSegmenter(chosen, settings);
    const { data, images, limit, skipBad, threads } = choice;
    await segmentOnFiles(
      { segmenter, data, images, limit, skipBad, threads, protocol: "rephrased" },
      {
        ...{ out: `${out}/${SEGMENT.name}`, overwrite, seed },
        ...(settings.bar && { bar: settings.bar }),
      },
    );
  }
  await runParts(parts, choice, { ...settings, seed, pictures, subjectSizes });
  if (choice.shard !== undefined) return undefined;
  const before = segmenter === undefined ? [] : [SEGMENT];
  const elsewhere = await compareElsewhere(choice, { ...settings, seed, pictures });
  return await writePaper(parts, {
    ...{ out, overwrite, pictures },
    leftOut: [...leftOut, ...elsewhere ? [] : [ELSEWHERE_LEFT_OUT]],
    further: [...before, ...elsewhere ? [ELSEWHERE] : []],
  });
}

/** Compares the heads on other sentences, if there are any; returns whether there were. */
async function compareElsewhere(
  choice: StudyChoice,
  { sentences, out, ...settings }: PaperSettings & Pick<FileRunSettings, "seed" | "pictures">,
): Promise<boolean> {
  const hasOwn = (choice.model ?? EMBEDDED) === EMBEDDED;
  if (sentences === "none" || sentences === undefined && !hasOwn) return false;
  await generalise({ choice: { ...choice, protocol: "rephrased" }, sentences }, {
    ...settings,
    ...{ out: `${out}/${ELSEWHERE.name}`, dataRun: `${out}/attend`, say: () => {} },
  });
  return true;
}

/** The part that compares the heads on other sentences. */
const ELSEWHERE: Pick<PaperPart, "name" | "title" | "question"> = {
  name: "generalise",
  title: "Heads on other sentences",
  question: "Do the heads that read the negator here read it in sentences of other forms?",
};

const ELSEWHERE_LEFT_OUT: PartLeftOut = {
  title: ELSEWHERE.title,
  reason: "there are no sentences to compare with",
  fix: "deno task download cannot fetches some; then give them with --sentences",
};

/** The file with the sizes that a segmentation writes. */
const SIZES = `${SUBJECT_SIZES.name}.csv`;

/** The part that measures the sizes of subjects. */
const SEGMENT: Pick<PaperPart, "name" | "title" | "question"> = {
  name: "segment",
  title: "Sizes of subjects",
  question: "How much of its image does the subject of a row cover, by CLIPSeg?",
};

function refuseSegmenter(
  { shard, subjectSizes }: StudyChoice,
  { segmenter, called = (option: string) => option }: PaperSettings,
): void {
  if (shard === undefined && subjectSizes === undefined) return;
  const [beside, fix] = shard === undefined ? [called("subjectSizes"), "give one of them"] : [
    called("shard"),
    `measure the sizes once with deno task segment, and give each shard ${
      called("subjectSizes")
    } FILE`,
  ];
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot use segmenter "${segmenter}" beside ${beside}`,
    subject: segmenter,
    expected: `no segmenter there; ${fix}`,
  });
}

/** The parts that can run, and those that cannot with these files. */
function partsFor(
  { imageEmbeddings }: StudyChoice,
): { readonly parts: readonly PaperPart[]; readonly leftOut: readonly PartLeftOut[] } {
  const cannot = ({ experiment: { runs } }: PaperPart) =>
    runs === "image" && imageEmbeddings !== undefined;
  return {
    parts: PARTS.filter((part) => !cannot(part)),
    leftOut: PARTS.filter(cannot).map(({ title }) => ({
      title,
      reason: "image embeddings made elsewhere stand in for the image tower",
      fix: "give --images without --image-embeddings",
    })),
  };
}
