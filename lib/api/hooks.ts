/**
 * Hook points and interventions as plain data, and the cache of a run's activations.
 *
 * @module
 */

export { writeNpy, writeSafetensors } from "../files/tensors.ts";
export { ActivationCache, type CachedRows } from "../hooks/cache.ts";
export {
  type Add,
  add,
  type ChangedRun,
  type Edit,
  edit,
  type EditContext,
  type EditFunction,
  type Indices,
  type Intervention,
  type KnockOut,
  knockOut,
  type Mean,
  mean,
  type OnHook,
  type Patch,
  patch,
  type Place,
  type Scale,
  scale,
  type Selection,
  type Zero,
  zero,
} from "../hooks/interventions.ts";
export { type Axis, Tensor } from "../hooks/tensor.ts";
