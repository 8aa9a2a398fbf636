/** The files of a folder that its run has written, by the checksums that it recorded. */

import { NegscopeError } from "../../errors.ts";
import { PICTURE_ENDINGS } from "../../draw/pictures.ts";
import type { Manifest } from "../../files/manifest.ts";
import { manifestNotAsWritten, readManifest } from "../../files/sealed_manifest.ts";
import { sha256IfFile } from "../../files/sha256.ts";
import { isJournal } from "./journal.ts";

/** The record of a run. */
export const MANIFEST = "manifest.json";

/** The finished rows of a run in progress. */
export const JOURNAL = "finished.jsonl";

const CHART = ".vl.json";

/** The names of files that every run can have, without folders. */
const OF_A_RUN =
  /^(\w[\w-]*(\.csv|\.vl\.json)|masks\.npy|(methods|checklist)\.md|summary\.txt|rows\.jsonl|report\.html)$/;

const PICTURE = new RegExp(`^(\\w[\\w-]*)\\.(${PICTURE_ENDINGS.join("|")})$`);

/**
 * Whether a run can have given a file its name: a picture that of one of its charts, and a file for other programs one that begins with
 * the name of the experiment, unless that is not one of the kit's.
 *
 * @param name The name.
 * @param manifest The run's record.
 */
export function isOfRun(
  name: string,
  { command, code, files, checksums = {} }: Pick<
    Manifest,
    "command" | "code" | "files" | "checksums"
  >,
): boolean {
  if (OF_A_RUN.test(name)) return true;
  const [, chart] = PICTURE.exec(name) ?? [];
  if (chart !== undefined) {
    const spec = `${chart}${CHART}`;
    return files.includes(spec) || Object.hasOwn(checksums, spec);
  }
  const [, other] = /^(\w[\w-]*)\.json$/.exec(name) ?? [];
  if (other === undefined) return false;
  if (command === "paper") return other === "parts";
  return code !== undefined || other === command || other.startsWith(`${command}_`);
}

/** What a folder's run has recorded. */
export interface Recorded {
  /** The names of the files that it has written or was about to write, its manifest and its journal included. */
  readonly names: ReadonlySet<string>;
  /** The SHA-256 of those that it has written. */
  readonly checksums: ReadonlyMap<string, string>;
}

/**
 * What the run in a folder has recorded of its files.
 *
 * @param folder The folder.
 * @throws {NegscopeError} If its manifest.json is not a run's, or was edited, so that any name may stand in it.
 */
export async function recordedFiles(folder: string): Promise<Recorded> {
  await refuseForeign(folder);
  const names = new Set([MANIFEST, JOURNAL]);
  const own = new Map<string, string>();
  const add = async (name: string) => {
    const sha256 = await sha256IfFile(`${folder}/${name}`);
    if (sha256 !== undefined) own.set(name, sha256);
  };
  if (await isJournal(`${folder}/${JOURNAL}`)) await add(JOURNAL);
  const read = await readManifest(`${folder}/${MANIFEST}`);
  if (read === undefined) return { names, checksums: own };
  if (read.state !== "intact") throw manifestNotAsWritten(`${folder}/${MANIFEST}`);
  await add(MANIFEST);
  const { manifest } = read;
  const { files, checksums = {}, pictures = {} } = manifest;
  for (const name of [...files, ...Object.keys(pictures), "report.html"]) {
    if (isOfRun(name, manifest)) names.add(name);
  }
  for (const [name, sha256] of [...Object.entries(checksums), ...Object.entries(pictures)]) {
    if (isOfRun(name, manifest)) own.set(name, sha256);
  }
  return { names: new Set([...names, ...own.keys()]), checksums: own };
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
