/** Masks, sizes and other shape-only values for a run whose number of rows has changed. */

import { type OnnxValue, zeros } from "../../onnx/runtime/session.ts";
import type { RunSize, SubgraphSessions } from "./subgraph_sessions.ts";
import type { CutPlan } from "./cut_plan.ts";

export interface Entered {
  readonly rows: number;
  readonly values: ReadonlyMap<string, Pick<OnnxValue, "type" | "dims">>;
}

/** The most entries kept per plan. */
const LIMIT = 256;

/** Shape-only values by plan, stage and size; each is computed once, from zeros. */
const KNOWN = new WeakMap<CutPlan, Map<string, Map<string, OnnxValue>>>();

/**
 * The shape-only values that are read after a stage, for a new number of rows. Runs only the subgraphs that make them, on zeros.
 */
export async function shapeOnlyAfter(
  sessions: SubgraphSessions,
  plan: CutPlan,
  stage: number,
  { entered, size }: { readonly entered: readonly Entered[]; readonly size: RunSize },
): Promise<Map<string, OnnxValue>> {
  const ofPlan = KNOWN.get(plan) ?? new Map<string, Map<string, OnnxValue>>();
  KNOWN.set(plan, ofPlan);
  const key = `${stage}:${size.rows}x${size.positions}`;
  const known = ofPlan.get(key);
  if (known !== undefined) return known;
  const values = new Map<string, OnnxValue>();
  for (const index of makersOf(plan, stage)) {
    const { subgraph } = plan.stages[index]!;
    const { rows, values: given } = entered[index]!;
    const zeros = [...given].map(([name, value]) =>
      [name, zerosOf(value, { from: rows, to: size.rows })] as const
    );
    const made = await sessions.run(subgraph, new Map([...zeros, ...values]), size);
    for (const [name, value] of made) {
      if (plan.shapeOnly.has(name)) values.set(name, value);
    }
  }
  if (ofPlan.size >= LIMIT) ofPlan.clear();
  ofPlan.set(key, values);
  return values;
}

/** Of the stages up to a given one, those that make the shape-only values read after it or by one another. */
function makersOf(plan: CutPlan, stage: number): number[] {
  const needed = new Set(
    [...plan.stages[stage]!.needed].filter((name) => plan.shapeOnly.has(name)),
  );
  const makers: number[] = [];
  for (let index = stage; index >= 0; index--) {
    const { subgraph } = plan.stages[index]!;
    if (!subgraph.outputs.some((name) => needed.has(name))) continue;
    makers.unshift(index);
    subgraph.inputs.filter((name) => plan.shapeOnly.has(name)).forEach((name) => needed.add(name));
  }
  return makers;
}

/** Zeros of a value's type, for `growth` times its rows. */
function zerosOf(
  { type, dims }: Pick<OnnxValue, "type" | "dims">,
  { from, to }: { readonly from: number; readonly to: number },
): OnnxValue {
  return zeros(type, [dims[0]! / from * to, ...dims.slice(1)]); // a whole number at each step, unlike to / from
}
