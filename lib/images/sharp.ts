/** Image files decoded by sharp, many of them in threads. */

import type { ImageFiles } from "../model/image/image_files.ts";
import { pixelThreadCount, PixelThreads } from "./pixel_threads.ts";
import { preprocessImage } from "./preprocess_image.ts";

/** The image files of this machine. */
export const SHARP: ImageFiles = {
  pixels: ({ bytes, name }, config) => preprocessImage(bytes, config, { name }),
  startThreads: (count, { config, ...how }) => {
    const threads = pixelThreadCount(count, how);
    return threads === 0 ? undefined : new PixelThreads(threads, config);
  },
};
