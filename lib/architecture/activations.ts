/** The activations of MLPs, by the names that transformers gives them. */

import { NegscopeError } from "../errors.ts";
import { nearestText } from "../errors/nearest.ts";

/**
 * x times the logistic function of 1.702 x; GELU; GELU with a hyperbolic tangent instead of the error function; the larger of x and 0; or x
 * times the logistic function of x.
 */
export type Activation = "quick" | "exact" | "tanh" | "relu" | "silu";

const BY_NAME: Readonly<Record<string, Activation>> = {
  quick_gelu: "quick",
  gelu: "exact",
  gelu_new: "tanh",
  gelu_pytorch_tanh: "tanh",
  relu: "relu",
  silu: "silu",
  swish: "silu",
};

/** The activation that a model's settings name. */
export function activationOf(name: string): Activation {
  const activation = Object.hasOwn(BY_NAME, name) ? BY_NAME[name] : undefined;
  if (activation !== undefined) return activation;
  const names = Object.keys(BY_NAME);
  throw new NegscopeError("model-unsupported", {
    problem: `Cannot build a tower with the activation "${name}"`,
    subject: name,
    reason: `the nearest is ${nearestText(name, names)}`,
    expected: names.join(", "),
    fix: `check "hidden_act" in the model's settings`,
  });
}
