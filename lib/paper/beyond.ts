/** The last chapter of the paper's report: what the methods that came after it say of the same model and data. */

import { isFinished } from "../parts/parts_folder.ts";
import type { PartHeading } from "../parts/part.ts";
import { readIntactManifest } from "../files/sealed_manifest.ts";
import type { RunIdentity } from "../runs/folder/identity_difference.ts";

/** The section about the atlas, which is a folder of parts itself. */
export const BEYOND: PartHeading = {
  name: "atlas",
  title: "Beyond the paper",
  question:
    "Which heads and MLPs of the text encoder carry negation, by every method that localises it, and by which paths?",
};

/** Whether the folder has a finished atlas of the same model and data; one of others is left alone. */
export async function hasAtlas(
  out: string,
  { sources: { model, data } }: Pick<RunIdentity, "sources">,
): Promise<boolean> {
  const folder = `${out}/${BEYOND.name}`;
  if (!await isFinished(folder)) return false;
  const manifest = await readIntactManifest(`${folder}/manifest.json`);
  const digestsOf = (files: readonly { readonly sha256: string }[]) =>
    files.map(({ sha256 }) => sha256).sort().join();
  return manifest?.command === BEYOND.name &&
    digestsOf(manifest.sources.model) === digestsOf(model) &&
    digestsOf(manifest.sources.data) === digestsOf(data);
}
