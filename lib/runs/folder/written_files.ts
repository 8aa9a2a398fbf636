/** The files of a folder that an earlier run of the kit has written, by its manifest and their checksums. */

import { NegscopeError } from "../../errors.ts";
import { PICTURE_ENDINGS } from "../../draw/pictures.ts";
import { readManifest } from "../../files/sealed_manifest.ts";
import { sha256IfFile } from "../../files/sha256.ts";

const MANIFEST = "manifest.json";
const CHART = ".vl.json";

/** The names that a run can give to its files, without folders. */
const OF_A_RUN = new RegExp(
  `^(\\w[\\w-]*\\.(csv|json|vl\\.json|${
    PICTURE_ENDINGS.join("|")
  })|masks\\.npy|(methods|checklist)\\.md|summary\\.txt|rows\\.jsonl|report\\.html)$`,
);

/**
 * The files in a folder that its earlier run wrote: of a finished run those that are still as it wrote them, with the pictures of its
 * charts, and of an unfinished one those that it was about to write. Nothing if the manifest was edited, since any name may stand in it.
 *
 * @param folder The folder.
 * @throws {NegscopeError} If its manifest.json is not a run's.
 */
export async function writtenFiles(folder: string): Promise<string[]> {
  await refuseForeign(folder);
  const read = await readManifest(`${folder}/${MANIFEST}`);
  if (read?.state !== "intact") return [];
  const { finished, files, checksums = {} } = read.manifest;
  if (!finished) return [...files, "report.html"].filter((name) => OF_A_RUN.test(name));
  const own: string[] = [];
  for (const [name, sha256] of Object.entries(checksums)) {
    if (!OF_A_RUN.test(name) || await sha256IfFile(`${folder}/${name}`) !== sha256) continue;
    own.push(name);
    if (!name.endsWith(CHART)) continue;
    const pictures = PICTURE_ENDINGS.map((format) => name.replace(CHART, `.${format}`));
    own.push(...pictures.filter((picture) => files.includes(picture)));
  }
  return own;
}

/**
 * Refuses a folder whose manifest.json no run of the kit wrote.
 *
 * @param folder The folder.
 * @throws {NegscopeError} If it is so.
 */
export async function refuseForeign(folder: string): Promise<void> {
  const read = await readManifest(`${folder}/${MANIFEST}`);
  if (read?.state !== "foreign") return;
  throw new NegscopeError("folder-foreign", {
    problem: `Cannot write into "${folder}"`,
    subject: folder,
    reason: `its ${MANIFEST} is not one of a run`,
    fix: "choose another folder (--out), or move that file away",
    cause: read.cause,
  });
}
