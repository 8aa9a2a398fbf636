/** What is kept from run to run: what a study asks of the place where it is kept. */

export interface KeptStore {
  /** The file, if there is one that cannot be used: it is damaged. */
  readonly refused: string | undefined;
  /**
   * A vector.
   *
   * @param key SHA-256 in hexadecimal of what it is of.
   */
  get(key: string): Float32Array | undefined;
  /** Adds a vector; {@linkcode KeptStore.save} keeps it. */
  add(key: string, vector: Float32Array): void;
  /**
   * Keeps the added vectors, all or none of them. Returns the error if they could not be kept, which does not end a run; otherwise
   * undefined.
   */
  save(): Promise<Error | undefined>;
}

/** Opens the kept embeddings of one tower, vectors of length 1; of one with random weights if a seed is given. */
export type OpenCache = (
  tower: "text" | "image",
  size: number,
  randomWeights?: number,
) => Promise<KeptStore>;
