import { assertEquals } from "@std/assert";
import {
  allNodes,
  headName,
  headNote,
  layersText,
  nodeHook,
  nodeName,
  readHead,
  readNode,
} from "../../lib/tables/nodes.ts";

Deno.test("allNodes() lists the heads layer by layer, then the MLPs", () => {
  assertEquals(allNodes({ layers: 2, heads: 2 }).map(nodeName), [
    ...["head 1.1", "head 1.2", "head 2.1", "head 2.2", "mlp 1", "mlp 2"],
  ]);
});

Deno.test("readNode() reads what nodeName() writes, heads as TransformerLens names them, and nothing else", () => {
  for (const node of allNodes({ layers: 12, heads: 16 })) {
    assertEquals(readNode(nodeName(node)), node);
  }
  for (const head of ["L3H1", [3, 1]]) { // and all that readHead() reads
    assertEquals(readNode(head), { kind: "head", layer: 4, head: 2 });
  }
  for (const text of ["head 0.1", "head 1", "mlp 0", "mlp 1.2", "Head 1.2", "", "mlp"]) {
    assertEquals(readNode(text), undefined, text);
  }
});

Deno.test("nodeHook() names the hook point of a head's z and of an MLP's output", () => {
  assertEquals(nodeHook({ kind: "head", layer: 4, head: 2 }), "blocks.3.attn.hook_z");
  assertEquals(nodeHook({ kind: "mlp", layer: 1 }), "blocks.0.hook_mlp_out");
});

Deno.test("headNote() says how a head that is counted from 1 is named where heads count from 0", () => {
  assertEquals(headName({ layer: 4, head: 12 }), "4.12");
  assertEquals(
    headNote({ layer: 4, head: 12 }),
    "Heads count from 1: 4.12 is L3H11 in TransformerLens, blocks.3 head 11",
  );
});

Deno.test("readHead() reads every notation of a head, from 1 or from 0", () => {
  const notations = ["4.2", "head 4.2", "L3H1", "l3h1", "(3,1)", "(3, 1)", "blocks.3 head 1"];
  for (const text of [...notations, "blocks.3, head 1", "blocks.3.attn.hook_pattern, head 1"]) {
    assertEquals(readHead(text), { layer: 4, head: 2 }, text);
  }
  for (
    const text of ["", "4", "0.1", "1.0", "01.2", "L3", "H1", "(3)", "(-1, 0)", "blocks.3", "3,1"]
  ) {
    assertEquals(readHead(text), undefined, text);
  }
});

Deno.test("layersText() writes neighbouring layers as a range", () => {
  assertEquals(
    [[1], [1, 2], [1, 3], [2, 3, 4, 7, 9, 10], []].map(layersText),
    ["1", "1-2", "1, 3", "2-4, 7, 9-10", ""],
  );
});
