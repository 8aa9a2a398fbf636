/** The last chapter of the paper's report: what the methods that came after it say of the same model and data. */

import { checkAtlasProtocol, runAtlas } from "../atlas/atlas.ts";
import { refuseLink } from "../disk/folders.ts";
import { NegscopeError } from "../errors.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import type { PaperSettings } from "./further.ts";
import { isFinished, SameInputs } from "../parts/parts_folder.ts";
import type { PartHeading, PartRuns } from "../parts/part.ts";
import { readFinished, readManifest } from "../files/manifest.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";

/** The section about the atlas, which is a folder of parts itself. */
export const BEYOND: PartHeading = {
  name: "atlas",
  title: "Beyond the paper",
  question:
    "Which heads and MLPs of the text encoder carry what the negator does to the score, by every method, and by which paths?",
};

/** Refuses an atlas beside what excludes it, before any work. */
export function checkBeyond(choice: StudyChoice, { atlas = false, called }: PaperSettings): void {
  if (!atlas) return;
  checkAtlasProtocol(choice, called);
  if (choice.shard === undefined) return;
  const { k, n } = choice.shard;
  throw new NegscopeError("usage-value-wrong", {
    problem: `Cannot make an atlas beside shard ${k}/${n} of the paper's results`,
    subject: `${k}/${n}`,
    expected: "the whole results; the task atlas has shards of its own",
  });
}

export async function runBeyond(
  choice: StudyChoice,
  { inputs, ...settings }: PaperSettings & Pick<PartRuns, "inputs">,
): Promise<void> {
  const out = `${settings.out}/${BEYOND.name}`;
  await refuseLink(out);
  await runAtlas(choice, { ...settings, out });
  new SameInputs(inputs).check(BEYOND.name, await readFinished(out));
}

/** Whether the folder has a finished atlas of the same model and data; one of others is left alone. */
export async function hasAtlas(
  out: string,
  { sources: { model, data } }: Pick<RunIdentity, "sources">,
): Promise<boolean> {
  const folder = `${out}/${BEYOND.name}`;
  if (!await isFinished(folder)) return false;
  const manifest = await readManifest(`${folder}/manifest.json`);
  const digestsOf = (files: readonly { readonly sha256: string }[]) =>
    files.map(({ sha256 }) => sha256).sort().join();
  return manifest?.command === BEYOND.name &&
    digestsOf(manifest.sources.model) === digestsOf(model) &&
    digestsOf(manifest.sources.data) === digestsOf(data);
}
