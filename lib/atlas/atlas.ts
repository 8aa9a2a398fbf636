/** An atlas of a model: every part of the text encoder by every method, in one folder with one report. */

import { ifGiven } from "../options/option.ts";
import { checkedValue } from "../options/values.ts";
import { openInputs } from "../opening/open_inputs.ts";
import { NegscopeError } from "../errors.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { mergeParts, writeShard } from "../parts/write_parts.ts";
import { openParts } from "../parts/parts_folder.ts";
import { runParts } from "../parts/run_parts.ts";
import type { PartsSettings } from "../parts/part.ts";
import type { MergeSettings } from "../runs/merge_runs.ts";
import { SEED, type StudyChoice } from "../study/choice/study_options.ts";
import { type Control, controlOption } from "../study/controls/control.ts";
import { ATLAS_PARTS, atlasParts } from "./parts.ts";
import { writeAtlas, type WrittenAtlas } from "./write_atlas.ts";

/** The option of the task. */
export const CONTROL = ifGiven(controlOption({ standard: ["determiner"] }));

/** How an atlas is made. */
export interface AtlasSettings extends PartsSettings {
  /** The controls that each part runs, as far as its numbers can depend on them. @default {the control determiner of those that say what a part does to d} */
  readonly control?: readonly Control[] | undefined;
}

/**
 * Runs the parts, each in a folder within `out`, and writes the report. Finished parts are not repeated, so that the same call goes on
 * after an interruption.
 *
 * @param choice The model, the data and the rows.
 * @param settings The folder, and what is drawn.
 * @returns The results; undefined for a shard, which is merged with the others before there is a report.
 * @throws {NegscopeError} If the folder holds other results, or a part cannot run; the finished ones stay.
 */
export async function runAtlas(
  choice: StudyChoice,
  settings: AtlasSettings,
): Promise<WrittenAtlas | undefined> {
  const { called, control, ...rest } = settings;
  const seed = checkedValue("seed", settings.seed ?? SEED.standard, SEED)!;
  checkAtlasProtocol(choice, called);
  await openRuntime(choice.device); // a device that is missing is noticed before any work
  const inputs = await openInputs(choice, { seed, ...(called && { called }) });
  using opened = await openParts(atlasParts(control), inputs, {
    ...rest,
    seed,
    ...called && { called },
    ...control && { options: { control: CONTROL.print(control)! } },
  });
  const { folder, how, parts } = opened;
  const leftOut = await runParts(parts, choice, how);
  const results = {
    ...opened.results,
    parts: parts.filter(({ title }) => leftOut.every((part) => part.title !== title)),
    leftOut: [...opened.leftOut, ...leftOut],
  };
  if (choice.shard === undefined) return await writeAtlas(folder, results);
  await writeShard(folder, results);
  return undefined;
}

/** Refuses a protocol of which there is no atlas. */
export function checkAtlasProtocol(
  { protocol = "rephrased" }: Pick<StudyChoice, "protocol">,
  called: PartsSettings["called"] = (option) => option,
): void {
  if (protocol === "rephrased") return;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot make an atlas with ${called("protocol")} "${protocol}"`,
    subject: protocol,
    expected: "rephrased: its methods compare the two sentences position by position",
  });
}

/**
 * Merges the shards of an atlas.
 *
 * @param folders The folders of all shards, in any order.
 * @param settings The folder of the whole.
 * @returns What the whole says.
 * @throws {NegscopeError} If the shards are not of one atlas.
 */
export function mergeAtlas(
  folders: readonly string[],
  settings: MergeSettings,
): Promise<WrittenAtlas> {
  return mergeParts(ATLAS_PARTS, folders, settings, writeAtlas);
}
