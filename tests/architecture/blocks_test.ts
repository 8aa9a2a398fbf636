import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { miniFolder } from "../model/forms/mini_folders.ts";
import { inFolder } from "../scripts/task_process.ts";
import { activationOf } from "../../lib/architecture/blocks.ts";
import { assertThrowsCode } from "../error_codes.ts";

Deno.test("activationOf() knows the activations of published CLIP and SigLIP models", () => {
  const names = ["quick_gelu", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu", "silu", "swish"];
  const kinds = ["quick", "exact", "tanh", "tanh", "relu", "silu", "silu"];
  assertEquals(names.map(activationOf), kinds);
});

Deno.test("activationOf() refuses another one by its name", () => {
  for (const name of ["mish", "toString"]) {
    const { message } = assertThrowsCode(
      () => activationOf(name),
      "model-unsupported",
      `Cannot build a tower with the activation "${name}"`,
    );
    assert(message.endsWith(`; check "hidden_act" in the model's settings`), message);
  }
});

/** What torch's functions of these names make of x. */
const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  relu: (x) => Math.max(x, 0),
  silu: (x) => x / (1 + Math.exp(-x)),
  swish: (x) => x / (1 + Math.exp(-x)),
  quick_gelu: (x) => x / (1 + Math.exp(-1.702 * x)),
};

for (const [name, activation] of Object.entries(FUNCTIONS)) {
  Deno.test(`a tower whose settings name ${name} computes it, and its hook points are found`, () =>
    inFolder(async (parent) => {
      const folder = await miniFolder(parent, "hf-f32");
      const path = `${folder}/config.json`;
      const config = JSON.parse(await Deno.readTextFile(path));
      config.text_config.hidden_act = name;
      await Deno.writeTextFile(path, JSON.stringify(config));
      await using clip = await Clip.load(folder, { towers: ["text"] });
      const hooks = ["blocks.0.mlp.hook_pre", "blocks.0.mlp.hook_post"] as const;
      const { cache } = await clip.text.runWithCache(["There is no dog."], hooks);
      const [before, after] = hooks.map((hook) => cache.get(hook).data);
      assertEquals(before!.some((x) => x < 0) && before!.some((x) => x > 0), true);
      before!.forEach((x, i) => assertAlmostEquals(after![i]!, activation(x), 1e-6)); // float32 numbers of about 1
    }));
}
