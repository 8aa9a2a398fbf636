/**
 * Models: configuration, tokeniser, preprocessing, and both towers with their hook points.
 *
 * @module
 */

export * from "../model/clip.ts";
export * from "../model/config.ts";
export * from "../model/families.ts";
export type { Channels } from "../model/model_json.ts";
export * from "../model/image/image_tower.ts";
export * from "../model/image/preprocess_config.ts";
export * from "../model/onnx_files.ts";
export * from "../model/text/text_tower.ts";
export * from "../model/text/tokenizer.ts";
