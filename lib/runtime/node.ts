/** The runtime of this machine, onnxruntime-node. No other file imports it. */

import * as ort from "onnxruntime-node";
import { ortRuntime } from "../onnx/runtime/ort_runtime.ts";
import type { Runtime } from "../onnx/runtime/runtime.ts";
import { startStream } from "./start_stream.ts";

/** The version of the ONNX runtime in use. */
export const RUNTIME_VERSION: string = ort.env.versions.node ?? ort.env.versions.common;

/** The runtime of this machine, in which models are opened. */
export function nodeRuntime(): Runtime {
  return ortRuntime(ort, { name: "onnxruntime-node", writesInPlace: true, startStream });
}
