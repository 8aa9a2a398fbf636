/** The folder that the kit keeps in the user's own cache. */

import { isAbsolute, join } from "node:path";
import { NegscopeError } from "../errors.ts";

/** Where the kit's folder is below the folder that a variable names, the first that is set. */
const PLACES = {
  XDG_CACHE_HOME: "negscope",
  HOME: ".cache/negscope",
  USERPROFILE: ".cache/negscope", // which Windows sets instead of HOME
} as const;

/**
 * `negscope` in XDG_CACHE_HOME or, if that is not set or is no absolute path, in `.cache` of HOME, on Windows of USERPROFILE.
 *
 * @param read Reads an environment variable; undefined if it is not set, or the program may not read it.
 */
export function ownFolder(
  read: (name: string) => string | undefined = readVariable,
): string {
  for (const [name, below] of Object.entries(PLACES)) {
    const folder = read(name);
    if (folder !== undefined && isAbsolute(folder)) return join(folder, below);
  }
  throw new NegscopeError("cache-unknown", {
    problem: "Cannot find the user's own cache folder",
    reason: "neither XDG_CACHE_HOME nor HOME is set to an absolute path that the program may read",
    fix:
      "set HOME and run with --allow-env=XDG_CACHE_HOME,HOME,USERPROFILE, or turn the cache off (--cache none)",
  });
}

function readVariable(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) : undefined;
}
