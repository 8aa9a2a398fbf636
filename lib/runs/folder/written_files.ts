/** The files of a folder that its run has written, by the checksums that it recorded. */

import { NegscopeError } from "../../errors.ts";
import { PICTURE_ENDINGS } from "../../draw/pictures.ts";
import type { Manifest } from "../../files/manifest.ts";
import { manifestNotAsWritten, readManifest } from "../../files/sealed_manifest.ts";
import { sha256IfFile } from "../../files/sha256.ts";
import { isJournal } from "./journal.ts";
import { kitFiles, OF_ANY_RUN } from "./kit_files.ts";

export const MANIFEST = "manifest.json";

export const JOURNAL = "finished.jsonl";

const CHART = ".vl.json";

const PICTURE = new RegExp(`^(\\w[\\w-]*)\\.(${PICTURE_ENDINGS.join("|")})$`);

/** The file of a fitted edit, whose name is that of the edit. */
const FITTED = /^edit_\w+\.json$/;

/** Files that programs look for by these names, as the settings of a project: no run is taken to have written one. */
const SETTINGS =
  /^(package|package-lock|npm-shrinkwrap|composer|[jt]sconfig[\w-]*|deno|jsr|import[_-]?map|manifest)\.json$/i;

/**
 * Whether a run can have given a file its name.
 *
 * A command of the kit gives only the names of its own tables, charts and other files. An experiment that is not one of the kit's chooses
 * its names, so there the form decides: NAME.csv, NAME.vl.json, a picture of one of the listed charts, and a NAME.json that the list of
 * the run's files has, unless it is the name of a project's settings, such as package.json.
 */
export function isOfRun(
  name: string,
  { command, code, files, checksums = {} }: Pick<
    Manifest,
    "command" | "code" | "files" | "checksums"
  >,
): boolean {
  if (code === undefined) {
    return kitFiles(command).has(name) || command === "edit" && FITTED.test(name);
  }
  if (OF_ANY_RUN.includes(name) || /^\w[\w-]*(\.csv|\.vl\.json)$/.test(name)) return true;
  const [, chart] = PICTURE.exec(name) ?? [];
  if (chart !== undefined) {
    const spec = `${chart}${CHART}`;
    return files.includes(spec) || Object.hasOwn(checksums, spec);
  }
  return /^\w[\w-]*\.json$/.test(name) && files.includes(name) && !SETTINGS.test(name);
}

/**
 * What the run in a folder has recorded of its files. Returns the names of those that it has written or was about to write, its manifest
 * and its journal included, and the SHA-256 of those that it has written.
 */
export async function recordedFiles(
  folder: string,
): Promise<{
  readonly names: ReadonlySet<string>;
  readonly checksums: ReadonlyMap<string, string>;
}> {
  await refuseForeign(folder);
  const names = new Set([MANIFEST, JOURNAL]);
  const recorded = new Map<string, string>();
  const add = async (name: string) => {
    const sha256 = await sha256IfFile(`${folder}/${name}`);
    if (sha256 !== undefined) recorded.set(name, sha256);
  };
  if (await isJournal(`${folder}/${JOURNAL}`)) await add(JOURNAL);
  const read = await readManifest(`${folder}/${MANIFEST}`);
  if (read === undefined) return { names, checksums: recorded };
  if (read.state !== "intact") throw manifestNotAsWritten(`${folder}/${MANIFEST}`);
  await add(MANIFEST);
  const { manifest } = read;
  const { files, checksums = {}, pictures = {} } = manifest;
  for (const name of [...files, ...Object.keys(pictures), "report.html"]) {
    if (isOfRun(name, manifest)) names.add(name);
  }
  for (const [name, sha256] of [...Object.entries(checksums), ...Object.entries(pictures)]) {
    if (isOfRun(name, manifest)) recorded.set(name, sha256);
  }
  return { names: new Set([...names, ...recorded.keys()]), checksums: recorded };
}

/** Refuses a folder whose manifest.json no run of the kit wrote. */
async function refuseForeign(folder: string): Promise<void> {
  const read = await readManifest(`${folder}/${MANIFEST}`);
  if (read?.state !== "foreign") return;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot write into "${folder}"`,
    reason: `its ${MANIFEST} is not one of a run`,
    fix: "choose another folder (--out), or move that file away",
    cause: read.cause,
  });
}
