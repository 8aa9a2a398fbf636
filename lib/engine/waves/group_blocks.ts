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
  readonly #unused = new Slots();

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
   * Runs the unchanged runs and keeps their values, in the order of their numbers; to be called once, first.
   *
   * @param ends Their rows after the last block.
   * @param write Writes the vector of a row before the first block.
   */
  async keep(ends: Iterable<number>, write: (row: number, into: Floats) => void): Promise<void> {
    const found = this.#finder.find(ends);
    const { width } = this.#tower.shape;
    const kept = (name: string, values: Floats) => {
      const copy = this.#memory.take(`kept ${name}`, values.length);
      copy.set(values);
      return copy;
    };
    const rows = found[0]!.needs.rows.toSorted((a, b) => a - b);
    const [places] = this.#kept.rows;
    const x = this.#memory.take("kept x 0", rows.length * width);
    rows.forEach((row, i) => {
      places!.set(row, i);
      write(row, x.subarray(i * width, (i + 1) * width));
    });
    let own: WaveRows = { x, places: places!, count: rows.length };
    for (const { block, needs } of found) {
      const { input, outputs, made } = await this.#pass(block, { needs, rows: own });
      this.#kept.blocks[block] = {
        x: own.x,
        q: kept(`q ${block}`, input.q),
        k: kept(`k ${block}`, input.k),
        v: kept(`v ${block}`, input.v),
        z: kept(`z ${block}`, outputs.z),
        mid: kept(`mid ${block}`, made.mid),
      };
      own = { ...made, x: kept(`x ${block + 1}`, made.x) };
    }
    this.#kept.after = own.x;
    this.#kept.isComplete = true;
  }

  /**
   * Runs a wave.
   *
   * Some blocks after the last change, every block does the same to the same rows, with other weights. So runs are numbered only until
   * then: the last block but one that is numbered is repeated, and the last stands for the last block.
   *
   * @param ends The rows at the end token, [run].
   * @param level The block before which these rows have their numbers.
   * @param into Where to write the vectors after the last block one after the other, [run, width].
   */
  async run(ends: readonly number[], level: number, into: Floats): Promise<void> {
    const { layers, width } = this.#tower.shape;
    let own: WaveRows = { x: NOTHING, places: this.#none, count: 0 };
    for (const { block, needs } of this.#finder.find(ends, level)) {
      const isLast = block + 1 === level;
      const before = own;
      const { made } = await this.#pass(isLast ? layers - 1 : block, {
        ...{ needs, rows: own, numbered: block },
      });
      own = made;
      if (block + 2 !== level) continue;
      for (let again = block + 1; again < layers - 1; again++) {
        if (!made.isSteady) throw new Error("rows of a repeated block have moved"); // a bug in the planner
        const rows = { ...before, x: own.x };
        const repeated = await this.#pass(again, {
          ...{ needs, rows, numbered: block, places: this.#unused },
        });
        own = { ...made, x: repeated.made.x };
      }
    }
    const kept = this.#kept.rows.at(-1)!;
    ends.forEach((end, i) => {
      const place = kept.get(end);
      const [from, row] = place < 0 ? [own.x, own.places.get(end)] : [this.#kept.after, place];
      into.set(from.subarray(row * width, (row + 1) * width), i * width);
    });
  }

  /**
   * Takes a wave through a block.
   *
   * @param block The block.
   * @param wave What it must compute of which rows, the block by which these are numbered, and where rows after the block will lie.
   */
  async #pass(block: number, { needs, rows, numbered = block, places }: {
    readonly needs: BlockNeeds;
    readonly rows: WaveRows;
    readonly numbered?: number;
    readonly places?: Slots;
  }) {
    const [tower, memory, kept] = [this.#tower, this.#memory, this.#kept];
    const numbers = this.#numbers.blocks[numbered]!;
    const isWave = kept.isComplete;
    const [outputPlaces, rowPlaces] = isWave
      ? [this.#outputs, places ?? this.#places[numbered % 2]!]
      : [kept.outputs[block]!, kept.rows[block + 1]!];
    if (isWave) [outputPlaces, rowPlaces].forEach((own) => own.clear());
    const input = await BlockInput.of({ tower, block, numbers, needs, kept, rows, memory });
    const outputs = await BlockOutputs.of({
      ...{ tower, numbers, input, memory, roots: needs.roots, places: outputPlaces },
      ...{ sequences: this.#sequences[numbered]!, calls: this.#calls },
      kept: { z: kept.blocks[block]?.z ?? NOTHING, places: kept.outputs[block]! },
    });
    const made = await rowsAfter({
      ...{ tower, block, numbers, needs, kept, rows, outputs, memory },
      ...{ after: this.#numbers.rows[numbered + 1]!, places: rowPlaces, isSorted: !isWave },
    });
    return { input, outputs, made };
  }
}
