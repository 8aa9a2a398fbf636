import { assertEquals } from "@std/assert";
import { onnxFiles } from "../../lib/model/onnx_files.ts";
import { assertRejectsCode } from "../error_codes.ts";

/** A model folder whose onnx/ holds empty files of these names. */
async function withFolder(
  names: readonly string[],
  test: (folder: string) => Promise<unknown>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/onnx`);
    for (const name of names) await Deno.writeTextFile(`${folder}/onnx/${name}`, "");
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("onnxFiles() prefers a file for each tower to one for both", async () => {
  await withFolder(["text_model.onnx", "vision_model.onnx", "model.onnx"], async (folder) => {
    assertEquals(await onnxFiles(folder, ["text", "image"], {}), {
      text: `${folder}/onnx/text_model.onnx`,
      image: `${folder}/onnx/vision_model.onnx`,
    });
  });
  await withFolder(["text_model_fp16.onnx", "model_fp16.onnx"], async (folder) => {
    assertEquals(await onnxFiles(folder, ["text", "image"], { suffix: "_fp16" }), {
      text: `${folder}/onnx/text_model_fp16.onnx`,
      image: `${folder}/onnx/model_fp16.onnx`,
    });
  });
});

Deno.test("onnxFiles() looks only for the wanted towers", async () => {
  await withFolder(["text_model.onnx"], async (folder) => {
    assertEquals(await onnxFiles(folder, ["text"], {}), {
      text: `${folder}/onnx/text_model.onnx`,
    });
    assertEquals(await onnxFiles(folder, [], {}), {});
  });
});

Deno.test("onnxFiles() uses the file that is named, whatever the suffix", async () => {
  await withFolder(["text_model_a.onnx", "vision_model_a.onnx"], async (folder) => {
    const choice = { suffix: "_a", onnxText: "elsewhere/text.onnx" };
    assertEquals(await onnxFiles(folder, ["text", "image"], choice), {
      text: "elsewhere/text.onnx",
      image: `${folder}/onnx/vision_model_a.onnx`,
    });
    const onnxVision = "elsewhere/vision.onnx";
    assertEquals(await onnxFiles(folder, ["image"], { onnxVision }), { image: onnxVision });
  });
});

Deno.test("onnxFiles() lists what the folder holds where a tower has no file", async () => {
  await withFolder(["vision_model.onnx", "text_model_a.onnx", "notes.txt"], async (folder) => {
    await assertRejectsCode(
      () => onnxFiles(folder, ["text", "image"], {}),
      "onnx-file-missing",
      `Cannot find "${folder}/onnx/text_model.onnx" or "${folder}/onnx/model.onnx": the folder's onnx/ holds text_model_a.onnx, vision_model.onnx; choose one: --onnx SUFFIX`,
    );
  });
});

Deno.test("onnxFiles() reports a missing onnx folder, and does not take a folder for a file", async () => {
  await assertRejectsCode(
    () => onnxFiles("no/such", ["text"], {}),
    "onnx-file-missing",
    "holds no ONNX file",
  );
  await withFolder([], async (folder) => {
    await Deno.mkdir(`${folder}/onnx/text_model.onnx`);
    await assertRejectsCode(
      () => onnxFiles(folder, ["text"], {}),
      "onnx-file-missing",
      "Cannot find",
    );
  });
});

Deno.test("onnxFiles() reports a file that it cannot examine rather than taking it for absent", async () => {
  const suffix = "_".repeat(300);
  await withFolder([], (folder) =>
    assertRejectsCode(
      () => onnxFiles(folder, ["text"], { suffix }),
      "model-file-unreadable",
      "its name is too long",
    ));
  await withFolder([], async (folder) => {
    const { readDir } = Deno;
    Deno.readDir = () => {
      throw new Deno.errors.NotCapable("Requires read access");
    };
    try {
      await assertRejectsCode(
        () => onnxFiles(folder, ["text"], {}),
        "model-file-unreadable",
        `Cannot read "${folder}/onnx": it may not be read; check the model's folder`,
      );
    } finally {
      Deno.readDir = readDir;
    }
    await Deno.remove(`${folder}/onnx`, { recursive: true });
    await Deno.writeTextFile(`${folder}/onnx`, "a file");
    const none = "holds no ONNX file";
    await assertRejectsCode(() => onnxFiles(folder, ["text"], {}), "onnx-file-missing", none);
  });
});
