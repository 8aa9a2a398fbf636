/** What is known of the embeddings of a study: where they came from, and what was said about them. */

import type { EmbeddingOrigins } from "../../reading/sources.ts";
import type { Embeddings } from "./embed.ts";
import type { EmbeddingOptions, StudyEmbeddings } from "./study_embeddings.ts";

/** Takes note of embeddings. */
export class EmbeddingLog {
  readonly #said = new Set<string>();
  #origins: EmbeddingOrigins | undefined;

  /** Where the embeddings came from, by tower; undefined if there were none, or all were made elsewhere. */
  get origins(): EmbeddingOrigins | undefined {
    return this.#origins;
  }

  /** Says each line once: what holds for one tower's embeddings often holds for the other's. */
  saying({ say }: EmbeddingOptions): (line: string) => void {
    return (line) => {
      if (!this.#said.has(line)) say?.(line);
      this.#said.add(line);
    };
  }

  /** Takes note of where the embeddings of a tower came from, and returns them. */
  noted(tower: keyof EmbeddingOrigins, { embeddings, origin }: StudyEmbeddings): Embeddings {
    if (origin !== undefined) this.#origins = { ...this.#origins, [tower]: origin };
    return embeddings;
  }
}
