/**
 * The engine below the towers: a graph cut at its hook points, run subgraph by subgraph.
 *
 * @module
 */

export type { Stop } from "../engine/run/cut_plan.ts";
export type { RunOptions, RunResult } from "../engine/run/hooked_run.ts";
export { RunState } from "../engine/run/run_state.ts";
export type { Visitor } from "../engine/run/tower_runs.ts";
export type { LogitScale } from "../engine/logit_scale.ts";
export type { OuterParts } from "../engine/tower_shape.ts";
export * from "../engine/tower.ts";
export type { TowerTextOptions } from "../engine/tower_text.ts";
export * from "../onnx/runtime/ort_runtime.ts";
export * from "../onnx/runtime/runtime.ts";
export type { OnnxValue, Session, TypedValue } from "../onnx/runtime/session.ts";
export { nodeRuntime, RUNTIME_VERSION } from "../runtime/node.ts";
export { openRuntime } from "../runtime/open_runtime.ts";
export * from "../engine/residual_stack.ts";
export { type HeadCircuits, headCircuits } from "../engine/weights/head_circuits.ts";
export type { ChangedWeight } from "../engine/weights/changed_weights.ts";
export { type WeightLayout, WeightView } from "../engine/weights/weight_view.ts";
export { Weights } from "../engine/weights/weights.ts";
