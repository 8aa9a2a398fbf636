/** The sizes that tell one CLIP tower from another. */

/** A tower's sizes, as in config.json. */
export interface TowerShape {
  /** Number of blocks. */
  readonly layers: number;
  /** Attention heads of a block. */
  readonly heads: number;
  /** Size of a residual-stream vector. */
  readonly width: number;
  /** Size of the embedding. */
  readonly projection: number;
}
