/** Turns the bytes of an image file into the input of the image tower. */

import pLimit from "p-limit";
import { imagePixels } from "../model/image/preprocess.ts";
import type { PreprocessConfig } from "../model/image/preprocess_config.ts";
import { decodeImage, type DecodeOptions } from "./decode_image.ts";

/** The most decoded images in memory at once, 36 MB each if from a camera; sharp decodes no more than this in parallel. */
const DECODED_AT_ONCE = 4;

const decoding = pLimit(DECODED_AT_ONCE);

/** Decodes, resizes, crops and normalises an image. Returns the image tower's input, [channels, height, width]. */
export async function preprocessImage(
  bytes: Uint8Array,
  config: PreprocessConfig,
  options: DecodeOptions,
): Promise<Float32Array<ArrayBuffer>> {
  return await decoding(async () => imagePixels(await decodeImage(bytes, options), config));
}
