/** Answers requests from another thread: the other side of thread.ts. */

import { workerData } from "node:worker_threads";
import { sendableError } from "./sent_error.ts";
import type { Answer, Opening, Question, Told } from "./thread.ts";

/** A reply, and those of its buffers that the thread no longer needs. */
export interface OwnReply<Reply> {
  readonly reply: Reply;
  /** @default {[]} */
  readonly handedOver?: ArrayBuffer[];
}

export function startedWith<Start>(): Start {
  return (workerData as Opening<Start>).start;
}

/**
 * Answers all requests to this thread, each as soon as its reply is ready.
 *
 * @param answer Makes the reply; before it, it can tell notes.
 */
export function answerRequests<Request, Reply, Note = never>(
  answer: (request: Request, tell: (note: Note) => void) => Promise<OwnReply<Reply>>,
): void {
  const { port } = workerData as Opening<unknown>;
  const tell = (note: Note) => port.postMessage({ note } satisfies Told<Note>);
  port.addEventListener("message", async (event: Event) => {
    const { id, request } = (event as MessageEvent<Question<Request>>).data;
    try {
      const { reply, handedOver = [] } = await answer(request, tell);
      port.postMessage({ id, reply } satisfies Answer<Reply>, handedOver);
    } catch (error) {
      port.postMessage({ id, error: sendableError(error) } satisfies Answer<Reply>);
    }
  });
  port.start();
}
