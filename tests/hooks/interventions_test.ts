import { assertEquals } from "@std/assert";
import { ActivationCache } from "../../lib/hooks/cache.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { add, edit, knockOut, mean, patch, scale, zero } from "../../lib/hooks/interventions.ts";

const Z = "blocks.3.attn.hook_z";

Deno.test("interventions are plain data", () => {
  assertEquals(zero(Z, { head: 1 }), { kind: "zero", hook: Z, head: 1 });
  assertEquals(scale(Z, 0.5, { row: [0, 2] }), {
    kind: "scale",
    hook: Z,
    factor: 0.5,
    row: [0, 2],
  });
  assertEquals(add(Z, [1, 2], { position: 4 }), {
    kind: "add",
    hook: Z,
    vector: [1, 2],
    position: 4,
  });
  const vector = Float32Array.of(1, 2);
  assertEquals(add(Z, new Tensor(vector, [2], ["width"])), { kind: "add", hook: Z, vector });
  assertEquals(mean(Z), { kind: "mean", hook: Z });
  assertEquals(zero(Z), { kind: "zero", hook: Z });
});

Deno.test("knockOut() does not renormalise unless asked to", () => {
  const hook = "blocks.3.attn.hook_pattern";
  assertEquals(knockOut(hook, { head: 1, key: 3 }), {
    kind: "knockOut",
    hook,
    head: 1,
    key: 3,
    renormalize: false,
  });
  assertEquals(knockOut(hook, { renormalize: true }).renormalize, true);
  assertEquals(knockOut(hook).renormalize, false);
});

Deno.test("interventions can be written into a manifest", () => {
  const from = new ActivationCache(["There are no dogs."]);
  const interventions = [patch(Z, { position: 3, from }), add(Z, [0.5]), mean("*", { from })];
  assertEquals(JSON.parse(JSON.stringify(interventions)), [
    { kind: "patch", hook: Z, position: 3, from: { hooks: [], rows: ["There are no dogs."] } },
    { kind: "add", hook: Z, vector: [0.5] },
    { kind: "mean", hook: "*", from: { hooks: [], rows: ["There are no dogs."] } },
  ]);
});

Deno.test("edit() holds the function itself", () => {
  const { apply, ...rest } = edit("hook_embed", (value) => value);
  assertEquals(typeof apply, "function");
  assertEquals(rest, { kind: "edit", hook: "hook_embed" });
});
