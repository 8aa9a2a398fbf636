import { assertEquals } from "@std/assert";
import { ActivationCache } from "../../lib/hooks/cache.ts";
import { add, mean, patch } from "../../lib/hooks/interventions.ts";

const Z = "blocks.3.attn.hook_z";

Deno.test("interventions can be written into a manifest", () => {
  const from = new ActivationCache(["There are no dogs."]);
  const interventions = [patch(Z, { position: 3, from }), add(Z, [0.5]), mean("*", { from })];
  assertEquals(JSON.parse(JSON.stringify(interventions)), [
    { kind: "patch", hook: Z, position: 3, from: { hooks: [], rows: ["There are no dogs."] } },
    { kind: "add", hook: Z, vector: [0.5] },
    { kind: "mean", hook: "*", from: { hooks: [], rows: ["There are no dogs."] } },
  ]);
});
