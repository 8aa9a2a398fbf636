/** The row type of a comparison with the published figures. */

import type { ComparedName } from "./compared_cells.ts";
import type { Negation } from "../data/pairs.ts";
import type { Role } from "../data/roles.ts";

/** A row of comparison.csv: a published cell and the run's. */
export interface ComparisonRow {
  /** The published table. */
  readonly table: ComparedName;
  /** Which sentence is negated. */
  readonly negation: Negation;
  /** The group of rows; empty where the table is over all rows of the side. */
  readonly segment: string | undefined;
  /** The block's number from 1; 0 for the embeddings in the trace. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number | undefined;
  /** The token's role. */
  readonly role: Role | undefined;
  /** The paper's figure. */
  readonly published: number;
  /** The run's; empty where the run has no such cell, or no value in it. */
  readonly measured: number | undefined;
  /** measured - published. */
  readonly difference: number | undefined;
}
