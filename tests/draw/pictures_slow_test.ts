import { assertEquals, assertStringIncludes } from "@std/assert";
import { VENUES } from "../../lib/charts/spec.ts";
import { drawPictures, PICTURE_FORMATS, pictureFiles } from "../../lib/draw/pictures.ts";
import { renderPdf, renderPng, renderSvg } from "../../lib/draw/render.ts";

const SPEC = { description: "one bar", data: { values: [{}] }, mark: "bar" };

Deno.test("drawPictures() draws each wanted kind", async () => {
  const preset = VENUES.get("icml")!;
  const drawn = await drawPictures(SPEC, { formats: PICTURE_FORMATS, preset });
  assertEquals([...drawn.keys()], [...PICTURE_FORMATS]);
  assertEquals(drawn.get("svg"), await renderSvg(SPEC, { preset }));
  assertEquals(drawn.get("png"), await renderPng(SPEC, { preset }));
  assertEquals(drawn.get("pdf"), await renderPdf(SPEC, { preset }));
});

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
