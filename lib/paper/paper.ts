/** The paper's results on a model and data: all parts run, put beside the published figures, and described in one report. */

import { SCREEN } from "../charts/venues.ts";
import { drawMissing } from "../runs/finished.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { saidOnce } from "../runs/said_once.ts";
import { KnownDigests } from "../files/sha256.ts";
import { checkedValue } from "../options/values.ts";
import { checksumsOf } from "../opening/choice/checksums.ts";
import { openInputs } from "../opening/choice/open_inputs.ts";
import { SEED, type StudyChoice } from "../study/choice/study_options.ts";
import {
  checkSegmenter,
  compareElsewhere,
  ELSEWHERE,
  ELSEWHERE_LEFT_OUT,
  measureSizes,
  SEGMENT,
  sentencesFor,
  sizesFile,
} from "./further.ts";
import {
  isFinished,
  openPaperFolder,
  PAPER_FILES,
  paperIdentity,
  PARTS_FILE,
} from "./paper_folder.ts";
import { partsFor } from "./parts.ts";
import { runParts } from "./run_parts.ts";
import type { PaperSettings } from "./settings.ts";
import { writePaper, writeShard, type WrittenPaper } from "./write_paper.ts";

/**
 * Runs the parts of the paper's results, each in a folder within `out`, and writes the report. Finished parts are not repeated, so that
 * the same call goes on after an interruption; a later call with a segmenter or sentences adds what they make possible.
 *
 * @param chosen The model and the data. A protocol can be chosen only for a list of pairs; of VALSE all are run.
 * @param settings Where everything is written.
 * @returns The results; undefined for a shard, which is merged with the others before there is a report.
 * @throws {NegscopeError} If the folder holds other results, or a part cannot run; the finished ones stay.
 */
export async function runPaper(
  chosen: StudyChoice,
  settings: PaperSettings,
): Promise<WrittenPaper | undefined> {
  const seed = checkedValue("seed", settings.seed ?? SEED.standard, SEED)!;
  const { pictures = { formats: ["svg"], preset: SCREEN }, out, overwrite = false } = settings;
  const { subjectSizes: given, ...choice } = chosen;
  checkSegmenter(chosen, settings);
  await openRuntime(chosen.device); // a device that is missing is noticed before any work
  const opening = { seed, ...(settings.called && { called: settings.called }) };
  const inputs = await openInputs(chosen, opening); // with the sizes, so that a wrong file is noticed before any work
  const sentences = await sentencesFor(choice, { ...settings, ...opening });
  const { parts, leftOut } = partsFor(inputs, settings.called);
  const sharded = choice.shard !== undefined;
  const digests = new KnownDigests();
  const identity = paperIdentity({ ...inputs, choice }, await checksumsOf(inputs, digests), seed);
  const opened = await openPaperFolder(out, identity, {
    files: sharded ? [PARTS_FILE] : PAPER_FILES,
    seed,
    overwrite,
  });
  using _folder = opened.folder;
  const warn = saidOnce(settings.warn); // the parts are of the same files
  const how = { ...settings, warn, seed, pictures, digests, isResumed: opened.isResumed };
  const isThere = (name: string) => opened.isResumed && isFinished(`${out}/${name}`);
  const isMeasured = settings.segmenter !== undefined ||
    given === undefined && !sharded && await isThere(SEGMENT.name); // what an earlier call has added stays
  const isCompared = sentences !== undefined ||
    settings.sentences === undefined && !sharded && await isThere(ELSEWHERE.name);
  const subjectSizes = given ?? (isMeasured ? sizesFile(settings) : undefined);
  if (settings.segmenter !== undefined) await measureSizes(choice, how);
  await runParts(parts, choice, { ...how, subjectSizes });
  if (sentences !== undefined) await compareElsewhere({ choice, sentences }, how);
  else if (isCompared) await drawMissing(`${out}/${ELSEWHERE.name}`, pictures);
  const results = {
    out,
    identity,
    parts,
    pictures,
    seed,
    format: inputs.data.format,
    leftOut: [...leftOut, ...isCompared ? [] : [ELSEWHERE_LEFT_OUT]],
    further: [...isMeasured ? [SEGMENT] : [], ...isCompared ? [ELSEWHERE] : []],
  };
  if (!sharded) return await writePaper(opened.folder, results);
  await writeShard(opened.folder, results);
  return undefined;
}
