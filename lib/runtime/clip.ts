/** A CLIP model on this machine. */

import { DISK } from "../files/disk.ts";
import { SHARP } from "../images/sharp.ts";
import { CLIP_MODEL_OPTIONS, ClipModel, type ClipModelOptions } from "../model/clip_model.ts";
import { checkNames } from "../options/values.ts";
import { nodeRuntime } from "./node.ts";

/** What to load, and how to compute. */
export type ClipOptions = Omit<ClipModelOptions, "runtime" | "files" | "imageFiles">;

/** A CLIP model whose hook points can be read and changed, in a folder of this machine and run by onnxruntime-node. */
export class Clip extends ClipModel {
  /**
   * Loads a model: its settings, its tokeniser, and for each tower an ONNX file under onnx/ or else the folder's weights, for which the
   * kit builds a graph.
   *
   * @param folder A folder in the layout of transformers or open_clip.
   * @param options What to load.
   * @throws {NegscopeError} See {@linkcode ClipModel.load}.
   */
  static override async load(folder: string, options: ClipOptions = {}): Promise<Clip> {
    const machine = { runtime: nodeRuntime(), files: DISK, imageFiles: SHARP };
    checkNames(options, CLIP_MODEL_OPTIONS.filter((name) => !(name in machine)));
    return await super.load(folder, { ...options, ...machine });
  }
}
