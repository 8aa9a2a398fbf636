/** Makes one request: with the token only for the Hub, given up if no bytes arrive, and repeated if it failed for a reason that may pass. */

import { setTimeout as pause } from "node:timers/promises";
import { NegscopeError } from "../errors/errors.ts";

/** An address as messages show it: without the query, which holds a secret signature on delivery hosts. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

export interface Patience {
  /** Failures in a row, without a new byte between them, that end a download. @default {6} */
  readonly failures?: number;
  /** Milliseconds without a byte after which a connection counts as dead. @default {30_000} */
  readonly stall?: number;
  /** Milliseconds to wait after the n-th failure in a row. @default {1 s, doubled each time, at most 30 s} */
  readonly delay?: (failure: number) => number;
  /** Called with the reason and the milliseconds before each wait. */
  readonly onWait?: (why: string, milliseconds: number) => void;
}

export interface DownloadOptions {
  readonly patience?: Patience | undefined;
}

/** A failure that may pass: a cut connection, a busy server, wrong bytes. */
export class TransientError extends Error {
  constructor(
    why: string,
    options: ErrorOptions = {},
    readonly status?: number,
    readonly retryAfter?: number, // milliseconds that the server asks the client to wait
  ) {
    super(why, options);
  }
}

const LONGEST_WAIT = 300_000; // milliseconds that a server may ask for
const doubling = (failure: number) => Math.min(1000 * 2 ** (failure - 1), 30_000);

/** Repeats work until it succeeds, longer apart after each failure; one after progress (`gained`) counts as the first in a row. */
export async function withPatience<T>(
  address: string,
  work: () => Promise<T>,
  { patience = {}, gained = () => false }: DownloadOptions & {
    readonly gained?: () => boolean;
  } = {},
): Promise<T> {
  const { failures: most = 6, delay = doubling, onWait } = patience;
  for (let failures = 1;; failures++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      if (gained()) failures = 1;
      if (failures >= most) {
        const times = failures === 1 ? "once" : `${failures} times in a row`;
        throw new NegscopeError("download-failed", {
          problem: `Cannot download "${address}"`,
          reason: `it failed ${times}, the last time because ${error.message}`,
          fix:
            "check the network, HTTPS_PROXY and HF_ENDPOINT; what has arrived is kept: run the same command again to go on",
          cause: error,
        });
      }
      const wait = error.retryAfter ?? delay(failures);
      if (wait > LONGEST_WAIT) {
        throw new NegscopeError("download-failed", {
          problem: `Cannot download "${address}" now`,
          reason: `the server asks to wait ${Math.ceil(wait / 60_000)} minutes`,
          fix: "run the same command again then",
          cause: error,
        });
      }
      onWait?.(error.message, wait);
      await pause(wait);
    }
  }
}

/** How to address a server. */
export interface Source {
  /** A secret, and the only origin that it may be sent to. */
  readonly token?: { readonly secret: string; readonly origin: string };
  /** The error for a refusal by the first host. @default {one that names the address and the status} */
  readonly refusal?: (url: URL, answer: Response) => Error;
}

interface RequestOptions extends DownloadOptions {
  readonly source?: Source;
  readonly headers?: Readonly<Record<string, string>>;
}

const REDIRECTS = 8;
const STALL = 30_000; // milliseconds
const MAY_PASS = [408, 416, 425, 429];

/** Makes a request once; `use` takes the response, with status 200 or 206, and its bytes as they arrive. */
export async function receive<T>(
  url: URL,
  { source = {}, headers = {}, patience = {} }: RequestOptions,
  use: (answer: Response, bytes: AsyncIterable<Uint8Array<ArrayBuffer>>) => Promise<T>,
): Promise<T> {
  const stall = patience.stall ?? STALL;
  const ended = new AbortController();
  let stalled = false;
  const giveUp = () => {
    stalled = true;
    ended.abort();
  };
  let timer = setTimeout(giveUp, stall);
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, stall);
  };
  const fail = (cause: unknown): never => {
    if (stalled) throw new TransientError(`nothing came for ${stall / 1000} seconds`);
    if (!(cause instanceof TypeError)) throw cause;
    throw new TransientError(networkReason(cause), { cause }); // fetch throws a plain TypeError
  };

  async function* bytes(answer: Response): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const reader = answer.body?.getReader();
    while (reader !== undefined) {
      const { done, value } = await reader.read().catch(fail);
      if (done) return;
      alive();
      yield value;
    }
  }

  try {
    const answer = await follow(url, { source, headers, signal: ended.signal, fail });
    alive();
    return await use(answer, bytes(answer));
  } finally {
    clearTimeout(timer);
    ended.abort(); // frees the connection if not everything was read
  }
}

async function follow(url: URL, { source, headers, signal, fail }: {
  readonly source: Source;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly fail: (error: unknown) => never; // throws the error for a failure of the network
}): Promise<Response> {
  let at = url;
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const token = source.token?.origin === at.origin
      ? { authorization: `Bearer ${source.token.secret}` }
      : {};
    const answer = await fetch(at, {
      // unpacked bytes could be neither counted nor resumed
      headers: { ...headers, ...token, "accept-encoding": "identity" },
      redirect: "manual",
      signal,
    }).catch(fail);
    if (answer.status === 200 || answer.status === 206) return answer;
    await answer.body?.cancel().catch(fail);
    const location = answer.headers.get("location");
    if (location === null || answer.status < 300 || answer.status > 399) {
      throw refused(answer, { at, url, source });
    }
    if (!URL.canParse(location, at)) throw new TransientError("it redirects to nowhere");
    at = new URL(location, at);
    if (at.protocol !== "https:" && at.protocol !== url.protocol) {
      throw astray(url, "it redirects to an unencrypted connection");
    }
  }
  throw astray(url, `it redirects more than ${REDIRECTS} times`);
}

function astray(url: URL, reason: string): NegscopeError {
  const problem = `Cannot download "${shownUrl(url)}"`;
  return new NegscopeError("download-failed", { problem, reason, fix: "try again later" });
}

function refused(
  answer: Response,
  { at, url, source }: { readonly at: URL; readonly url: URL; readonly source: Source },
): Error {
  const { status, headers } = answer;
  if (MAY_PASS.includes(status) || status >= 500) {
    const seconds = headers.get("retry-after") ?? "";
    const retryAfter = /^\d+$/.test(seconds) ? Number(seconds) * 1000 : undefined;
    const why = status === 429 ? "the server has had too many requests" : "the server is troubled";
    return new TransientError(`${why} (status ${status})`, {}, status, retryAfter);
  }
  if (at.origin !== url.origin) { // a signed address that has expired: the next try gets a new one
    return new TransientError(`${at.host} refuses (status ${status})`);
  }
  if (source.refusal !== undefined) return source.refusal(url, answer);
  return new NegscopeError("download-refused", {
    problem: `Cannot download "${shownUrl(url)}"`,
    reason: `the server answers with status ${status}`,
    fix: "try again later, fetch the file by hand, or look for a newer version of negscope",
  });
}

/** The reason of a network failure, without the address that Deno puts before it. */
function networkReason({ message, cause }: TypeError): string {
  const [line] = (cause instanceof Error ? cause.message : message).split("\n", 1) as [string];
  return line.replace(/^error sending request .*?client error \(\w+\): /, "");
}

export async function readBytes(
  url: URL,
  options: RequestOptions & { readonly limit: number },
): Promise<Uint8Array<ArrayBuffer>> {
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
