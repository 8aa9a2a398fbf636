import { assertEquals, assertStringIncludes } from "@std/assert";
import { VENUES } from "../../lib/charts/spec.ts";
import { drawPictures, type PICTURE_FORMATS, pictureFiles } from "../../lib/draw/pictures.ts";

const SPEC = { description: "one bar", data: { values: [{}] }, mark: "bar" };

Deno.test("pictureFiles() adds the source of a figure in print, which includes the best of the pictures for LaTeX", async () => {
  const preset = VENUES.get("icml")!;
  const files = async (formats: typeof PICTURE_FORMATS[number][]) => {
    const pictures = { formats, preset };
    return pictureFiles("a", SPEC, { drawn: await drawPictures(SPEC, pictures), pictures });
  };
  const all = await files(["svg", "png", "pdf"]);
  assertEquals(all.map(([name]) => name), ["a.svg", "a.png", "a.pdf", "a.tex"]);
  assertStringIncludes(`${all[3]![1]}`, "{a.pdf}");
  assertStringIncludes(`${(await files(["svg", "png"]))[2]![1]}`, "{a.png}");
  assertStringIncludes(`${(await files(["svg"]))[1]![1]}`, "\\includesvg");
});
