/** What a stopped run holds: the values from which the rest of the graph is computed. */

import type { OnnxValue } from "../onnx/session.ts";

/** Values by graph name; the first axis of each counts the rows, or the rows times the heads. */
export class LiveValues {
  readonly #values: Map<string, OnnxValue>;
  #rows: number;

  /**
   * Wraps values.
   *
   * @param values The values, used without a copy.
   * @param rows The number of rows.
   */
  constructor(values: Map<string, OnnxValue>, rows: number) {
    this.#values = values;
    this.#rows = rows;
  }

  /** The number of rows. */
  get rows(): number {
    return this.#rows;
  }

  /** The floating-point storage of a value; writing into it changes the run. */
  data(name: string): Float32Array {
    const data = this.#values.get(name)?.data;
    if (!(data instanceof Float32Array)) throw new TypeError(`"${name}" is no live float32 value`);
    return data;
  }

  /** The shape of a value as the graph has it. */
  dims(name: string): readonly number[] {
    return this.#values.get(name)?.dims ?? [];
  }

  /**
   * Appends copies of rows to every value.
   *
   * @param sources For each new row the row that it starts as.
   * @returns The number of the first new row.
   */
  append(sources: readonly number[]): number {
    const first = this.#rows;
    if (sources.length === 0) return first;
    this.#rows += sources.length;
    for (const [name, { type, data, dims }] of this.#values) {
      const size = data.length / first;
      const grown = copyInto(data, size * this.#rows);
      sources.forEach((source, i) =>
        grown.copyWithin((first + i) * size, source * size, (source + 1) * size)
      );
      const leading = dims[0]! / first * this.#rows;
      this.#values.set(name, { type, data: grown, dims: [leading, ...dims.slice(1)] });
    }
    return first;
  }

  /** The values by name. */
  entries(): IterableIterator<[string, OnnxValue]> {
    return this.#values.entries();
  }
}

function copyInto(data: OnnxValue["data"], length: number): OnnxValue["data"] {
  if (data instanceof BigInt64Array) {
    const grown = new BigInt64Array(length);
    grown.set(data);
    return grown;
  }
  const Kind = data.constructor as new (
    length: number,
  ) => Exclude<OnnxValue["data"], BigInt64Array>;
  const grown = new Kind(length);
  grown.set(data);
  return grown;
}
