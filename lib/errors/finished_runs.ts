/** Finished runs that cannot be read or put beside the published tables. */

import { firstLine } from "./describe.ts";

/** A run's folder that is not there. */
export function runMissing(folder: string): Error {
  return new Error(
    `Cannot read run "${folder}": there is no such folder; expected the folder of a finished run, such as results/trace after deno task trace`,
  );
}

/** A folder that no run was written into. */
export function runManifestMissing(folder: string): Error {
  return new Error(
    `Cannot read run "${folder}": it holds no manifest.json; expected the folder of a finished run, such as results/trace after deno task trace`,
  );
}

/** A manifest that says nothing. */
export function runManifestUnreadable(path: string, cause: unknown): SyntaxError {
  return new SyntaxError(
    `Cannot read "${path}" as a run's manifest: ${firstLine(cause)}; repeat the run`,
    { cause },
  );
}

/** A run that was stopped, or is still under way. */
export function runUnfinished(folder: string): Error {
  return new Error(
    `Cannot read run "${folder}": it is not finished; wait for it, or start it again with the same command`,
  );
}
