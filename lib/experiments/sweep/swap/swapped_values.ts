/** What rows of a set take from the other sentence's run: heads' outputs and MLPs' outputs. */

import type { RowTower } from "../../../engine/rows/row_tower.ts";
import type { Swap, SwapRow } from "./swap_schedule.ts";

type Floats = Float32Array<ArrayBuffer>;

/** Swaps values in arrays of activations, [rows, width] each. */
export class SwappedValues {
  readonly #rows: RowTower;
  readonly #swaps: readonly Swap[];
  readonly #width: number;
  readonly #headWidth: number;

  /**
   * @param rows The tower, row by row, its blocks cut between attention and MLP.
   * @param swaps Everything that is swapped somewhere.
   */
  constructor(rows: RowTower, swaps: readonly Swap[]) {
    const { width, heads } = rows.shape;
    [this.#rows, this.#swaps] = [rows, swaps];
    [this.#width, this.#headWidth] = [width, width / heads];
  }

  /**
   * Gives each row the swapped heads' outputs of its base row of the other sentence.
   *
   * @param block The block, from 0.
   * @param rows What is swapped in each row.
   * @param z The heads' outputs of these rows, and those of the base rows.
   */
  swapHeads(
    block: number,
    rows: readonly SwapRow[],
    { to, from }: { readonly to: Floats; readonly from: Floats },
  ): void {
    rows.forEach(({ other, swap }, i) => {
      if (swap === undefined) return;
      for (const head of this.#swaps[swap]!.heads[block]!) {
        const start = other * this.#width + head * this.#headWidth;
        const values = from.subarray(start, start + this.#headWidth);
        to.set(values, i * this.#width + head * this.#headWidth);
      }
    });
  }

  /**
   * Adds the MLP's output, computed or, where it is swapped, that of the base row of the other sentence.
   *
   * @param block The block, from 0.
   * @param rows What is swapped in each row.
   * @param values The residual stream between attention and MLP, where to write that after the block, and both of the base rows.
   */
  async addMlp(block: number, rows: readonly SwapRow[], { mid, after, base }: {
    readonly mid: Floats;
    readonly after: Floats;
    readonly base: { readonly mid: Floats; readonly after: Floats };
  }): Promise<void> {
    const isSwapped = ({ swap }: SwapRow) => swap !== undefined && this.#swaps[swap]!.mlps[block]!;
    const computed = [...rows.keys()].filter((i) => !isSwapped(rows[i]!));
    if (computed.length === rows.length) return await this.#rows.addMlp(block, mid, after);
    const width = this.#width;
    if (computed.length > 0) {
      const gathered = new Float32Array(computed.length * width);
      const made = new Float32Array(gathered.length);
      const part = (data: Floats, row: number) => data.subarray(row * width, (row + 1) * width);
      computed.forEach((row, i) => gathered.set(part(mid, row), i * width));
      await this.#rows.addMlp(block, gathered, made);
      computed.forEach((row, i) => after.set(part(made, i), row * width));
    }
    rows.forEach((row, i) => {
      if (!isSwapped(row)) return;
      for (let at = i * width, j = row.other * width; at < (i + 1) * width; at++, j++) {
        after[at] = mid[at]! + (base.after[j]! - base.mid[j]!);
      }
    });
  }
}
