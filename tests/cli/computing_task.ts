/** A task with threads that compute in ONNX Runtime until a signal ends it, for `computing_exit_slow_test.ts`. */

import { say } from "../../lib/show/terminal.ts";
import { isMainThread, Worker } from "node:worker_threads";
import { runTask } from "../../lib/cli/task.ts";
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
  }
}

if (isMainThread) {
  await runTask({ name: "computing", does: "computes.", example: "computing" }, {}, async () => {
    for (let i = 0; i < 3; i++) new Worker(new URL(import.meta.url));
    setTimeout(() => say("computing"), 500);
    await compute();
  });
} else await compute();
