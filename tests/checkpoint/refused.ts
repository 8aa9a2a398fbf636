/** The assertion that a file is refused at little cost. */

import { onDisk } from "../../lib/files/disk.ts";
import { assert, assertEquals } from "@std/assert";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { Folder } from "./fixtures.ts";

/** Milliseconds that a file may take on a busy machine; on an idle one, every file takes less than a tenth of it. */
export const LONGEST = 5000;

/** Asserts that a file with some content is refused with a short message of one line, without much work. */
export function assertRefused(
  content: Uint8Array | string,
  code: ErrorCode,
  message: string,
): void {
  using folder = new Folder();
  const path = folder.write("weights", content);
  const start = performance.now();
  const error = assertThrowsCode(() => openCheckpoint(onDisk(path)), code, message);
  const took = performance.now() - start;
  assert(took < LONGEST, `${message}: ${took} ms`);
  assertEquals(/\n/.test(error.message), false);
  assert(error.message.length < 600, error.message);
}
