import { assertEquals } from "@std/assert";
import { digestFile } from "../../lib/files/sources.ts";
import { inFolder } from "../scripts/task_process.ts";

/** SHA-256 of "abc" (FIPS 180-2, appendix B.1). */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("digestFile() names a file by its path within the folder, and other files by their last part", () =>
  inFolder(async (folder) => {
    await Deno.mkdir(`${folder}/onnx`);
    const path = `${folder}/onnx/model.onnx`;
    await Deno.writeTextFile(path, "abc");
    assertEquals(await digestFile(path, folder), { file: "onnx/model.onnx", sha256: ABC });
    assertEquals(await digestFile(path, `${folder}/on`), { file: "model.onnx", sha256: ABC });
    assertEquals(await digestFile(path), { file: "model.onnx", sha256: ABC });
  }));
