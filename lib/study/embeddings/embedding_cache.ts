/** Embeddings that are kept from run to run: what a study asks of the place where they are kept. */

export interface EmbeddingStore {
  /** The file, if there is one that cannot be used: it is damaged, or somebody else wrote it. */
  readonly refused: string | undefined;
  /**
   * An embedding.
   *
   * @param key SHA-256 in hexadecimal of what is embedded.
   */
  get(key: string): Float32Array | undefined;
  /** Adds an embedding, a vector of length 1; {@linkcode EmbeddingStore.save} keeps it. */
  add(key: string, embedding: Float32Array): void;
  /** Forgets all embeddings; {@linkcode EmbeddingStore.save} keeps only those that are added from now on. */
  discard(): void;
  /**
   * Keeps the added embeddings, all or none of them. Returns the error if they could not be kept, which does not end a run; otherwise
   * undefined.
   */
  save(): Promise<Error | undefined>;
}

export type OpenCache = (tower: "text" | "image", size: number) => Promise<EmbeddingStore>;
