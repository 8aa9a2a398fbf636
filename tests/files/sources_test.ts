import { assertEquals } from "@std/assert";
import { sourcesOf } from "../../lib/files/sources.ts";
import { inFolder } from "../scripts/task_process.ts";

/** SHA-256 of "abc" (FIPS 180-2, appendix B.1) and of nothing. */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

Deno.test("sourcesOf() names the model's files within their folder and others by their last part", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/onnx`);
    await Deno.writeTextFile(`${folder}/onnx/model.onnx`, "abc");
    await Deno.writeTextFile(`${folder}/pairs.json`, "");
    const clip = { folder, files: [`${folder}/onnx/model.onnx`] };
    const data = `${folder}/pairs.json`;
    const sources = {
      model: [{ file: "onnx/model.onnx", sha256: ABC }],
      data: [{ file: "pairs.json", sha256: NOTHING }],
    };
    assertEquals(await sourcesOf(clip, { data }), sources);
    const images = new Map([["a.png", data]]);
    const withImages = await sourcesOf(clip, { data, images });
    assertEquals(withImages.data.map(({ file }) => file), ["pairs.json", "images"]);
  }));
