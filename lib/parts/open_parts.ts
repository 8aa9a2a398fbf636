/** A folder of parts, opened before anything runs: what the parts are of, and what is there already. */

import { SCREEN } from "../charts/spec.ts";
import { KnownDigests } from "../files/sha256.ts";
import { checksumsOf } from "../opening/choice/checksums.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";
import type { RunFolder } from "../runs/folder/run_folder.ts";
import { versionsNow } from "../runs/run_identity.ts";
import { saidOnce } from "../study/once.ts";
import type { StudyInputs } from "../study/choice/inputs.ts";
import { printChoice, type StudyChoice } from "../study/choice/study_options.ts";
import {
  type ChosenParts,
  filesOf,
  type PartRuns,
  type PartsList,
  type PartsSettings,
  partsThatRun,
} from "./part.ts";
import { openPartsFolder, PARTS_FILE } from "./parts_folder.ts";
import type { PartsResults } from "./write_parts.ts";

export interface OpenedParts extends ChosenParts, Disposable {
  /** The folder, locked; undefined if everything in it is finished. */
  readonly folder: RunFolder | undefined;
  readonly how: PartRuns;
  /** What is known of the results before the parts run. */
  readonly results: PartsResults;
}

/** Opens the folder of a command that runs several parts. */
export async function openParts(
  list: PartsList,
  inputs: StudyInputs,
  settings: PartsSettings & {
    readonly seed: number;
    readonly options?: Readonly<Record<string, string>>;
  },
): Promise<OpenedParts> {
  const { out, seed, options, overwrite = false, called } = settings;
  const { pictures = { formats: ["svg"], preset: SCREEN } } = settings;
  const { choice, data: { format } } = inputs;
  const chosen = partsThatRun(list, inputs, called);
  const digests = new KnownDigests(undefined, { mayChange: false }); // all parts are of the same files
  const { sources: { model, data }, stamps } = await checksumsOf(inputs, digests);
  const identity: RunIdentity = {
    command: list.command,
    options: { ...printChoice(choice), ...options, seed: `${seed}` },
    versions: versionsNow(),
    sources: { model, data: data.filter((file) => file !== inputs.subjectSizes) }, // sizes are read by one part alone
  };
  const given = new Set([...inputs.embeddings?.files.values() ?? []].map(({ path }) => path));
  const ofModel = [...stamps.keys()].filter((path) => !given.has(path));
  const sideBySide = await partsAtOnce(choice, ofModel);
  const files = choice.shard === undefined ? filesOf(list, pictures) : [PARTS_FILE];
  const { folder, isResumed } = await openPartsFolder(list, identity, {
    ...{ out, files, seed, overwrite },
  });
  const warn = saidOnce(settings.warn); // the parts are of the same files
  return {
    ...chosen,
    folder,
    how: { ...settings, warn, pictures, digests, inputs: identity, isResumed, sideBySide },
    results: { ...chosen, out, identity, pictures, seed, format },
    [Symbol.dispose]: () => folder?.[Symbol.dispose](),
  };
}

/** The most bytes of a model of which parts run side by side: a larger one keeps all cores busy, and memory may have room for one alone. */
const SMALL_BYTES = 2 ** 26;

/** The most parts at once, each of which has the model and its numbers in memory. */
const MOST_PARTS = 4;

/**
 * How many parts of the text tower run side by side: one for each thread, or one alone.
 *
 * @param files The files that decide the model's numbers.
 */
export async function partsAtOnce(
  { device = "cpu", threads = navigator.hardwareConcurrency }: StudyChoice,
  files: Iterable<string>,
): Promise<number> {
  if (device !== "cpu") return 1;
  let bytes = 0;
  for (const path of files) bytes += (await Deno.stat(path)).size;
  return bytes > SMALL_BYTES ? 1 : Math.min(threads, MOST_PARTS);
}
