/** Two threads that fail in ways that Deno reports on stderr: prints the errors of requests to them as JSON. */

import { Thread } from "../../lib/threads/thread.ts";
import type { EchoReply, EchoRequest } from "./echo_worker.ts";

/** The errors of two requests to a thread, the second sent after the first has failed. */
async function refusals(module: string, request: EchoRequest): Promise<readonly string[]> {
  const thread = new Thread<string, EchoRequest, EchoReply>(new URL(module, import.meta.url), {
    start: "begun",
    released: () => new TypeError("it was released"),
  });
  const refusal = (request: EchoRequest) =>
    thread.ask(request).then(() => "answered", (error: Error) => error.message);
  const told = [await refusal(request), await refusal({})];
  await thread.release();
  return told;
}

const byItself = await refusals("./echo_worker.ts", { fail: "outside" });
const notThere = await refusals("./none.ts", {});
console.log(JSON.stringify({ byItself, notThere }));
