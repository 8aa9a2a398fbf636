/** The thread of a stream: it does what worker_stream.ts asks, one request after the other. */

import { workerData } from "node:worker_threads";
import { freeModels } from "../../clip/row_pieces.ts";
import { OwnStream } from "./stream.ts";
import type { Opening, Reply, Request } from "./worker_stream.ts";

const { shape, port } = workerData as Opening;
const opening = OwnStream.open(shape);
opening.catch(() => undefined); // told with the first request

port.addEventListener("message", async (event: Event) => {
  const request = (event as MessageEvent<Request>).data;
  try {
    const stream = await opening;
    if (request.kind === "add") {
      await stream.add(request.models);
      freeModels(request.models);
      port.postMessage({ times: stream.times } satisfies Reply);
    } else {
      const after = await stream.run(request.work);
      port.postMessage({ times: stream.times, after } satisfies Reply, [after.buffer]);
    }
  } catch (error) {
    port.postMessage({ error } satisfies Reply);
  }
});
port.start();
