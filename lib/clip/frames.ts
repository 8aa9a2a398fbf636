/** Masks, sizes and other shape-only values for a run whose number of rows has changed. */

import { type OnnxValue, zeros } from "../onnx/session.ts";
import type { PieceSessions, RunSize } from "./piece_sessions.ts";
import type { Plan } from "./plan.ts";

/** What went into a piece, without its content. */
export interface Entered {
  readonly rows: number;
  /** Type and shape by name. */
  readonly values: ReadonlyMap<string, Pick<OnnxValue, "type" | "dims">>;
}

/** Frames that are kept at the most. */
const LIMIT = 256;

/** Shape-only values by stage and size; each is computed once, from zeros. */
export class Frames {
  readonly #sessions: PieceSessions;
  readonly #known = new WeakMap<Plan, Map<string, Map<string, OnnxValue>>>();

  /** @param sessions The tower's sessions. */
  constructor(sessions: PieceSessions) {
    this.#sessions = sessions;
  }

  /**
   * The shape-only values that are read after a stage, for a new number of rows.
   *
   * Runs the pieces that make them, and those alone, on zeros.
   *
   * @param plan The run's plan.
   * @param stage The stage after which the rows changed.
   * @param options What entered each piece up to here, and the new size.
   */
  async after(
    plan: Plan,
    stage: number,
    { entered, size }: { readonly entered: readonly Entered[]; readonly size: RunSize },
  ): Promise<Map<string, OnnxValue>> {
    const frames = this.#known.get(plan) ?? new Map<string, Map<string, OnnxValue>>();
    this.#known.set(plan, frames);
    const key = `${stage}:${size.rows}x${size.positions}`;
    const known = frames.get(key);
    if (known !== undefined) return known;
    const values = new Map<string, OnnxValue>();
    for (const index of makersOf(plan, stage)) {
      const { piece } = plan.stages[index]!;
      const zeros = [...entered[index]!.values].map(([name, value]) =>
        [name, zerosOf(value, size.rows / entered[index]!.rows)] as const
      );
      const made = await this.#sessions.run(piece, new Map([...zeros, ...values]), size);
      for (const [name, value] of made) {
        if (plan.shapeOnly.has(name)) values.set(name, value);
      }
    }
    if (frames.size >= LIMIT) frames.clear();
    frames.set(key, values);
    return values;
  }
}

/** The stages up to one whose pieces make the shape-only values that are read after it, or that those pieces read. */
function makersOf(plan: Plan, stage: number): number[] {
  const needed = new Set(
    [...plan.stages[stage]!.needed].filter((name) => plan.shapeOnly.has(name)),
  );
  const makers: number[] = [];
  for (let index = stage; index >= 0; index--) {
    const { piece } = plan.stages[index]!;
    if (!piece.outputs.some((name) => needed.has(name))) continue;
    makers.unshift(index);
    piece.inputs.filter((name) => plan.shapeOnly.has(name)).forEach((name) => needed.add(name));
  }
  return makers;
}

/** Zeros of a value's type for so many times its rows. */
function zerosOf({ type, dims }: Pick<OnnxValue, "type" | "dims">, growth: number): OnnxValue {
  return zeros(type, [dims[0]! * growth, ...dims.slice(1)]);
}
