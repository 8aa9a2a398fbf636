/** Downloads VALSE from its authors' server. */

import type { DownloadOptions } from "../attempts.ts";
import { CHECK_NETWORK, type DataSource, shownUrl } from "../hosts.ts";
import { readBytes } from "../read_bytes.ts";
import { parsePairs } from "../../data/read.ts";

const LIMIT = 1 << 26; // bytes of the file

/**
 * Downloads a VALSE file and checks that it can be read as VALSE, before anything is written.
 *
 * @param from The file's source.
 * @param options How long to wait for the server.
 * @returns The file's bytes, and how many rows it has.
 * @throws {NegscopeError} If it cannot be downloaded, is not a data file, or a row is not in VALSE's form.
 */
export async function fetchValse(
  { url, allowed }: DataSource,
  options: DownloadOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly rows: number }> {
  const bytes = await readBytes(url, {
    ...options,
    ...{ source: { allowed }, limit: LIMIT, ifUnanswered: CHECK_NETWORK },
  });
  const text = new TextDecoder().decode(bytes);
  const { rows } = parsePairs(text, { source: shownUrl(url), protocol: "standard" });
  return { bytes, rows };
}
