/** What a run knows after one of its stages. */

import type { OnnxValue } from "../onnx/session.ts";
import { LiveValues } from "./live_values.ts";
import type { Plan } from "./plan.ts";

/** Keeps of what is known after a stage what a later stage reads, data apart from shape-only values. */
export function carryOver(plan: Plan, stage: number, { live, fixed, made }: {
  readonly live: LiveValues;
  readonly fixed: ReadonlyMap<string, OnnxValue>;
  readonly made: ReadonlyMap<string, OnnxValue>;
}): { live: LiveValues; fixed: Map<string, OnnxValue> } {
  const { needed } = plan.stages[stage]!;
  const all = [...live.entries(), ...fixed, ...made].filter(([name]) => needed.has(name));
  return {
    live: new LiveValues(new Map(all.filter(([name]) => !plan.shapeOnly.has(name))), live.rows),
    fixed: new Map(all.filter(([name]) => plan.shapeOnly.has(name))),
  };
}
