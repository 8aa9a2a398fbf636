/** Takes waves of a group's runs through the blocks. */

import { type BlockNeeds, NeedsFinder } from "../plan/needs.ts";
import type { Numbers } from "../plan/numbers.ts";
import { RootSequences } from "../plan/sequences.ts";
import { Slots } from "../plan/slots.ts";
import { AttentionCalls } from "../rows/attention_calls.ts";
import type { RowTower } from "../rows/row_tower.ts";
import { BlockInput, type WaveRows } from "./block_input.ts";
import { BlockOutputs } from "./block_outputs.ts";
import { rowsAfter } from "./block_rows.ts";
import { KeptValues } from "./kept_values.ts";
import { type Floats, NOTHING, type RowMemory } from "./row_values.ts";

/** The blocks for one group. */
export class GroupBlocks {
  readonly #tower: RowTower;
  readonly #numbers: Numbers;
  readonly #memory: RowMemory;
  readonly #calls: AttentionCalls;
  readonly #sequences: readonly RootSequences[];
  readonly #kept: KeptValues;
  readonly #finder: NeedsFinder;
  /** Where a wave's rows lie before a block and after it, in turn. */
  readonly #places = [new Slots(), new Slots()];
  readonly #outputs = new Slots();
  readonly #none = new Slots();

  /**
   * @param tower The tower, row by row.
   * @param numbers The numbers of the group; so far those of its unchanged runs, all of them.
   * @param memory Memory that groups use one after the other.
   */
  constructor(tower: RowTower, numbers: Numbers, memory: RowMemory) {
    [this.#tower, this.#numbers, this.#memory] = [tower, numbers, memory];
    this.#calls = new AttentionCalls(tower.shape);
    this.#sequences = numbers.blocks.map((own) => new RootSequences(own));
    this.#kept = new KeptValues(numbers.blocks.map(({ chains: { size } }) => size));
    this.#finder = new NeedsFinder(numbers, this.#kept);
  }

  /**
   * Runs the unchanged runs and keeps their values; to be called once, first.
   *
   * @param ends Their rows after the last block.
   * @param write Writes the vector of a row before the first block.
   */
  async keep(ends: Iterable<number>, write: (row: number, into: Floats) => void): Promise<void> {
    const found = this.#finder.find(ends);
    const { width } = this.#tower.shape;
    const [places] = this.#kept.rows;
    const { rows } = found[0]!.needs;
    const x = new Float32Array(rows.length * width);
    rows.forEach((row, i) => {
      places!.set(row, i);
      write(row, x.subarray(i * width, (i + 1) * width));
    });
    let own: WaveRows = { x, places: places!, count: rows.length };
    for (const { block, needs } of found) {
      const { input, outputs, made } = await this.#pass(block, needs, own);
      const [q, k, v] = [input.q.slice(), input.k.slice(), input.v.slice()];
      const [z, mid] = [outputs.z.slice(), made.mid.slice()];
      this.#kept.blocks[block] = { x: own.x, q, k, v, z, mid };
      own = { ...made, x: made.x.slice() };
    }
    this.#kept.after = own.x;
    this.#kept.isComplete = true;
  }

  /** Whether a row after the last block is that of an unchanged run. */
  isKept(end: number): boolean {
    return this.#kept.hasRow(this.#numbers.blocks.length, end);
  }

  /**
   * Runs a wave.
   *
   * @param ends The rows after the last block.
   * @param into Where to write their vectors one after the other, [rows, width].
   */
  async run(ends: readonly number[], into: Floats): Promise<void> {
    let own: WaveRows = { x: NOTHING, places: this.#none, count: 0 };
    for (const { block, needs } of this.#finder.find(ends)) {
      own = (await this.#pass(block, needs, own)).made;
    }
    const { width } = this.#tower.shape;
    const kept = this.#kept.rows.at(-1)!;
    ends.forEach((end, i) => {
      const place = kept.get(end);
      const [from, row] = place < 0 ? [own.x, own.places.get(end)] : [this.#kept.after, place];
      into.set(from.subarray(row * width, (row + 1) * width), i * width);
    });
  }

  /** Takes a wave through a block. */
  async #pass(block: number, needs: BlockNeeds, rows: WaveRows) {
    const [tower, memory, kept] = [this.#tower, this.#memory, this.#kept];
    const numbers = this.#numbers.blocks[block]!;
    const input = await BlockInput.of({ tower, block, numbers, needs, kept, rows, memory });
    const outputs = await BlockOutputs.of({
      ...{ tower, numbers, roots: needs.roots, sequences: this.#sequences[block]!, input, memory },
      calls: this.#calls,
      places: this.#emptied(kept.outputs[block]!, this.#outputs),
      kept: { z: kept.blocks[block]?.z ?? NOTHING, places: kept.outputs[block]! },
    });
    const made = await rowsAfter({
      ...{ tower, block, numbers, needs, kept, rows, outputs, memory },
      after: this.#numbers.rows[block + 1]!,
      places: this.#emptied(kept.rows[block + 1]!, this.#places[block % 2]!),
    });
    return { input, outputs, made };
  }

  /** The places of values to be kept, or those of a wave, emptied. */
  #emptied(kept: Slots, ofWave: Slots): Slots {
    if (!this.#kept.isComplete) return kept;
    ofWave.clear();
    return ofWave;
  }
}
