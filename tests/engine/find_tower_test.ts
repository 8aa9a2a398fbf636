import { assertEquals } from "@std/assert";
import { findTower } from "../../lib/engine/graph/find_tower.ts";
import { ENDS, IMAGE, readGraph, TEXT } from "./tiny.ts";

Deno.test("findTower() finds either tower of a file that holds both", async () => {
  const graph = await readGraph("model_old");
  assertEquals(findTower(graph, IMAGE).found.ends, ENDS.image);
  assertEquals(findTower(graph, TEXT).found.ends, ENDS.text);
});

Deno.test("findTower() sets no limits where axes are dynamic, and one row where weights are quantised", async () => {
  const plain = findTower(await readGraph("text_model"), TEXT);
  assertEquals([plain.found.limits, plain.bound], [undefined, undefined]);
  assertEquals(findTower(await readGraph("text_model_quantized"), TEXT).found.limits, { rows: 1 });
});
