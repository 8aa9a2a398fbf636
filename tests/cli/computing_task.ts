/** A task with threads that compute in ONNX Runtime until a signal ends it, for `computing_exit_slow_test.ts`. */

import { once } from "node:events";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { productModel } from "../../lib/onnx/ort_runtime.ts";
import type { OnnxValue } from "../../lib/onnx/runtime.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";

const SIZE = 512;

async function compute(): Promise<void> {
  const data = new Float32Array(SIZE ** 2).fill(0.5);
  const matrix: OnnxValue = { type: "float32", dims: [SIZE, SIZE], data };
  for (;;) {
    const session = await nodeRuntime().create(productModel(), "a product", { threads: 2 });
    await session.run(new Map([["a", matrix], ["b", matrix]]));
    await session.release();
    parentPort?.postMessage("computed");
  }
}

if (isMainThread) {
  const { runTask } = await import("../../lib/cli/task.ts"); // which the other threads need not load
  const { say } = await import("../../lib/show/terminal.ts");
  await runTask({ name: "computing", does: "computes.", example: "computing" }, {}, async () => {
    const workers = [0, 1, 2].map(() => new Worker(new URL(import.meta.url)));
    void Promise.all(workers.map((worker) => once(worker, "message"))).then(() => say("computing"));
    await compute();
  });
} else await compute();
