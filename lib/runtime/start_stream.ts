/** Starts threads that run the blocks of a sweep. */

import type { RuntimeThread } from "../onnx/runtime/runtime.ts";
import { Thread } from "../threads/thread.ts";

/** Starts a thread; its first answer reports any error of the start. */
export function startStream<Request, Reply>(
  start: object,
  released: () => Error,
): RuntimeThread<Request, Reply> {
  return new Thread<object, Request, Reply>(new URL("./stream_worker.ts", import.meta.url), {
    ...{ start, released },
  });
}
