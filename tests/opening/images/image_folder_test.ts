import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import {
  imageReader,
  pixelThreadCount,
  PixelThreads,
  readImage,
  resolveImage,
} from "../../../lib/opening/images/image_folder.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import type { Pair } from "../../../lib/data/pairs.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { onDisk } from "../../../lib/files/read_file.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { loadClipConfig } from "../../../lib/model/forms/settings.ts";
import type { ClipConfig } from "../../../lib/architecture/tower_writer.ts";
import { preprocessImage } from "../../../lib/opening/images/decode_image.ts";
import { loadPreprocessConfig } from "../../../lib/model/image/preprocess_config.ts";
import type { PreprocessConfig } from "../../../lib/model/image/preprocess.ts";

async function withFolders(test: (images: string) => Promise<void>): Promise<void> {
  await inFolder(async (root) => {
    await Deno.mkdir(`${root}/images/deep`, { recursive: true });
    await Deno.mkdir(`${root}/images-private`);
    await Deno.writeTextFile(`${root}/images/a.png`, "a");
    await Deno.writeTextFile(`${root}/images/deep/b..png`, "b");
    await Deno.writeTextFile(`${root}/images-private/secret.png`, "secret");
    await test(`${root}/images`);
  });
}

Deno.test("resolveImage() leads nowhere outside the folder by its name", () =>
  withFolders(async (images) => {
    const names = ["../images-private/secret.png", "deep/../a.png", "..", "C:\\x.png"];
    for (const name of [...names, `${images}/a.png`, "..\\x.png", "a.png\0"]) {
      const says = "outside the image folder";
      await assertRejectsCode(() => resolveImage(images, name), "image-outside", says);
    }
  }));

Deno.test("readImage() names image, folder and pair when there is no such file", () =>
  withFolders(async (images) => {
    const gone = () => readImage(images, "gone.png", 'pair "existence_7"');
    const says = `image "gone.png" of pair "existence_7" in folder "${images}"`;
    await assertRejectsCode(gone, "image-missing", says);
    const none = 'images in "no/folder": there is no such folder; check the folder of the images';
    await assertRejectsCode(() => readImage("no/folder", "a.png"), "image-missing", none);
  }));

Deno.test("resolveImage() refuses what is no file, or too large, before it is read", () =>
  withFolders(async (images) => {
    await Deno.truncate(`${images}/a.png`, 600_000_001); // a hole takes no room
    const cases = [
      ["deep", "it is a folder"],
      ["a.png", "it has 600,000,001 bytes where 600,000,000 are allowed"],
    ] as const;
    for (const [name, why] of cases) {
      const says = `Cannot read image "${name}" from folder "${images}": ${why}`;
      await assertRejectsCode(() => resolveImage(images, name), "image-missing", says);
    }
  }));

function pairOf(id: string, image: string): Pair {
  return { id, image, negation: "foil", caption: "There is a cat.", foil: "There is no cat." };
}

Deno.test("imageReader() names the pair whose image is not there", () =>
  inFolder(async (folder) => {
    const pair = pairOf("existence_7", "c.png");
    await assertRejectsCode(() => imageReader(folder)(pair), 'image-missing: "existence_7"');
  }));

const FIXTURES = new URL("../../fixtures/", import.meta.url);
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
    "tower-not-loaded: Cannot run the image tower: it was released",
  );
});
