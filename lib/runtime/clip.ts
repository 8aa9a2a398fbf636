/** A CLIP model on this machine. */

import { DISK } from "../files/read_file.ts";
import { fetchKitFiles } from "../files/kit_files.ts";
import { SHARP } from "../images/sharp.ts";
import { CLIP_MODEL_OPTIONS, ClipModel, type ClipModelOptions } from "../model/clip_model.ts";
import type { Device } from "../onnx/runtime/runtime.ts";
import { checkNames } from "../options/values.ts";
import { openRuntime } from "./open_runtime.ts";

/** What to load, and how to compute. */
export interface ClipOptions extends Omit<ClipModelOptions, "runtime" | "files" | "imageFiles"> {
  /** What the model runs on; one that this machine lacks is refused. @default {"cpu"} */
  readonly device?: Device | undefined;
}

/** What this machine gives, besides the runtime. */
const GIVEN = { files: DISK, imageFiles: SHARP } as const;

/** The names of all options. */
const OPTIONS = [
  ...CLIP_MODEL_OPTIONS.filter((name) => name !== "runtime" && !(name in GIVEN)),
  "device",
];

/** A CLIP model whose hook points can be read and changed, in a folder of this machine and run by onnxruntime-node. */
export class Clip extends ClipModel {
  /**
   * Loads a model: its settings, its tokeniser, and for each tower an ONNX file under onnx/ or else the folder's weights, for which the
   * kit builds a graph.
   *
   * @param folder A folder in the layout of transformers or open_clip.
   * @param options What to load.
   * @throws {NegscopeError} If the machine lacks the device.
   * @throws {NegscopeError} See {@linkcode ClipModel.load}.
   */
  static override async load(folder: string, options: ClipOptions = {}): Promise<Clip> {
    checkNames(options, OPTIONS);
    const { device, ...model } = options;
    return await super.load(await fetchKitFiles(folder), {
      ...model,
      ...GIVEN,
      runtime: await openRuntime(device),
    });
  }
}
