/** The values of a group's unchanged runs, which all its other runs begin with and take values from. */

import { Slots } from "../plan/slots.ts";
import type { AtHand } from "../plan/needs.ts";
import type { Floats } from "./row_values.ts";

/** Values of one block, [rows, width] each. */
export interface BlockValues {
  /** The residual stream before the block. */
  readonly x: Floats;
  readonly q: Floats;
  readonly k: Floats;
  readonly v: Floats;
  /** Heads' outputs. */
  readonly z: Floats;
  /** The residual stream between attention and MLP, in the order of the rows after the block. */
  readonly mid: Floats;
}

/** Kept values, and where they lie. */
export class KeptValues implements AtHand {
  /** The values of each block. */
  readonly blocks: BlockValues[] = [];
  /** The residual stream after the last block. */
  after: Floats = new Float32Array();
  /** Where rows lie, before each block and after the last. */
  readonly rows: readonly Slots[];
  /** Where heads' outputs lie in each block, by the chain of their last row. */
  readonly outputs: readonly Slots[];
  /** The number of chains in each block whose keys are kept. */
  readonly #chains: readonly number[];
  /** Whether all values have been made. */
  isComplete = false;

  /** @param chains The number of chains in each block. */
  constructor(chains: readonly number[]) {
    this.#chains = chains;
    this.rows = Array.from({ length: chains.length + 1 }, () => new Slots());
    this.outputs = chains.map(() => new Slots());
  }

  hasRow(level: number, row: number): boolean {
    return this.rows[level]!.has(row);
  }

  hasKeys(block: number, chain: number): boolean {
    return this.isComplete && chain < this.#chains[block]!;
  }

  hasOutputs(block: number, chain: number): boolean {
    return this.outputs[block]!.has(chain);
  }
}
