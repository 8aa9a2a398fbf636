/** One file of a repository, by its name. */

import { NegscopeError } from "../../errors.ts";
import { nearestText } from "../../errors/nearest.ts";
import type { RemoteFile } from "../remote_file.ts";

/**
 * Finds a file of a repository.
 *
 * @param files The repository's files.
 * @param options The repository, for messages, and the file's path in it.
 * @throws {NegscopeError} If the repository has no such file, or the path leads out of it.
 */
export function oneFile(
  files: readonly RemoteFile[],
  { repository, path }: { readonly repository: string; readonly path: string },
): RemoteFile {
  const leadsOut = path.split(/[/\\]/).some((part) => part === "" || /^\.\.?$/.test(part));
  const file = leadsOut ? undefined : files.find((file) => file.path === path);
  if (file !== undefined) return file;
  const ending = path.toLowerCase().split(/[/\\]/).at(-1)!;
  const same = files.map(({ path }) => path).filter((other) =>
    other.toLowerCase().split("/").at(-1) === ending
  );
  const nearest = same.length > 0
    ? same.slice(0, 3).map((other) => `"${other}"`).join(", ")
    : nearestText(path, files.map(({ path }) => path));
  throw new NegscopeError("hub-files-missing", {
    problem: `Cannot download "${path}" of "${repository}"`,
    subject: path,
    reason: files.length === 0
      ? "it has no files"
      : `it has no such file; the nearest are ${nearest}`,
    fix: "give its path in the repository",
  });
}
