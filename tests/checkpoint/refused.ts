/** The assertion that a file is refused. */

import { onDisk } from "../../lib/files/read_file.ts";
import { assert, assertEquals } from "@std/assert";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { Folder } from "./fixtures.ts";

/** Asserts that a file with some content is refused with a short message of one line. */
export function assertRefused(
  content: Uint8Array | string,
  code: ErrorCode,
  message: string,
): void {
  using folder = new Folder();
  const path = folder.write("weights", content);
  const error = assertThrowsCode(() => openCheckpoint(onDisk(path)), code, message);
  assertEquals(/\n/.test(error.message), false);
  assert(error.message.length < 600, error.message);
}
