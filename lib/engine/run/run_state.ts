/** The state of a stopped run: the values from which the rest of the graph is computed. */

import { NegscopeError } from "../../errors.ts";
import { type OnnxValue, zeros } from "../../onnx/runtime/session.ts";
import type { CutPlan } from "./cut_plan.ts";

/** Values by graph name; the first axis of each counts the rows, or the rows times their heads or positions. */
export class RunState {
  /** The row of the input that each row began as. */
  readonly sources: number[];
  readonly #values: Map<string, OnnxValue>;

  /**
   * Wraps values.
   *
   * @param values The values, used without a copy.
   * @param rows The number of rows, or the row of the input that each of them began as.
   */
  constructor(values: Map<string, OnnxValue>, rows: number | readonly number[]) {
    this.#values = values;
    this.sources = typeof rows === "number" ? Array.from({ length: rows }, (_, i) => i) : [...rows];
  }

  /** The number of rows. */
  get rows(): number {
    return this.sources.length;
  }

  /**
   * The floating-point storage of a value; writing into it changes the run.
   *
   * @throws {NegscopeError} If the run holds no float32 value of this name.
   */
  data(name: string): Float32Array {
    const data = this.#values.get(name)?.data;
    if (data instanceof Float32Array) return data;
    throw new NegscopeError("change-unfit", {
      problem: `Cannot change "${name}"`,
      reason: "the run holds no float32 value of this name at this stop",
      fix: "ask for its hook point",
    });
  }

  /** The element type of a value. */
  type(name: string): OnnxValue["type"] | undefined {
    return this.#values.get(name)?.type;
  }

  /** The shape of a value in the graph. */
  dims(name: string): readonly number[] {
    return this.#values.get(name)?.dims ?? [];
  }

  /**
   * Appends copies of rows to every value.
   *
   * @param sources For each new row, the row to copy.
   * @returns The number of the first new row.
   */
  append(sources: readonly number[]): number {
    const first = this.rows;
    if (sources.length === 0) return first;
    this.sources.push(...sources.map((source) => this.sources[source]!));
    for (const [name, value] of this.#values) {
      this.#values.set(name, withCopies(value, sources, { from: first, to: this.rows }));
    }
    return first;
  }

  /** The values by name. */
  entries(): IterableIterator<[string, OnnxValue]> {
    return this.#values.entries();
  }
}

function withCopies(
  { type, dims, data }: OnnxValue,
  sources: readonly number[],
  { from, to }: { readonly from: number; readonly to: number },
): OnnxValue {
  const grown = zeros(type, [dims[0]! / from * to, ...dims.slice(1)]);
  const bytes = new Uint8Array(grown.data.buffer);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const size = data.byteLength / from;
  sources.forEach((source, i) =>
    bytes.copyWithin((from + i) * size, source * size, (source + 1) * size)
  );
  return grown;
}

/** Keeps the values that later stages read, with data and shape-only values separate. */
export function carryState(plan: CutPlan, stage: number, { state, fixed, made }: {
  readonly state: RunState;
  readonly fixed: ReadonlyMap<string, OnnxValue>;
  readonly made: ReadonlyMap<string, OnnxValue>;
}): { state: RunState; fixed: Map<string, OnnxValue> } {
  const { needed } = plan.stages[stage]!;
  const all = [...state.entries(), ...fixed, ...made].filter(([name]) => needed.has(name));
  return {
    state: new RunState(new Map(all.filter(([name]) => !plan.shapeOnly.has(name))), state.sources),
    fixed: new Map(all.filter(([name]) => plan.shapeOnly.has(name))),
  };
}
