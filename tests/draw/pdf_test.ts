import { assertEquals, assertStringIncludes } from "@std/assert";
import { svgToPdf } from "../../lib/draw/render.ts";

function svg(content = "", unit = ""): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="200${unit}" height="50.5${unit}" viewBox="0 0 200 50.5">${content}</svg>`;
}

/** The uncompressed part of a PDF file: its objects, without the streams. */
async function objects(svg: string, description = "a chart", title = ""): Promise<string> {
  return new TextDecoder("latin1").decode(await svgToPdf(svg, { title, description }))
    .replaceAll(/stream\r?\n[\s\S]*?endstream/g, "");
}

Deno.test("svgToPdf() makes one page of the viewBox's size in points, whatever the picture's unit", async () => {
  const pdf = await objects(svg());
  assertEquals(pdf.match(/\/MediaBox \[[^\]]*\]/g), ["/MediaBox [0 0 200 50.5]"]);
  assertEquals(await objects(svg("", "pt")), pdf);
});

Deno.test("svgToPdf() records the title, the subject, the language and the producer, and no time", async () => {
  const pdf = await objects(svg(), "Heat maps, one a side", "Effects");
  const property = (name: string) => {
    const [, id] = new RegExp(`/${name} (\\d+) 0 R`).exec(pdf)!;
    return new RegExp(`^${id} 0 obj\n(.*)$`, "m").exec(pdf)![1];
  };
  assertEquals(property("Subject"), "(Heat maps, one a side)");
  assertEquals(property("Title"), "(Effects)");
  assertStringIncludes(pdf, "/Lang (en)");
  assertStringIncludes(pdf, "/DisplayDocTitle true");
  assertEquals(property("Producer"), "(negscope)");
  assertEquals(property("CreationDate"), "(D:19700101000000Z)");
});

Deno.test("svgToPdf() embeds only the font faces that the picture uses", async () => {
  const text = (weight: string) => `<text y="20" font-weight="${weight}">abc</text>`;
  const faces = async (content: string) =>
    [...new Set((await objects(svg(content))).match(/\+DejaVuSans(?:-Bold)?\b/g))].sort();
  assertEquals(await faces(text("normal")), ["+DejaVuSans"]);
  assertEquals(await faces(text("normal") + text("bold")), ["+DejaVuSans", "+DejaVuSans-Bold"]);
});
