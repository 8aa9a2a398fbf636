import { assertEquals } from "@std/assert";
import { imageReader, resolveImages } from "../../lib/images/pair_images.ts";
import type { Pair } from "../../lib/data/pairs.ts";
import { inFolder } from "../scripts/task_process.ts";
import { assertRejectsCode } from "../error_codes.ts";

function pairOf(id: string, image: string): Pair {
  return { id, image, negation: "foil", caption: "There is a cat.", foil: "There is no cat." };
}

Deno.test("resolveImages() finds each image once, in the order of the pairs", () =>
  inFolder(async (folder) => {
    for (const name of ["a.png", "b.png"]) await Deno.writeTextFile(`${folder}/${name}`, name);
    const pairs = [pairOf("1", "b.png"), pairOf("2", "a.png"), pairOf("3", "b.png")];
    const root = await Deno.realPath(folder);
    assertEquals([...await resolveImages(folder, pairs)], [
      ["b.png", `${root}/b.png`],
      ["a.png", `${root}/a.png`],
    ]);
    assertEquals(await imageReader(folder)(pairs[1]!), new TextEncoder().encode("a.png"));
  }));

Deno.test("resolveImages() and imageReader() name the pair whose image is not there", () =>
  inFolder(async (folder) => {
    const pair = pairOf("existence_7", "c.png");
    await assertRejectsCode(() => resolveImages(folder, [pair]), "image-missing", '"existence_7"');
    await assertRejectsCode(() => imageReader(folder)(pair), "image-missing", '"existence_7"');
  }));
