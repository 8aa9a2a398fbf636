/** The files that a command replaces: only its own are. */

import { NegscopeError } from "../errors.ts";

/**
 * Finds the files of some names in a folder, and refuses them all if one of them is not the command's own. Returns their paths.
 *
 * @param options Whether the command may remove the file of a name; what to do about those that it may not.
 */
export async function findReplaced(
  folder: string,
  names: Iterable<string>,
  { isOwn, fix = "move that away, or choose another folder (--out)" }: {
    readonly isOwn: (name: string, info: Deno.FileInfo) => boolean | Promise<boolean>;
    readonly fix?: string;
  },
): Promise<string[]> {
  const [own, others]: [string[], string[]] = [[], []];
  for (const name of new Set(names)) {
    const info = await Deno.lstat(`${folder}/${name}`).catch(() => undefined);
    if (info === undefined) continue;
    if (!info.isDirectory && await isOwn(name, info)) own.push(`${folder}/${name}`);
    else others.push(name);
  }
  if (others.length === 0) return own;
  throw new NegscopeError("folder-taken", {
    problem: `Cannot write into "${folder}"`,
    reason: `it holds what is not known to be the kit's own: ${others.join(", ")}`,
    fix,
  });
}
