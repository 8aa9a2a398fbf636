/** The outputs of a block's heads that a wave needs. */

import type { BlockNumbers } from "../plan/block_numbers.ts";
import type { RootSequences } from "../plan/sequences.ts";
import type { Slots } from "../plan/slots.ts";
import type { AttentionCalls } from "../rows/attention_calls.ts";
import type { RowTower } from "../rows/row_tower.ts";
import type { BlockInput } from "./block_input.ts";
import type { BlockValues } from "./kept_values.ts";
import type { Floats, RowMemory } from "./row_values.ts";

export interface OutputOptions {
  readonly tower: RowTower;
  readonly numbers: BlockNumbers;
  readonly roots: readonly number[];
  readonly sequences: RootSequences;
  readonly calls: AttentionCalls;
  readonly input: BlockInput;
  /** The block's kept values; while they are made, none. */
  readonly kept: BlockValues | undefined;
  /** Where the wave's outputs will lie, by chain. */
  readonly places: Slots;
  readonly memory: RowMemory;
}

/** Outputs of heads, [roots, width]. */
export class BlockOutputs {
  /** The number of outputs that were computed for this wave. */
  readonly count: number;
  readonly z: Floats;
  readonly #options: OutputOptions;
  /** Where outputs lie whose roots are not chains. */
  readonly #made = new Map<number, number>();

  private constructor(options: OutputOptions) {
    this.#options = options;
    this.count = options.roots.length;
    this.z = options.memory.take("z", this.count * options.tower.shape.width);
  }

  /** Computes the needed outputs. */
  static async of(options: OutputOptions): Promise<BlockOutputs> {
    const outputs = new BlockOutputs(options);
    await outputs.#attend();
    return outputs;
  }

  /** The place of a root: from 0 if it was computed for this wave, turned over if it is a kept one. */
  placeOf(root: number): number {
    if (root < 0) return this.#made.get(root)!;
    const own = this.#options.places.get(root);
    return own < 0 ? ~root : own;
  }

  async #attend(): Promise<void> {
    const { tower, numbers, roots, sequences, input, places, memory } = this.#options;
    const { width } = tower.shape;
    const arranged = sequences.of(roots, {
      keyRow: (key) => input.keyRow(key),
      queryRow: (vector) => input.queryRow(vector),
    });
    let first = 0;
    for (const { weightOf, sequences, roots } of arranged) {
      roots.forEach((root, i) => {
        if (root < 0) this.#made.set(root, first + i);
        else places.set(root, first + i);
      });
      if (weightOf === undefined) await this.#run(sequences, input.v, this.z);
      else {
        const keys = roots.map((root) =>
          input.keyRow(numbers.keysOf(numbers.chainOf(root))[weightOf]!)
        );
        const marks = memory.take("marks", input.v.length).fill(0);
        for (const key of keys) marks.fill(1, key * width, (key + 1) * width);
        const weights = memory.take("weights", roots.length * width);
        await this.#run(sequences, marks, weights);
        roots.forEach((root, i) => this.#subtract(root, { weights, at: i, key: keys[i]! }));
      }
      first += roots.length;
    }
  }

  async #run(sequences: Parameters<AttentionCalls["of"]>[0], v: Floats, z: Floats): Promise<void> {
    const { tower, calls, input: { q, k } } = this.#options;
    const { width } = tower.shape;
    for (const { batch, from, count } of calls.of(sequences)) {
      await tower.attend(batch, { q, k, v }, z.subarray(from * width, (from + count) * width));
    }
  }

  /** Writes a root's outputs less a key's part of them. */
  #subtract(root: number, { weights, at, key }: {
    readonly weights: Floats;
    readonly at: number;
    readonly key: number;
  }): void {
    const { tower: { shape: { width } }, numbers, kept, input: { v } } = this.#options;
    const seeing = this.placeOf(numbers.seeingOf(root));
    const from = seeing < 0 ? kept!.z.subarray(~seeing * width) : this.z.subarray(seeing * width);
    const into = this.placeOf(root) * width;
    const [weight, value] = [at * width, key * width];
    for (let i = 0; i < width; i++) {
      this.z[into + i] = from[i]! - weights[weight + i]! * v[value + i]!;
    }
  }
}
