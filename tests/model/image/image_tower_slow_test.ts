import { assertEquals } from "@std/assert";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import type { ImageTower } from "../../../lib/model/image/image_tower.ts";
import { Tensor } from "../../../lib/hooks/tensor.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { TINY } from "../../studies.ts";

async function withImage(test: (image: ImageTower) => Promise<void>): Promise<void> {
  await using clip = await Clip.load(TINY.model, { towers: ["image"] });
  await test(clip.image);
}

async function read(image: ImageTower, name: string): Promise<Tensor> {
  return await image.pixels(await Deno.readFile(`${TINY.images}/${name}`), name);
}

Deno.test("pixels() makes the input of run(), which accepts nothing else", () =>
  withImage(async (image) => {
    const pixels = await read(image, "photo.jpg");
    assertEquals([pixels.shape, pixels.axes], [[3, 24, 24], ["channel", "row", "column"]]);
    const small = new Tensor(new Float32Array(3 * 8 * 8), [3, 8, 8], pixels.axes);
    const says = "shape [3, 8, 8]: expected [3, 24, 24] as made by pixels()";
    await assertRejectsCode(() => image.run([pixels, small]), "sizes-differ", says);
    const broken = () => image.pixels(new Uint8Array(9), "x.jpg");
    await assertRejectsCode(broken, 'image-undecodable: "x.jpg"');
  }));
