/** Images that must be those that a run began with. */

import { NegscopeError } from "../errors/negscope_error.ts";
import { sha256Bytes } from "../reading/sha256.ts";

/**
 * Passes on an image's bytes if they are those that its checksum was computed of.
 *
 * @param sha256 Their checksum when the run began; if undefined, any bytes will do.
 */
export async function unchangedImage(
  name: string,
  bytes: Uint8Array,
  sha256: string | undefined,
): Promise<Uint8Array> {
  if (sha256 === undefined || await sha256Bytes(bytes) === sha256) return bytes;
  throw new NegscopeError("file-changed", {
    problem: `Cannot use image "${name}"`,
    subject: name,
    reason: "its file has changed since the run began",
    fix: "run the same command again",
  });
}
