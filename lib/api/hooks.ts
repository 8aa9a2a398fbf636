/**
 * Hook points and interventions as plain data, and the cache of a run's activations.
 *
 * @module
 */

export * from "../hooks/cache.ts";
export { writeNpy } from "../export/tensors.ts";
export { writeSafetensors } from "../export/tensors.ts";
export * from "../hooks/interventions.ts";
export { hookAxes, hookNames } from "../engine/graph/hook_points.ts";
export * from "../hooks/cache.ts";
export * from "../hooks/tensor.ts";
