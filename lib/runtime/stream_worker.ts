/** The thread of a stream: it handles the requests of a WorkerStream, one after the other. */

import { freeModels } from "../engine/rows/row_subgraphs.ts";
import type { RowTowerOptions } from "../engine/rows/row_tower.ts";
import { answerRequests, startedWith } from "../threads/answer.ts";
import { OwnStream } from "../experiments/sweep/streams/stream.ts";
import type { StreamReply, StreamRequest } from "../experiments/sweep/streams/worker_stream.ts";
import { nodeRuntime } from "./node.ts";

const opening = OwnStream.open(startedWith<RowTowerOptions>(), nodeRuntime());
opening.catch(() => undefined); // reported by the first request

answerRequests<StreamRequest, StreamReply>(async (request) => {
  const stream = await opening;
  if (request.kind === "run") {
    const after = await stream.run(request.work);
    return { reply: { times: stream.times, after }, handedOver: [after.buffer] };
  }
  await stream.add(request.models);
  freeModels(request.models);
  return { reply: { times: stream.times } };
});
