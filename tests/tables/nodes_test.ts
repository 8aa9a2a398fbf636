import { assertEquals } from "@std/assert";
import { allNodes, nodeHook, nodeName, readNode } from "../../lib/tables/nodes.ts";

Deno.test("allNodes() lists the heads layer by layer, then the MLPs", () => {
  assertEquals(allNodes({ layers: 2, heads: 2 }).map(nodeName), [
    ...["head 1.1", "head 1.2", "head 2.1", "head 2.2", "mlp 1", "mlp 2"],
  ]);
});

Deno.test("readNode() reads what nodeName() writes, heads as TransformerLens names them, and nothing else", () => {
  for (const node of allNodes({ layers: 12, heads: 16 })) {
    assertEquals(readNode(nodeName(node)), node);
  }
  for (const head of ["L3H1", "(3, 1)", "blocks.3.attn.hook_z head 1", "4.2", [3, 1]]) {
    assertEquals(readNode(head), { kind: "head", layer: 4, head: 2 });
  }
  for (
    const text of ["head 0.1", "head 1", "mlp 0", "mlp 1.2", "Head 1.2", "", "mlp"]
  ) {
    assertEquals(readNode(text), undefined, text);
  }
});

Deno.test("nodeHook() names the hook point of a head's z and of an MLP's output", () => {
  assertEquals(nodeHook({ kind: "head", layer: 4, head: 2 }), "blocks.3.attn.hook_z");
  assertEquals(nodeHook({ kind: "mlp", layer: 1 }), "blocks.0.hook_mlp_out");
});
