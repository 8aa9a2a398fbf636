/** The kept embeddings of one tower for one run: found and counted. */

import { NegscopeError } from "../../errors.ts";
import type { EmbeddingOrigin } from "../../reading/sources.ts";
import type { Embeddings } from "./embed.ts";
import type { OpenCache } from "./embedding_cache.ts";

export interface KeptEmbeddings {
  /** By what is embedded: a sentence, or an image's name. */
  readonly found: Embeddings;
  /**
   * Keeps the embeddings of a run for others; if they cannot be written, that is said. Returns where they came from.
   *
   * @param resumed How many of them an unfinished run had computed. @default {0}
   */
  readonly save: (embeddings: Embeddings, resumed?: number) => Promise<EmbeddingOrigin>;
}

/** Finds the kept embeddings of some items. If the cache cannot be used, that is said, and nothing is kept. */
export async function findKept(
  kind: "text" | "image",
  items: Iterable<string>,
  { openCache, say, size, keyOf }: {
    readonly openCache?: OpenCache | undefined;
    readonly say?: ((line: string) => void) | undefined;
    readonly size: number;
    readonly keyOf: (item: string) => string;
  },
): Promise<KeptEmbeddings> {
  const cache = await openCache?.(kind, size).catch((error: unknown) => {
    if (!(error instanceof NegscopeError)) throw error;
    say?.(`Embeddings are not kept for other runs: ${error.message}`);
  }) ?? undefined;
  if (cache?.refused !== undefined) {
    say?.(
      `"${cache.refused}" is not used: it cannot be read or is damaged; embeddings are computed again`,
    );
  }
  const found = new Map<string, Float32Array>();
  for (const item of items) {
    const vector = cache?.get(keyOf(item));
    if (vector !== undefined) found.set(item, Float32Array.from(vector));
  }
  const save = async (embeddings: Embeddings, resumed = 0) => {
    for (const [item, embedding] of embeddings) cache?.add(keyOf(item), embedding);
    const failure = await cache?.save();
    if (failure !== undefined) {
      say?.(`Embeddings are not kept for other runs: ${failure.message}`);
    }
    const computed = embeddings.size - found.size - resumed;
    return { cached: found.size, computed, ...(resumed > 0 && { resumed }) };
  };
  return { found, save };
}
