import { assertAlmostEquals, assertEquals } from "@std/assert";
import { preprocessImage } from "../../lib/images/decode_image.ts";
import {
  readSegmenterSettings,
  segmenterGraph,
  settingsFiles,
} from "../../lib/segment/segmenter.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { fixture, inFolder } from "../scripts/task_process.ts";
import { copySegmenter, SEGMENTER } from "./own_graph.ts";

/** Every sixteenth pixel of every sixteenth row, from the fifth on, [channel, row, column], by transformers' `ViTImageProcessor`. */
interface Golden {
  readonly image: string;
  readonly pixels: readonly number[];
}

Deno.test("a segmenter's images have the pixels of transformers' processor", async () => {
  const golden: readonly Golden[] = JSON.parse(
    await Deno.readTextFile(`${SEGMENTER}/golden.json`),
  );
  const { preprocessing } = await readSegmenterSettings(SEGMENTER);
  for (const { image, pixels } of golden) {
    const bytes = await Deno.readFile(fixture(`images/${image}`));
    const found = await preprocessImage(bytes, preprocessing, { name: image });
    pixels.forEach((value, i) => {
      const [channel, row, column] = [Math.floor(i / 16), Math.floor(i / 4) % 4, i % 4];
      const place = (channel * 64 + row * 16 + 5) * 64 + column * 16 + 5;
      assertAlmostEquals(found[place]!, value, 1e-6, `${image} ${i}`); // float32, eight digits in the file
    });
  }
});

async function withSettings(
  change: Readonly<Record<string, unknown>>,
  use: (folder: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await copySegmenter(folder);
    const path = `${folder}/preprocessor_config.json`;
    const settings = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify({ ...settings, ...change }));
    await use(folder);
  });
}

Deno.test("readSegmenterSettings() stretches images, bilinear, where the file says less", async () => {
  const { preprocessing, text } = await readSegmenterSettings(SEGMENTER);
  assertEquals(text, { vocabSize: 602, maxPositions: 24, eosTokenId: 601 });
  const changes = [{ size: 64 }, { resample: undefined }, { image_mean: undefined }];
  for (const change of changes) {
    await withSettings(change, async (folder) => {
      assertEquals((await readSegmenterSettings(folder)).preprocessing, preprocessing);
    });
  }
  await withSettings({ size: undefined }, async (folder) => {
    const { resize } = (await readSegmenterSettings(folder)).preprocessing;
    assertEquals(resize, { height: 352, width: 352 });
  });
});

Deno.test("readSegmenterSettings() refuses other sizes than a square, and images as they are", async () => {
  const square = `"size" must be a square such as {"height": 352, "width": 352}, but it is {`;
  const wrong: readonly [Readonly<Record<string, unknown>>, string][] = [
    [{ size: { height: 64, width: 32 } }, square],
    [{ size: { shortest_edge: 64 } }, square],
    [{ do_resize: false }, '"do_resize" must be true, but it is false'],
  ];
  for (const [change, message] of wrong) {
    await withSettings(change, async (folder) => {
      await assertRejectsCode(() => readSegmenterSettings(folder), "setting-wrong", message);
    });
  }
});

Deno.test("segmenterGraph() finds a graph by its suffix, and names those that are there", () =>
  inFolder(async (folder) => {
    await copySegmenter(folder);
    assertEquals(await segmenterGraph(folder), `${folder}/onnx/model.onnx`);
    await assertRejectsCode(
      () => segmenterGraph(folder, "_fp16"),
      "model-file-missing",
      `Cannot find the segmenter's graph "${folder}/onnx/model_fp16.onnx": onnx/ has model.onnx; deno task segment reads another of them with --onnx SUFFIX, deno task download clipseg fetches model.onnx`,
    );
    await Deno.remove(`${folder}/onnx`, { recursive: true });
    await assertRejectsCode(
      () => segmenterGraph(folder),
      "model-file-missing",
      "the folder has no graphs in onnx/; run: deno task download clipseg",
    );
    assertEquals(
      await settingsFiles(folder),
      ["config.json", "tokenizer.json", "preprocessor_config.json"].map((name) =>
        `${folder}/${name}`
      ),
    );
  }));
