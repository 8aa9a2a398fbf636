/** Repeats requests that failed for a reason that may pass. */

import { setTimeout as pause } from "node:timers/promises";
import { NegscopeError } from "../errors.ts";

export interface Patience {
  /** Failures in a row, without a new byte between them, that end a download. @default {6} */
  readonly failures?: number;
  /** The same for the first request while no server has answered: most likely there is no network. @default {2} */
  readonly unanswered?: number;
  /** Milliseconds without a byte after which a connection counts as dead. @default {30_000} */
  readonly stall?: number;
  /** Milliseconds to wait after the n-th failure in a row. @default {1 s, doubled each time, at most 30 s} */
  readonly delay?: (failure: number) => number;
  /** Called with the reason and the milliseconds before each wait. */
  readonly onWait?: (why: string, milliseconds: number) => void;
}

export interface DownloadOptions {
  readonly patience?: Patience;
  readonly signal?: AbortSignal | undefined;
}

/** A failure that may pass: a cut connection, a busy server, wrong bytes. */
export class TransientError extends Error {
  readonly status: number | undefined;
  /** Milliseconds that the server asks the client to wait. */
  readonly retryAfter: number | undefined;
  /** Whether the server that was asked has not answered at all. */
  readonly isUnanswered: boolean;

  constructor(
    why: string,
    { status, retryAfter, isUnanswered = false, cause }: {
      readonly status?: number;
      readonly retryAfter?: number | undefined;
      readonly isUnanswered?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(why, { cause });
    this.status = status;
    this.retryAfter = retryAfter;
    this.isUnanswered = isUnanswered;
  }
}

const LONGEST_WAIT = 300_000; // milliseconds that a server may ask for

/** Repeats work until it succeeds, longer apart after each failure; one after progress (`gained`) counts as the first in a row. */
export async function withPatience<T>(
  address: string,
  work: () => Promise<T>,
  { patience = {}, signal, gained = () => false, ifUnanswered }: DownloadOptions & {
    readonly gained?: () => boolean;
    readonly ifUnanswered?: string | undefined;
  } = {},
): Promise<T> {
  const { failures: most = 6, unanswered = 2, delay = doubling, onWait } = patience;
  let hasAnswered = ifUnanswered === undefined;
  for (let failures = 1;; failures++) {
    try {
      signal?.throwIfAborted();
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      if (gained()) failures = 1;
      if (!error.isUnanswered) hasAnswered = true;
      if (!hasAnswered && failures >= Math.min(unanswered, most)) {
        throw new NegscopeError("download-failed", {
          problem: `Cannot reach the server of "${address}"`,
          reason: error.message,
          fix: ifUnanswered,
          cause: error,
        });
      }
      if (failures >= most) {
        const times = failures === 1 ? "once" : `${failures} times in a row`;
        throw new NegscopeError("download-failed", {
          problem: `Cannot download "${address}"`,
          reason: `it failed ${times}, the last time because ${error.message}`,
          fix: error.status === 429
            ? "wait some minutes, then run the same command again to go on"
            : "what has arrived is kept: run the same command again to go on",
          cause: error,
        });
      }
      const wait = error.retryAfter ?? delay(failures);
      if (wait > LONGEST_WAIT) {
        throw new NegscopeError("download-failed", {
          problem: `Cannot download "${address}" now`,
          reason: `the server asks to wait ${waitText(wait)}`,
          fix: "run the same command again then",
          cause: error,
        });
      }
      onWait?.(error.message, wait);
      await pause(wait, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  }
}

const DAY = 86_400_000; // milliseconds

function waitText(milliseconds: number): string {
  return milliseconds > DAY ? "more than a day" : `${Math.ceil(milliseconds / 60_000)} minutes`;
}

function doubling(failure: number): number {
  return Math.min(1000 * 2 ** (failure - 1), 30_000);
}
