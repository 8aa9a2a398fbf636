import { assertEquals } from "@std/assert";
import { SCREEN, VENUES } from "../../lib/charts/venues.ts";
import { PICTURE_FORMATS, writePictures } from "../../lib/draw/pictures.ts";
import { renderPdf, renderPng, renderSvg } from "../../lib/draw/render.ts";
import { assertRejectsCode } from "../error_codes.ts";

const SPEC = { description: "one bar", data: { values: [{}] }, mark: "bar" };

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

Deno.test("writePictures() writes a file of each wanted kind", () =>
  inFolder(async (folder) => {
    const preset = VENUES.get("icml")!;
    await writePictures(`${folder}/bar`, SPEC, { formats: PICTURE_FORMATS, preset });
    assertEquals(namesIn(folder), ["bar.pdf", "bar.png", "bar.svg"]);
    const bytes = (ending: string) => Deno.readFileSync(`${folder}/bar.${ending}`);
    assertEquals(new TextDecoder().decode(bytes("svg")), await renderSvg(SPEC, { preset }));
    assertEquals(bytes("png"), await renderPng(SPEC, { preset }));
    assertEquals(bytes("pdf"), await renderPdf(SPEC, { preset }));
  }));

Deno.test("writePictures() writes no other kind, and draws nothing if no kind is wanted", () =>
  inFolder(async (folder) => {
    await writePictures(`${folder}/bar`, SPEC, { formats: ["png"], preset: SCREEN });
    assertEquals(namesIn(folder), ["bar.png"]);
    await writePictures(`${folder}/none`, { mark: "no such" }, { formats: [], preset: SCREEN });
    await assertRejectsCode(
      () =>
        writePictures(`${folder}/none`, { mark: "no such" }, { formats: ["svg"], preset: SCREEN }),
      "chart-invalid",
    );
    assertEquals(namesIn(folder), ["bar.png"]);
  }));
