/**
 * The engine below the towers: a graph cut at its hook points, run subgraph by subgraph.
 *
 * @module
 */

export type { GradientOptions, GradientRun } from "../engine/gradients/tower_gradients.ts";
export type { TowerShape, TowerTextOptions } from "../engine/graph/hook_points.ts";
export * from "../engine/graph/residual_stack.ts";
export { RunState } from "../engine/rows/row_graphs.ts";
export type { Stop } from "../engine/run/cut_plan.ts";
export type { RunOptions, RunResult } from "../engine/run/hooked_run.ts";
export { type BaseEdit, type Releasable, Tower, type TowerOptions } from "../engine/run/tower.ts";
export type { Visitor } from "../engine/run/tower_runs.ts";
export type { ChangedWeight } from "../engine/weights/changed_weights.ts";
export { type HeadCircuits, headCircuits, Weights } from "../engine/weights/weights.ts";
export {
  type OrtModule,
  type OrtOptions,
  ortRuntime,
  type OrtSession,
  type OrtTensor,
  type OrtTensors,
} from "../onnx/runtime.ts";
export {
  type Device,
  DEVICES,
  type OnnxValue,
  type Runtime,
  type RuntimeThread,
  type Session,
  type SessionOptions,
  type TypedValue,
} from "../onnx/runtime.ts";
