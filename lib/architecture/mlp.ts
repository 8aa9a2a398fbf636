/** The MLP of a block. */

import { activationOf } from "./activations.ts";
import type { At } from "./attention.ts";
import type { TowerWriter } from "./tower_writer.ts";

/**
 * Writes two linear layers with an activation between them. Returns [rows, width].
 *
 * @param x [rows, width]
 */
export function writeMlp(
  tower: TowerWriter,
  x: string,
  { name, at }: { readonly name: string; readonly at: At },
): string {
  const { width, mlpWidth } = tower.sizes;
  const hidden = tower.linear(x, `${name}.fc1`, {
    ...{ inputs: width, outputs: mlpWidth, output: at("hook_pre") },
  });
  const active = writeActivation(tower, hidden, at("hook_post"));
  return tower.linear(active, `${name}.fc2`, {
    ...{ inputs: mlpWidth, outputs: width, output: at("rows") },
  });
}

function writeActivation(tower: TowerWriter, x: string, output: string): string {
  switch (activationOf(tower.sizes.hiddenAct)) {
    case "quick": {
      const steeper = tower.node(
        "Mul",
        [x, tower.real(`${output} slope`, 1.702)],
        `${output} steeper`,
      );
      return tower.node("Mul", [x, tower.node("Sigmoid", [steeper], `${output} gate`)], output);
    }
    case "tanh":
      return tower.node("Gelu", [x], output, { approximate: "tanh" });
    case "exact":
      return tower.node("Gelu", [x], output);
    case "relu":
      return tower.node("Relu", [x], output);
    case "silu":
      return tower.node("Mul", [x, tower.node("Sigmoid", [x], `${output} gate`)], output);
  }
}
