/** Downloads a file to its path on the disk: an interrupted download is resumed, and the file is checked before it appears. */

import { refuseLink } from "../disk/folders.ts";
import { fileNotWritten, giveName, openAtEnd } from "../disk/write_whole.ts";
import { type DownloadOptions, TransientError, withPatience } from "./attempts.ts";
import { shownUrl } from "./hosts.ts";
import { type Checksum, checksumOfFile } from "./remote_file.ts";
import { receive, type Source } from "./request.ts";

export interface TransferOptions extends DownloadOptions {
  readonly source: Source;
  /** The complete file's size, bytes. */
  readonly size: number;
  readonly checksum: Checksum;
  /** Called with the number of bytes received, now or in an earlier download; with a negative number when a transfer starts again. */
  readonly onBytes?: (bytes: number, when: "now" | "earlier") => void;
}

/**
 * Downloads a file. Until it is complete and its checksum is right, its bytes are kept in `PATH.incomplete`, which the next call
 * continues; then the whole file appears at once. An existing file with the right checksum is left alone.
 */
export async function transferFile(
  url: URL,
  path: string,
  options: TransferOptions,
): Promise<boolean> {
  const { source, size, checksum: { kind, hex }, patience, signal, onBytes = () => {} } = options;
  if (await checksumOfFile(path, { size, kind }) === hex) {
    onBytes(size, "earlier");
    return false;
  }
  const partial = `${path}.incomplete`; // the lock of its folder keeps other processes out of it
  await refuseLink(partial);
  using file = openAtEnd(partial);
  let length = file.seekSync(0, Deno.SeekMode.Current);
  onBytes(length, "earlier");
  let most = length;
  let tag: string | null = null;

  async function restart(): Promise<void> {
    onBytes(-length, "now");
    await file.truncate(0);
    await file.seek(0, Deno.SeekMode.Start);
    length = 0;
  }

  async function write(bytes: Uint8Array): Promise<void> {
    for (let written = 0; written < bytes.length;) {
      written += await file.write(bytes.subarray(written)).catch((error: unknown) => {
        throw fileNotWritten(partial, error);
      });
    }
    length += bytes.length;
    onBytes(bytes.length, "now");
  }

  async function receiveRest(): Promise<void> {
    const from = length;
    const headers = from === 0 ? {} : {
      range: `bytes=${from}-`,
      ...(isStrong(tag) ? { "if-range": tag } : {}),
    };
    const request = { source, headers, ...(patience && { patience }), signal };
    await receive(url, request, async (answer, bytes) => {
      tag = answer.headers.get("etag");
      if (answer.status === 200) await restart(); // the server does not support ranges, or now has another file
      else if (!isRest(answer, { from, size })) {
        await restart();
        throw new TransientError(`the server does not send bytes ${from} to ${size}`);
      }
      checkLength(answer, size - length);
      for await (const chunk of bytes) {
        if (length + chunk.length > size) {
          await restart();
          throw new TransientError(`the server sends more than the ${size} bytes of the file`);
        }
        await write(chunk);
      }
    });
  }

  async function work(): Promise<void> {
    try {
      if (length < size) await receiveRest();
    } catch (error) {
      if (error instanceof TransientError && error.status === 416) await restart();
      throw error;
    }
    if (length < size) {
      throw new TransientError(`the connection ended after ${length} of ${size} bytes`);
    }
    const found = await checksumOfFile(partial, { size, kind });
    if (found === hex) return;
    await restart();
    throw new TransientError(
      found === undefined
        ? `what arrived does not have the ${size} bytes of the file`
        : `its checksum is ${found} instead of ${hex}`,
    );
  }

  function gained(): boolean {
    const more = length > most;
    most = Math.max(most, length);
    return more;
  }

  await withPatience(shownUrl(url), work, { ...(patience && { patience }), signal, gained });
  await giveName(file, partial, path);
  return true;
}

function isStrong(tag: string | null): tag is string {
  return tag?.startsWith('"') === true; // a weak tag, W/"…", does not promise equal bytes
}

/** Whether a response with status 206 has the bytes that were requested. */
function isRest(answer: Response, { from, size }: { from: number; size: number }): boolean {
  const range = answer.headers.get("content-range") ?? "";
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
  return Number(start) === from && (total === "*" || Number(total) === size);
}

function checkLength(answer: Response, expected: number): void {
  const length = answer.headers.get("content-length");
  if (length !== null && Number(length) !== expected) {
    throw new TransientError(`the server announces ${length} bytes instead of ${expected}`);
  }
}
