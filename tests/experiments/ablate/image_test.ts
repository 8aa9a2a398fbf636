import { assertEquals } from "@std/assert";
import { ablateImages, flatImage, imageParts } from "../../../lib/experiments/ablate/image.ts";
import { patch } from "../../../lib/hooks/interventions.ts";
import { Tensor } from "../../../lib/hooks/tensor.ts";
import { readImage } from "../../../lib/images/image_folder.ts";
import { TINY, withClip } from "../../studies.ts";

Deno.test("flatImage() gives every pixel the mean of its channel", () => {
  const image = new Tensor(Float32Array.of(1, 3, 2, 6), [2, 1, 2], ["channel", "row", "column"]);
  assertEquals([...flatImage(image).data], [2, 2, 4, 4]);
  assertEquals([...image.data], [1, 3, 2, 6]);
});

Deno.test("ablateImages() gives the embedding of patching each part separately, for one image or many", () =>
  withClip(TINY, async ({ image }) => {
    const names = ["photo", "rotated"].map((name) => `${name}.jpg`)
      .concat(["alpha", "odd", "grey", "tiny", "palette"].map((name) => `${name}.png`)); // two batches
    const pixels = async (name: string) =>
      await image.pixels(await readImage(TINY.images, name), name);
    const found = (await Array.fromAsync(ablateImages(image, names, { pixels }))).flat();
    const { layers } = image.tower.shape;
    assertEquals(found.length, names.length * layers * 2);
    for (const { index, place, embedding } of found) {
      const { layer, part } = imageParts(layers)[place]!;
      const own = await pixels(names[index]!);
      const hook = `vision.blocks.${layer - 1}.hook_${part}_out`;
      const { cache } = await image.runWithCache([flatImage(own)], [hook]);
      const alone = await image.run([own], { interventions: [patch(hook, { from: cache })] });
      assertEquals(embedding, alone.row(0).data, `${names[index]} ${layer} ${part}`);
    }
  }));
