/** The kept embeddings of one tower for one run: found, checked by a sample, and counted. */

import { NegscopeError } from "../../errors.ts";
import type { EmbeddingOrigin } from "../../reading/sources.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type { Embeddings } from "./embed.ts";
import type { OpenCache } from "./embedding_cache.ts";

/** How many of the kept embeddings that a run uses it computes again: few, but any that was made otherwise differs in most bits. */
const SAMPLE = { text: 4, image: 2 } as const;

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

/**
 * Finds the kept embeddings of some items, and computes a sample of them again. If the cache cannot be used, that is said, and nothing is
 * kept; if one of the sample is not the same to the bit, all are forgotten, and that is said.
 */
export async function findKept(
  kind: "text" | "image",
  items: Iterable<string>,
  { openCache, seed = 0, say, size, keyOf, embed }: {
    readonly openCache?: OpenCache | undefined;
    /** Decides which kept embeddings are computed again. @default {0} */
    readonly seed?: number | undefined;
    readonly say?: ((line: string) => void) | undefined;
    readonly size: number;
    readonly keyOf: (item: string) => string;
    readonly embed: (items: readonly string[]) => Promise<Embeddings>;
  },
): Promise<KeptEmbeddings> {
  const cache = await openCache?.(kind, size).catch((error: unknown) => {
    if (!(error instanceof NegscopeError)) throw error;
    say?.(`Embeddings are not kept for other runs: ${error.message}`);
  }) ?? undefined;
  if (cache?.refused !== undefined) {
    say?.(
      `"${cache.refused}" is not used: it cannot be read, is damaged, or was sealed with another key; embeddings are computed again`,
    );
  }
  const found = new Map<string, Float32Array>();
  for (const item of items) {
    const vector = cache?.get(keyOf(item));
    if (vector !== undefined) found.set(item, Float32Array.from(vector));
  }
  const places = [...found.keys()].map((item) => [sha256Text(`${seed} ${keyOf(item)}`), item]);
  const sample = places.sort(([a], [b]) => a! < b! ? -1 : 1).slice(0, SAMPLE[kind])
    .map(([, item]) => item!);
  const again = sample.length === 0 ? new Map<string, Float32Array>() : await embed(sample);
  const different = sample.find((item) => !isSame(found.get(item)!, again.get(item)!));
  let origin: EmbeddingOrigin = { cached: found.size, computed: 0, checked: sample.length };
  if (different !== undefined) {
    origin = { ...origin, cached: 0, discarded: found.size };
    cache?.discard();
    found.clear();
    say?.(
      `Kept embeddings are not used, and computed again: that of ${kind} "${different}" is another here, as on another type of processor`,
    );
  }
  const save = async (embeddings: Embeddings, resumed = 0) => {
    for (const [item, embedding] of embeddings) cache?.add(keyOf(item), embedding);
    const failure = await cache?.save();
    if (failure !== undefined) {
      say?.(`Embeddings are not kept for other runs: ${failure.message}`);
    }
    const computed = embeddings.size - origin.cached - resumed;
    return { ...origin, computed, ...(resumed > 0 && { resumed }) };
  };
  return { found, save };
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((x, i) => Object.is(x, other[i]));
}
