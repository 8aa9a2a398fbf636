/** The runtime of this machine, onnxruntime-node. No other file imports it. */

import "./has_binary.ts"; // before the package, which would fail with an error of the loader
import * as ort from "onnxruntime-node";
import {
  type Device,
  DEVICES,
  ortRuntime,
  type Runtime,
  type RuntimeThread,
} from "../onnx/runtime.ts";
import { Thread } from "../threads/thread.ts";

export const RUNTIME_VERSION: string = ort.env.versions.node ?? ort.env.versions.common;

/** The devices that this system's build of the runtime has; whether the machine has them shows when one is opened. */
export function builtDevices(): Device[] {
  const built = ort.listSupportedBackends().map(({ name }) => name);
  return DEVICES.filter((device) => built.includes(device));
}

/** The runtime of this machine on a device; {@linkcode openRuntime} also checks that the machine has it. */
export function nodeRuntime(device: Device = "cpu"): Runtime {
  if (device !== "cpu") ort.env.logLevel = "fatal"; // why one cannot be opened is in the error alone
  return ortRuntime(ort, {
    name: "onnxruntime-node",
    device,
    writesInPlace: true,
    providers: device === "cpu" ? [device] : [device, "cpu"], // an operator that the device lacks runs on the processor
    ...(device === "cpu" && { startStream }), // threads would only wait for each other at another device
  });
}

/** Starts a thread; its first answer reports any error of the start. */
export function startStream<Request, Reply>(
  start: object,
  released: () => Error,
): RuntimeThread<Request, Reply> {
  return new Thread<object, Request, Reply>(new URL("./stream_worker.ts", import.meta.url), {
    start,
    released,
  });
}
