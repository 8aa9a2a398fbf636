/**
 * The engine below the towers: a graph cut at its hook points, run subgraph by subgraph.
 *
 * @module
 */

export type { Stop } from "../engine/run/cut_plan.ts";
export type { RunOptions, RunResult } from "../engine/run/hooked_run.ts";
export { RunState } from "../engine/rows/row_graphs.ts";
export type { Visitor } from "../engine/run/tower_runs.ts";
export type { LogitScale } from "../engine/graph/find_tower.ts";
export type { OuterParts } from "../engine/graph/hook_points.ts";
export * from "../engine/run/tower.ts";
export type { TowerTextOptions } from "../engine/graph/hook_points.ts";
export * from "../onnx/ort_runtime.ts";
export * from "../onnx/runtime.ts";
export type { OnnxValue, Session, TypedValue } from "../onnx/runtime.ts";
export { nodeRuntime, RUNTIME_VERSION } from "../runtime/node.ts";
export { openRuntime } from "../runtime/open_runtime.ts";
export * from "../engine/graph/residual_stack.ts";
export { type HeadCircuits, headCircuits } from "../engine/weights/weights.ts";
export type { ChangedWeight } from "../engine/weights/changed_weights.ts";
export { type WeightLayout, WeightView } from "../engine/weights/weight_view.ts";
export { Weights } from "../engine/weights/weights.ts";
