import { assert, assertEquals } from "@std/assert";
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
