import { assertEquals, assertStringIncludes } from "@std/assert";
import { miniFolder } from "../model/forms/mini_folders.ts";
import { inFolder, namesIn, runTask } from "./task_process.ts";

Deno.test("export writes a model's weights as ONNX, which other tasks read", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "open-clip-bin");
    const out = `${parent}/out`;
    const flags = ["--model", folder, "--out", out];
    assertEquals(await runTask("export", flags), {
      code: 0,
      stdout: `text tower of open_clip_pytorch_model.bin
image tower of open_clip_pytorch_model.bin
Written in ${out}: onnx/text_model.onnx, onnx/vision_model.onnx, tokenizer.json, tokenizer_config.json, preprocessor_config.json, config.json
`,
      stderr: "",
    });
    const [again, text, inspected] = await Promise.all([
      runTask("export", [...flags, "--quiet"]),
      runTask("export", ["--model", folder, "--tower", "text", "--out", `${out}2`, "--quiet"]),
      runTask("inspect", ["--model", out]),
    ]);
    assertEquals(again, { code: 0, stdout: "", stderr: "" });
    assertEquals(text, { code: 0, stdout: "", stderr: "" });
    assertEquals(namesIn(`${out}2/onnx`), ["text_model.onnx"]);
    assertEquals(inspected.code, 0);
    assertStringIncludes(inspected.stdout, "text tower: 1 blocks, 2 heads, width 4, projection 3");
  }));

Deno.test("export refuses an unknown tower, and a model that is ONNX already", async () => {
  const [tower, embedded] = await Promise.all([
    runTask("export", ["--tower", "vision"]),
    runTask("export", []),
  ]);
  assertEquals(tower.code, 2);
  assertStringIncludes(tower.stderr, 'Cannot use --tower "vision": expected text or image');
  assertEquals([embedded.code, embedded.stdout], [1, ""]);
  assertStringIncludes(embedded.stderr, "it is ONNX already, onnx/text_model.onnx");
});
