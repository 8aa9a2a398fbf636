/** Activations kept from a run. */

import { NegscopeError } from "../errors.ts";
import { Tensor } from "./tensor.ts";

/** One batch's value at one hook point. */
interface CachedBatch {
  /** The batch's row numbers in the run, in the order of the batch. */
  readonly rows: readonly number[];
  readonly tensor: Tensor;
}

/** Values of the requested hook points for every row of a run. */
export class ActivationCache {
  readonly #batches = new Map<string, CachedBatch[]>();
  readonly #rowNames: readonly string[];

  /**
   * An empty cache.
   *
   * @param rowNames The sentences or image names that are the run's rows.
   */
  constructor(rowNames: readonly string[]) {
    this.#rowNames = rowNames;
  }

  /** The cached hook points in the order of computation. */
  get names(): string[] {
    return [...this.#batches.keys()];
  }

  /** The sentences or images that were run, in the run's order. */
  get rowNames(): readonly string[] {
    return this.#rowNames;
  }

  /** Keeps a copy of one batch's value. */
  add(name: string, tensor: Tensor, rows: readonly number[]): void {
    const batches = this.#batches.get(name) ?? [];
    batches.push({ rows, tensor: tensor.clone() });
    this.#batches.set(name, batches);
  }

  /**
   * The value of a hook point for all rows.
   *
   * @param name A cached hook point.
   * @returns A tensor whose first axis is the run's rows.
   * @throws {NegscopeError} If the hook point was not cached, or the rows' token lengths differ; in that case use `row`.
   */
  get(name: string): Tensor {
    const batches = this.#find(name);
    const only = batches[0]!;
    const shape = only.tensor.shape;
    if (
      batches.some(({ tensor }) => tensor.shape[1] !== shape[1] || tensor.shape[2] !== shape[2])
    ) {
      throw new NegscopeError("cache-lengths-differ", {
        problem: `Cannot read "${name}" of all rows as one tensor`,
        subject: name,
        reason: "their token lengths differ",
        fix: "read one row at a time with row(name, index)",
      });
    }
    const rows = this.#rowNames.map((_, row) => this.row(name, row));
    const data = new Float32Array(rows.length * only.tensor.stride(0));
    rows.forEach((tensor, row) => data.set(tensor.data, row * only.tensor.stride(0)));
    return new Tensor(data, [rows.length, ...shape.slice(1)], only.tensor.axes);
  }

  /**
   * The value of a hook point for one row, without the batch axis.
   *
   * @param name A cached hook point.
   * @param row The row's number in the run, from 0.
   * @throws {NegscopeError} If the hook point was not cached or there is no such row.
   */
  row(name: string, row: number): Tensor {
    for (const { rows, tensor } of this.#find(name)) {
      const place = rows.indexOf(row);
      if (place >= 0) return tensor.row(place);
    }
    throw new NegscopeError("cache-lacks-row", {
      problem: `Cannot read row ${row} of "${name}" from the cache`,
      subject: row,
      expected: `a row from 0 to ${this.#rowNames.length - 1}`,
    });
  }

  /** The hook points with axes and sizes, one per line; if rows differ in length, as "position 7-9". */
  toString(): string {
    const lines = this.names.map((name) => `  ${name}  ${sizesOf(this.#find(name))}`);
    return [`ActivationCache of ${this.#rowNames.length} rows`, ...lines].join("\n");
  }

  /** What a manifest records about a cache: where its values came from. */
  toJSON(): { readonly hooks: readonly string[]; readonly rows: readonly string[] } {
    return { hooks: this.names, rows: this.#rowNames };
  }

  /** What a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  #find(name: string): readonly CachedBatch[] {
    const batches = this.#batches.get(name);
    if (batches !== undefined) return batches;
    throw new NegscopeError("cache-lacks-hook", {
      problem: `Cannot read "${name}" from the cache`,
      subject: name,
      reason: `it holds ${this.names.join(", ") || "nothing"}`,
      fix: "ask for it in runWithCache",
    });
  }
}

/** All rows together in the form of a printed tensor, with the smallest and largest size of each axis. */
function sizesOf(batches: readonly CachedBatch[]): string {
  const sizes = batches[0]!.tensor.axes.map((axis, i) => {
    const all = batches.map(({ tensor }) => tensor.shape[i]!);
    if (i === 0) return `${axis} ${all.reduce((sum, rows) => sum + rows, 0)}`;
    const least = all.reduce((a, b) => Math.min(a, b));
    const most = all.reduce((a, b) => Math.max(a, b));
    return `${axis} ${least === most ? least : `${least}-${most}`}`;
  });
  return `Tensor [${sizes.join(", ")}]`;
}
