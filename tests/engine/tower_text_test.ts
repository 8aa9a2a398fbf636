import { assertEquals } from "@std/assert";
import { foldBlocks } from "../../lib/engine/graph/hook_points.ts";

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
