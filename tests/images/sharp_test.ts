import { onDisk } from "../../lib/files/disk.ts";
import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { loadClipConfig } from "../../lib/model/forms/settings.ts";
import type { ClipConfig } from "../../lib/architecture/sizes.ts";
import { pixelThreadCount, PixelThreads } from "../../lib/images/sharp.ts";
import { preprocessImage } from "../../lib/images/decode_image.ts";
import { loadPreprocessConfig } from "../../lib/model/image/preprocess_config.ts";
import type { PreprocessConfig } from "../../lib/model/image/preprocess.ts";
import { assertRejectsCode } from "../error_codes.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);
const MODEL = fileURLToPath(new URL("clip-tiny", FIXTURES));

async function imageFiles(): Promise<{ name: string; bytes: Uint8Array }[]> {
  const folder = new URL("images/", FIXTURES);
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  return await Promise.all(
    names.map(async (name) => ({ name, bytes: await Deno.readFile(new URL(name, folder)) })),
  );
}

/** Uses threads with the model's preprocessing. */
async function withThreads(
  count: number,
  use: (threads: PixelThreads, preprocessing: PreprocessConfig) => Promise<void>,
): Promise<void> {
  const { vision } = (await loadClipConfig(onDisk(MODEL))) as Required<ClipConfig>;
  const preprocessing = await loadPreprocessConfig(onDisk(MODEL), vision);
  const threads = new PixelThreads(count, preprocessing);
  try {
    await use(threads, preprocessing);
  } finally {
    await threads.release();
  }
}

Deno.test("PixelThreads give the bits of preprocessImage() in every thread, and leave the file's bytes unchanged", () =>
  withThreads(2, async (threads, preprocessing) => {
    const all = await imageFiles();
    const files = [...all, ...all.slice(1)];
    const found = await Promise.all(files.map((file) => threads.pixels(file)));
    for (const [i, file] of files.entries()) {
      assertEquals(found[i], await preprocessImage(file.bytes, preprocessing, file), file.name);
    }
  }));

Deno.test("PixelThreads name a file that is not an image", () =>
  withThreads(1, async (threads, preprocessing) => {
    const file = { bytes: new TextEncoder().encode("no image"), name: "notes.png" };
    const { message } = await assertRejectsCode(
      () => preprocessImage(file.bytes, preprocessing, file),
      "image-undecodable",
    );
    const told = await assertRejectsCode(() => threads.pixels(file), "image-undecodable");
    assertEquals(told.message, message);
  }));

Deno.test("pixelThreadCount() is 0 for little work or one thread, else one for every eight", () => {
  const count = (images: number, threads: number, size = 224) =>
    pixelThreadCount(images, { pixels: size ** 2, threads });
  assertEquals([count(99, 2), count(100, 2), count(534, 1), count(549, 2, 64)], [0, 1, 0, 0]);
  assertEquals([count(534, 8), count(534, 9), count(534, 32)], [1, 2, 4]);
});

Deno.test("ImageTower.expectImages() changes no pixel, and its threads end with the tower", async () => {
  const [file] = await imageFiles();
  const clip = await Clip.load(MODEL, { towers: ["image"], threads: 2 });
  try {
    const alone = await clip.image.pixels(file!.bytes, file!.name);
    clip.image.expectImages(1e6);
    const { data } = await clip.image.pixels(file!.bytes, file!.name);
    assertEquals(data, alone.data);
  } finally {
    await clip.release();
  }
  await assertRejectsCode(
    () => clip.image.pixels(file!.bytes, file!.name),
    "tower-not-loaded",
    "Cannot run the image tower: it was released",
  );
});
