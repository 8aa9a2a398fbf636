/**
 * What a browser gives the engine: ONNX Runtime's WebAssembly, and image files decoded. Of opaque PNG files of 8 bits the pixels are those
 * of sharp, whatever their colour profile, which a test checks; JPEG and WebP files are decoded by another library than sharp's, and their
 * pixels may differ by a few levels of 255.
 */

// deno-lint-ignore no-import-prefix -- named with its version here and not in deno.json, so that no task but `explore` fetches it
import * as ort from "npm:onnxruntime-web@1.27.0/wasm";
import { ortRuntime, type Runtime } from "../../onnx/runtime.ts";
import { NegscopeError } from "../../errors/errors.ts";
import type { ImageFiles } from "../../model/image/image_tower.ts";
import { imagePixels, type RgbImage } from "../../model/image/preprocess.ts";

/** Opens the runtime, with one thread: more need headers that plain web hosts do not send. */
export function openWasm(wasm: URL): Runtime {
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm };
  return ortRuntime(ort, { name: "onnxruntime-web", providers: ["wasm"] });
}

/** The most pixels of an image: more would take a gigabyte in the browser. */
const MOST_PIXELS = 1e8;

export const CANVAS: ImageFiles = {
  pixels: async ({ bytes, name }, config) => imagePixels(await decoded(bytes, name), config),
};

async function decoded(bytes: Uint8Array, name: string): Promise<RgbImage> {
  const file = new Blob([withoutExif(bytes)]);
  const options = { colorSpaceConversion: "none", premultiplyAlpha: "none" } as const;
  const image = await createImageBitmap(file, options).catch((cause: unknown) => {
    throw undecodable(name, "the browser does not know its format, or it is damaged", cause);
  });
  try {
    return rgbOf(image, name);
  } finally {
    image.close();
  }
}

function rgbOf(image: ImageBitmap, name: string): RgbImage {
  const { width, height } = image;
  if (width * height > MOST_PIXELS) {
    throw undecodable(name, `it has more than ${MOST_PIXELS} pixels`);
  }
  const canvas = new OffscreenCanvas(width, height).getContext("2d")!;
  canvas.fillStyle = "white";
  canvas.fillRect(0, 0, width, height);
  canvas.drawImage(image, 0, 0);
  const rgba = canvas.getImageData(0, 0, width, height).data;
  const data = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < data.length; from += 4) {
    for (let channel = 0; channel < 3; channel++) data[to++] = rgba[from + channel]!;
  }
  return { width, height, data };
}

function undecodable(name: string, reason: string, cause?: unknown): NegscopeError {
  return new NegscopeError("image-undecodable", {
    problem: `Cannot decode image "${name}"`,
    subject: name,
    reason,
    expected: "a whole PNG, JPEG, WebP or GIF file",
    cause,
  });
}

/** A JPEG file without its EXIF data, by which browsers turn pictures, and the kit, as Pillow, does not. */
function withoutExif(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const kept = new Uint8Array(bytes);
  if (kept[0] !== 0xff || kept[1] !== 0xd8) return kept;
  for (let at = 2; at + 4 < kept.length && kept[at] === 0xff && kept[at + 1] !== 0xda;) {
    if (kept[at + 1] === 0xe1) kept.fill(0, at + 4, at + 8); // no longer "Exif"
    at += 2 + kept[at + 2]! * 256 + kept[at + 3]!;
  }
  return kept;
}
