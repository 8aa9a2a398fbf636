/** A thread that preprocesses image files, see image_folder.ts. */

import { answerRequests, startedWith } from "../../threads/thread.ts";
import type { ImageFile } from "../../model/image/image_tower.ts";
import { preprocessImage } from "./decode_image.ts";
import type { PreprocessConfig } from "../../model/image/preprocess.ts";

const config = startedWith<PreprocessConfig>();

answerRequests<ImageFile, Float32Array<ArrayBuffer>>(async ({ bytes, ...file }) => {
  const pixels = await preprocessImage(bytes, config, file);
  return { reply: pixels, handedOver: [pixels.buffer] };
});
