/** The runtime of a page: ONNX Runtime's WebAssembly. It is named with its version here, not in deno.json, so that no task but `explore` fetches it. */

// deno-lint-ignore no-import-prefix -- see above
import * as ort from "npm:onnxruntime-web@1.27.0/wasm";
import { ortRuntime } from "../../onnx/ort_runtime.ts";
import type { Runtime } from "../../onnx/runtime.ts";

/** Opens the runtime, with one thread: more need headers that plain web hosts do not send. */
export function openWasm(wasm: URL): Runtime {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm };
  return ortRuntime(ort, { name: "onnxruntime-web", providers: ["wasm"] });
}
