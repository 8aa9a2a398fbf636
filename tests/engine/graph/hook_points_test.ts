import { assertEquals } from "@std/assert";
import { foldBlocks, hookAxes, hookNames } from "../../../lib/engine/graph/hook_points.ts";

const text = hookNames(12, "");

Deno.test("hookNames() lists TransformerLens's names in the order of computation", () => {
  assertEquals(hookNames(1, "vision."), [
    ...["vision.hook_embed", "vision.hook_pos_embed", "vision.blocks.0.hook_resid_pre"],
    ...["vision.blocks.0.ln1.hook_scale", "vision.blocks.0.attn.hook_q"],
    ...["vision.blocks.0.attn.hook_k", "vision.blocks.0.attn.hook_v"],
    ...["vision.blocks.0.attn.hook_attn_scores", "vision.blocks.0.attn.hook_pattern"],
    ...["vision.blocks.0.attn.hook_z", "vision.blocks.0.attn.hook_result"],
    ...["vision.blocks.0.hook_attn_out", "vision.blocks.0.hook_resid_mid"],
    ...["vision.blocks.0.ln2.hook_scale", "vision.blocks.0.mlp.hook_pre"],
    ...["vision.blocks.0.mlp.hook_post", "vision.blocks.0.hook_mlp_out"],
    ...["vision.blocks.0.hook_resid_post", "vision.ln_final.hook_normalized"],
  ]);
  assertEquals(text.length, 3 + 12 * 16);
  assertEquals(new Set(text).size, text.length);
});

Deno.test("hookAxes() returns what each axis counts", () => {
  const axes = (hook: string) => hookAxes(hook).join(", ");
  assertEquals(axes("hook_embed"), "batch, position, width");
  assertEquals(axes("vision.hook_pos_embed"), "batch, position, width");
  assertEquals(axes("blocks.3.hook_attn_out"), "batch, position, width");
  assertEquals(axes("vision.blocks.0.attn.hook_pattern"), "batch, head, query, key");
  assertEquals(axes("blocks.10.attn.hook_attn_scores"), "batch, head, query, key");
  assertEquals(axes("blocks.10.attn.hook_result"), "batch, position, head, width");
  assertEquals(axes("blocks.10.ln2.hook_scale"), "batch, position, scale");
  assertEquals(axes("blocks.10.mlp.hook_post"), "batch, position, neuron");
  assertEquals(axes("ln_final.hook_normalized"), "batch, position, width");
  assertEquals(axes("vision.ln_final.hook_normalized"), "batch, width");
  for (const hook of ["q", "k", "v", "z"]) {
    assertEquals(axes(`blocks.11.attn.hook_${hook}`), "batch, position, head, head width");
  }
});

const NAMES = ["hook_embed", "blocks.0.hook_z", "blocks.1.hook_z", "blocks.2.hook_z", "ln_final"];

Deno.test("foldBlocks() has one line for neighbouring blocks that are alike", () => {
  const lines = (kindOf?: (name: string) => string) =>
    foldBlocks(NAMES, kindOf).map(({ name, names }) => `${name} ${names.length}`);
  assertEquals(lines(), ["hook_embed 1", "blocks.{0–2}.hook_z 3", "ln_final 1"]);
  assertEquals(lines((name) => name.includes(".1.") ? "gone" : ""), [
    ...["hook_embed 1", "blocks.0.hook_z 1", "blocks.2.hook_z 1", "blocks.1.hook_z 1"],
    "ln_final 1",
  ]);
});
