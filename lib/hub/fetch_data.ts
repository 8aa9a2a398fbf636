/** Downloads VALSE and CANNOT from their authors' servers; each is checked before anything is written. */

import { parsePairs } from "../data/read.ts";
import { NegscopeError } from "../errors.ts";
import type { DownloadOptions } from "./attempts.ts";
import { CHECK_NETWORK, type DataSource, shownUrl } from "./hosts.ts";
import { checksumOf } from "./partial_file.ts";
import { readBytes } from "./read_bytes.ts";

const LIMIT = 1 << 26; // bytes of a file; CANNOT has 10 million

/** A file of VALSE, which must be readable as VALSE, and the number of its rows. */
export async function fetchValse(
  source: DataSource,
  options: DownloadOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly rows: number }> {
  const { bytes, text } = await fetchData(source, options);
  const { rows } = parsePairs(text, { source: shownUrl(source.url), protocol: "standard" });
  return { bytes, rows };
}

/**
 * The file of CANNOT, whose content must be the one that this kit knows.
 *
 * @returns The file's bytes, how many rows it has, and how many of them have the word "no" before a noun and so a twin.
 */
export async function fetchCannot(
  data: DataSource & { readonly gitSha1: string },
  options: DownloadOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly rows: number; readonly usable: number }> {
  const { bytes, text } = await fetchData(data, options);
  const source = shownUrl(data.url);
  const found = checksumOf(bytes, "git");
  if (found !== data.gitSha1) {
    throw new NegscopeError("download-differs", {
      problem: `Cannot use "${source}"`,
      subject: source,
      reason: `git's SHA-1 of it is ${found}`,
      expected: data.gitSha1,
      fix: "try again, or fetch the file by hand",
    });
  }
  const { rows, pairs } = parsePairs(text, { source, protocol: "all", skipBad: true });
  return { bytes, rows, usable: pairs.length };
}

async function fetchData(
  { url, allowed }: DataSource,
  options: DownloadOptions,
): Promise<{ readonly bytes: Uint8Array; readonly text: string }> {
  const bytes = await readBytes(url, {
    ...options,
    source: { allowed },
    limit: LIMIT,
    ifUnanswered: CHECK_NETWORK,
  });
  return { bytes, text: new TextDecoder().decode(bytes) };
}
