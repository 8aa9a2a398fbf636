/** The paper's results on a model and data: all parts run, put beside the published figures, and described in one report. */

import { drawMissing } from "../runs/finished.ts";
import type { MergeSettings } from "../runs/merge_runs.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { checkedValue } from "../options/values.ts";
import { openInputs } from "../opening/open_inputs.ts";
import { correlate } from "../experiments/correlate/index.ts";
import { mergeParts, writeShard } from "../parts/write_parts.ts";
import { isFinished, openParts } from "../parts/parts_folder.ts";
import type { Part } from "../parts/part.ts";
import { runParts } from "../parts/run_parts.ts";
import { SEED, type StudyChoice } from "../study/choice/study_options.ts";
import {
  checkSegmenter,
  compareElsewhere,
  ELSEWHERE,
  ELSEWHERE_LEFT_OUT,
  measureSizes,
  type PaperSettings,
  SEGMENT,
  sentencesFor,
  sizesFile,
} from "./further.ts";
import { checkBeyond, runBeyond } from "./beyond.ts";
import { checkProtocol, PAPER_PARTS } from "./parts.ts";
import { writePaper, type WrittenPaper } from "./write_paper.ts";

/**
 * Runs the parts of the paper's results, each in a folder within `out`, and writes the report. Finished parts are not repeated, so that
 * the same call goes on after an interruption; a later call with a segmenter, sentences or `atlas` adds what they make possible.
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
  const { out } = settings;
  const { subjectSizes: given, ...choice } = chosen;
  checkSegmenter(chosen, settings);
  checkBeyond(choice, settings);
  await openRuntime(chosen.device); // a device that is missing is noticed before any work
  const opening = { seed, ...(settings.called && { called: settings.called }) };
  const inputs = await openInputs(chosen, opening); // with the sizes, so that a wrong file is noticed before any work
  const sentences = await sentencesFor(choice, { ...settings, ...opening });
  checkProtocol(inputs, settings.called);
  using opened = await openParts(PAPER_PARTS, { ...inputs, choice }, { ...settings, seed });
  const { folder, how, results, parts, leftOut } = opened;
  const sharded = choice.shard !== undefined;
  const isThere = (name: string) => how.isResumed && isFinished(`${out}/${name}`);
  const isMeasured = settings.segmenter !== undefined ||
    given === undefined && !sharded && await isThere(SEGMENT.name); // what an earlier call has added stays
  const isCompared = sentences !== undefined ||
    settings.sentences === undefined && !sharded && await isThere(ELSEWHERE.name);
  const subjectSizes = given ?? (isMeasured ? sizesFile(settings) : undefined);
  if (settings.segmenter !== undefined) await measureSizes(choice, { ...settings, ...how });
  await runParts(parts.map((part) => withSizes(part, subjectSizes)), choice, how);
  if (sentences !== undefined) await compareElsewhere({ choice, sentences }, how);
  else if (isCompared) await drawMissing(`${out}/${ELSEWHERE.name}`, how.pictures);
  if (settings.atlas === true) await runBeyond(choice, { ...settings, inputs: how.inputs });
  const done = {
    ...results,
    leftOut: [...leftOut, ...isCompared ? [] : [ELSEWHERE_LEFT_OUT]],
    further: [...isMeasured ? [SEGMENT] : [], ...isCompared ? [ELSEWHERE] : []],
  };
  if (!sharded) return await writePaper(folder, done);
  await writeShard(folder, done);
  return undefined;
}

/** Gives the sizes of the subjects to the part that reads them. */
function withSizes(part: Part, subjectSizes: string | undefined): Part {
  if (subjectSizes === undefined || part.experiment !== correlate) return part;
  return { ...part, files: { subjectSizes } };
}

/**
 * Merges the shards of `deno task paper --shard`.
 *
 * @param folders The shards' folders.
 * @param settings Where the merged run is written.
 * @returns The results of the whole.
 * @throws {NegscopeError} If the shards do not all belong to one run.
 */
export function mergePaper(
  folders: readonly string[],
  settings: MergeSettings,
): Promise<WrittenPaper> {
  return mergeParts(
    PAPER_PARTS,
    folders,
    settings,
    (folder, results) => writePaper(folder, { ...results, further: [] }),
  );
}
