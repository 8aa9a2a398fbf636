/** The outputs of a block's heads that a wave needs. */

import type { RootSequences } from "../plan/sequences.ts";
import type { AttentionCalls } from "../rows/attention_batch.ts";
import type { BlockInput, BlockPass } from "./block_input.ts";
import type { Floats } from "./row_values.ts";

interface Attention {
  readonly input: BlockInput;
  readonly sequences: RootSequences;
  readonly calls: AttentionCalls;
}

/** Outputs of heads, [roots, width]. */
export class BlockOutputs {
  readonly count: number;
  readonly z: Floats;
  readonly #pass: BlockPass;
  readonly #attention: Attention;
  /** Where outputs lie whose roots are not chains. */
  readonly #made = new Map<number, number>();

  private constructor(pass: BlockPass, attention: Attention) {
    [this.#pass, this.#attention] = [pass, attention];
    this.count = pass.needs.roots.length;
    this.z = pass.memory.take("z", this.count * pass.tower.shape.width);
  }

  static async of(pass: BlockPass, attention: Attention): Promise<BlockOutputs> {
    const outputs = new BlockOutputs(pass, attention);
    await outputs.#attend();
    return outputs;
  }

  /** The place of a root: from 0 if it was computed for this wave, turned over if it is a kept one. */
  placeOf(root: number): number {
    if (root < 0) return this.#made.get(root)!;
    const own = this.#pass.outputPlaces.get(root);
    return own < 0 ? ~root : own;
  }

  async #attend(): Promise<void> {
    const { tower: { shape: { width } }, numbers, needs, outputPlaces, memory } = this.#pass;
    const { input, sequences } = this.#attention;
    const arranged = sequences.of(needs.roots, {
      keyRow: (key) => input.keyRow(key),
      queryRow: (vector) => input.queryRow(vector),
    });
    let first = 0;
    for (const { weightOf, sequences, roots } of arranged) {
      roots.forEach((root, i) => {
        if (root < 0) this.#made.set(root, first + i);
        else outputPlaces.set(root, first + i);
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
    const { tower, tower: { shape: { width } } } = this.#pass;
    const { calls, input: { q, k } } = this.#attention;
    for (const { batch, from, count } of calls.of(sequences)) {
      await tower.attend(batch, { q, k, v }, z.subarray(from * width, (from + count) * width));
    }
  }

  #subtract(root: number, { weights, at, key }: {
    readonly weights: Floats;
    readonly at: number;
    readonly key: number;
  }): void {
    const { tower: { shape: { width } }, block, numbers, kept } = this.#pass;
    const { input: { v } } = this.#attention;
    const origin = this.placeOf(numbers.originOf(root));
    const from = origin < 0
      ? kept.blocks[block]!.z.subarray(~origin * width)
      : this.z.subarray(origin * width);
    const into = this.placeOf(root) * width;
    const [weight, value] = [at * width, key * width];
    for (let i = 0; i < width; i++) {
      this.z[into + i] = from[i]! - weights[weight + i]! * v[value + i]!;
    }
  }
}
