/** A thread for tests: waits as long as requested, then replies with its input or fails. */

import process from "node:process";
import { answerRequests, startedWith } from "../../lib/threads/thread.ts";

export interface EchoRequest {
  readonly wait?: number;
  readonly numbers?: Float32Array<ArrayBuffer>;
  readonly fail?: "here" | "outside" | "exit";
  readonly note?: string; // what it tells before its reply
}

export type EchoReply = { readonly started: string; readonly numbers: Float32Array<ArrayBuffer> };

const started = startedWith<string>();

answerRequests<EchoRequest, EchoReply, string>(async (request, tell) => {
  const { wait = 0, numbers = new Float32Array(), fail, note } = request;
  if (note !== undefined) tell(note);
  if (fail === "here") throw new RangeError("too far");
  if (fail === "exit") process.exit(3);
  if (fail === "outside") {
    setTimeout(() => {
      throw new Error("by itself");
    }, 0);
  }
  await new Promise((resolve) => setTimeout(resolve, fail === "outside" ? 60_000 : wait));
  return { reply: { started, numbers }, handedOver: [numbers.buffer] };
});
