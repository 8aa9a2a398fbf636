import { assertEquals, assertStringIncludes } from "@std/assert";
import { hookNames } from "../../lib/engine/graph/hook_points.ts";
import { fixture, runTask } from "./task_process.ts";

const MODEL = fixture("clip-tiny");

Deno.test("inspect --all prints every hook point of both towers with its axes and sizes", async () => {
  const { code, stdout, stderr } = await runTask("inspect", ["--model", MODEL, "--all"]);
  assertEquals([code, stderr], [0, ""]);
  const lines = stdout.trimEnd().split("\n");
  assertEquals(lines.filter((line) => !line.startsWith("  ")), [
    `CLIP from ${MODEL}`,
    "text tower: 3 blocks, 2 heads, width 16, projection 12",
    "image tower: 2 blocks, 2 heads, width 24, projection 12",
    "files: text tower from onnx/text_model.onnx (activation as exported); image tower from onnx/vision_model.onnx (activation as exported)",
    "residual sweeps: by the fast engine",
  ]);
  const hooks = lines.filter((line) => line.startsWith("  "));
  assertEquals(
    hooks.map((line) => line.trim().split("  ", 1)[0]),
    [...hookNames(3, ""), ...hookNames(2, "vision.")],
  );
  for (
    const line of [
      "hook_embed  [batch, position, width 16]",
      "blocks.2.attn.hook_z  [batch, position, head 2, head width 8]",
      "blocks.0.attn.hook_pattern  [batch, head 2, query, key]",
      "vision.blocks.1.hook_mlp_out  [batch, position, width 24]",
    ]
  ) assertStringIncludes(stdout, `  ${line}\n`);
});
