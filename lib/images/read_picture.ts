/** A picture from anywhere on the disk. */

import { NegscopeError, readingFailure } from "../errors.ts";
import { MOST_BYTES, readBytes } from "../files/read_file.ts";

/** Reads a picture from anywhere. */
export async function readPicture(
  path: string,
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  try {
    return { name: path, bytes: await readBytes(path, MOST_BYTES.image) };
  } catch (cause) {
    const reason = readingFailure(cause);
    if (cause instanceof Deno.errors.NotFound) {
      throw new NegscopeError("image-missing", {
        problem: `Cannot find image "${path}"`,
        subject: path,
        reason,
        fix: "check the path of the image",
        cause,
      });
    }
    throw new NegscopeError("image-missing", {
      problem: `Cannot read image "${path}"`,
      subject: path,
      reason,
      fix: "check the path of the image",
      cause,
    });
  }
}
