/** The paper's results on a model and data: all parts run, put beside the published figures, and described in one report. */

import { SCREEN } from "../charts/venues.ts";
import type { Pictures } from "../draw/pictures.ts";
import { checkedValue } from "../options/values.ts";
import { SEED, type StudyChoice } from "../subject/choice/study_options.ts";
import type { PartLeftOut } from "./findings.ts";
import { type PaperPart, PARTS } from "./parts.ts";
import { type PartsSettings, runParts } from "./run_parts.ts";
import { writePaper, type WrittenPaper } from "./write_paper.ts";

/** How the paper's results are made. */
export interface PaperSettings extends Omit<PartsSettings, "seed" | "pictures"> {
  /** Pictures of the charts. @default {SVG for the screen} */
  readonly pictures?: Pictures;
  /** The seed of the draws for intervals and tests. @default {0} */
  readonly seed?: number;
}

/**
 * Runs the parts of the paper's results, each in a folder within `out`, and writes the report. Finished parts are not repeated, so that
 * the same call goes on after an interruption.
 *
 * @param given The model and the data; without a protocol, since the parts have their own.
 * @param settings Where everything is written.
 * @returns What was printed at the end; undefined for a shard, which is merged with the others before there is a report.
 * @throws {NegscopeError} If a part cannot run; the finished ones stay.
 */
export async function runPaper(
  given: Omit<StudyChoice, "protocol">,
  settings: PaperSettings,
): Promise<WrittenPaper | undefined> {
  const seed = checkedValue("seed", settings.seed ?? SEED.standard, SEED)!;
  const { parts, leftOut } = partsFor(given);
  const { out, overwrite = false, pictures = { formats: ["svg"], preset: SCREEN } } = settings;
  await runParts(parts, given, { ...settings, seed, pictures });
  if (given.shard !== undefined) return undefined;
  return await writePaper(parts, { ...{ out, overwrite, pictures, leftOut } });
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
