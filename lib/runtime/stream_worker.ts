/** The thread of a stream: it handles the requests of a stream, one after the other. */

import { freeModels } from "../engine/rows/row_graphs.ts";
import type { RowTowerOptions } from "../engine/rows/row_tower.ts";
import { answerRequests, startedWith } from "../threads/thread.ts";
import { openStream, type StreamRequest } from "../engine/rows/streams.ts";
import { nodeRuntime } from "./node.ts";

const opening = openStream(startedWith<RowTowerOptions>(), nodeRuntime());
opening.catch(() => undefined); // reported by the first request

answerRequests(async (request: StreamRequest) => {
  const stream = await opening;
  if (request.kind === "run") {
    const made = await stream.run(request.work);
    const { after, places, equals, sentences } = made;
    const handedOver = [after, places, equals, sentences].map(({ buffer }) => buffer);
    return { reply: made, handedOver };
  }
  await stream.add(request.models);
  freeModels(request.models);
  return { reply: undefined };
});
