import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { miniFolder } from "../model/forms/mini_folders.ts";
import { done } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask, TINY } from "./task_process.ts";

Deno.test("export writes a model's weights as ONNX, which other tasks read", () =>
  inFolder(async (parent) => {
    const folder = await miniFolder(parent, "open-clip-bin");
    const out = `${parent}/out`;
    const flags = ["--model", folder, "--out", out];
    assertEquals(await runTask("export", flags), {
      code: 0,
      stdout:
        `text tower of open_clip_pytorch_model.bin (activation quick_gelu, from open_clip_config.json)
image tower of open_clip_pytorch_model.bin (activation quick_gelu, from open_clip_config.json)
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

Deno.test("trace writes the same bytes for an export of SigLIP as for its weights, scale and bias included", () =>
  inFolder(async (parent) => {
    const own = ["--model", fixture("siglip-tiny")];
    const weights = [...own, "--weights", fixture("siglip-tiny/model.safetensors")];
    const exported = ["--model", `${parent}/export`];
    await done("export", [...weights, "--out", `${parent}/export`, "--quiet"]);
    const tables = async (name: string, model: readonly string[]) => {
      const flags = [...model, ...TINY.slice(2), "--cache", "none", "--format", "none", "--quiet"];
      await done("trace", [...flags, "--out", `${parent}/${name}`]);
      return ["effects.csv", "evaluate.csv"].map((file) =>
        Deno.readTextFileSync(`${parent}/${name}/${file}`)
      );
    };
    const expected = await tables("of weights", weights);
    assertEquals(await tables("of export", exported), expected);
    assertNotEquals(await tables("of another export", own), expected); // which lacks the scale
    assertStringIncludes(await done("inspect", exported), "S = 115.58 x cosine - 12.500");
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
