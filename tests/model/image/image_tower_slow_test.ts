import { assertEquals } from "@std/assert";
import { Tensor } from "../../../lib/hooks/tensor.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { TINY, withClip } from "../../studies.ts";

Deno.test("pixels() makes the input of run(), which accepts nothing else", () =>
  withClip(TINY, async ({ image }) => {
    const photo = await Deno.readFile(`${TINY.images}/photo.jpg`);
    const pixels = await image.pixels(photo, "photo.jpg");
    assertEquals([pixels.shape, pixels.axes], [[3, 24, 24], ["channel", "row", "column"]]);
    const small = new Tensor(new Float32Array(3 * 8 * 8), [3, 8, 8], pixels.axes);
    const says = "shape [3, 8, 8]: expected [3, 24, 24] as made by pixels()";
    await assertRejectsCode(() => image.run([pixels, small]), "sizes-differ", says);
    const broken = () => image.pixels(new Uint8Array(9), "x.jpg");
    await assertRejectsCode(broken, 'image-undecodable: "x.jpg"');
  }));
