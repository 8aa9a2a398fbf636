/** Reads a small file, or a part of a large one, into memory. */

import { type DownloadOptions, TransientError, withPatience } from "./attempts.ts";
import { shownUrl } from "./hosts.ts";
import { receive, type Source } from "./request.ts";

export interface ReadOptions extends DownloadOptions {
  readonly source: Source;
  readonly limit: number;
  /** For the first request of a download: what the user can do if no server answers. */
  readonly ifUnanswered?: string;
}

export async function readBytes(url: URL, options: ReadOptions): Promise<Uint8Array<ArrayBuffer>> {
  return await withPatience(
    shownUrl(url),
    () => receive(url, options, (answer, bytes) => collect(answer, bytes, options.limit)),
    options,
  );
}

export async function collect(
  answer: Response,
  bytes: AsyncIterable<Uint8Array<ArrayBuffer>>,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = answer.headers.get("content-length");
  const tooLarge = () => new TransientError(`the server sends more than ${limit} bytes`);
  if (Number(announced) > limit) throw tooLarge();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    length += chunk.length;
    if (length > limit) throw tooLarge();
    chunks.push(chunk);
  }
  if (announced !== null && Number(announced) !== length) {
    throw new TransientError(`the connection ended after ${length} of ${announced} bytes`);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
