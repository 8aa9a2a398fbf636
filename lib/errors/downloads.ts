/** Downloads that fail or are refused, and the Hub's cache. */

import { UsageError } from "./usage.ts";

/** A download of nothing. */
export function downloadNothing(targets: readonly string[]): UsageError {
  return new UsageError(
    `Cannot download nothing: expected one of ${targets.join(", ")} after "deno task download"`,
  );
}

/** A download of what the kit does not know. */
export function downloadUnknown(target: string, hint: string): UsageError {
  return new UsageError(`Cannot download "${target}": ${hint}`);
}

/** An argument too many. */
export function downloadOperandTooMany(argument: string, form: string): UsageError {
  return new UsageError(`Cannot use "${argument}": expected deno task download ${form}`);
}

/** A flag of another download. */
export function downloadFlagForeign(flag: string, target: string, owner: string): UsageError {
  return new UsageError(
    `Cannot use ${flag} to download ${target}: it is for deno task download ${owner}`,
  );
}

/** A name that no repository of the Hub can have. */
export function hubNameWrong(name: string): UsageError {
  return new UsageError(
    `Cannot download "${name}": expected the name of a repository on the Hub, OWNER/NAME or OWNER/NAME@REVISION, such as Xenova/clip-vit-base-patch32`,
  );
}

/** A download that the user ended. */
export function downloadInterrupted(): Error {
  return new Error("Interrupted: what has come is kept, run the same command again to go on");
}

/** Images without the data that names them. */
export function downloadDataMissing(path: string): Error {
  return new Error(
    `Cannot tell which images to download: there is no "${path}"; give --data FILE, or first run: deno task download valse`,
  );
}
