/** The kept embeddings of one tower for one run: found, checked by a sample, and counted. */

import { NegscopeError } from "../../errors.ts";
import type { EmbeddingOrigin } from "../../reading/sources.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type { Embeddings } from "./embed.ts";
import type { KeptStore, OpenCache } from "./embedding_cache.ts";

/** How many of the kept embeddings that a run uses it computes again: few, but any that was made otherwise differs in most bits. */
const SAMPLE = { text: 4, image: 2 } as const;

type Kind = "text" | "image";

/** How embeddings are kept, and how it is said if they are not. */
interface KeptOptions {
  readonly openCache?: OpenCache | undefined;
  /** Decides which kept embeddings are computed again. @default {0} */
  readonly seed?: number | undefined;
  /** Called with each message for the user. @default {none} */
  readonly say?: ((line: string) => void) | undefined;
}

export class KeptEmbeddings {
  readonly #cached: KeptStore<Float32Array> | undefined;
  readonly #kind: Kind;
  readonly #options: KeptOptions;
  readonly #found = new Map<string, Float32Array>();
  readonly #keyOf: (item: string) => string;
  #origin: EmbeddingOrigin = { cached: 0, computed: 0, checked: 0 };

  private constructor(
    cached: KeptStore<Float32Array> | undefined,
    kind: Kind,
    options: KeptOptions & { readonly keyOf: (item: string) => string },
  ) {
    this.#cached = cached;
    this.#kind = kind;
    this.#options = options;
    this.#keyOf = options.keyOf;
  }

  /** Opens the cache; if it cannot be used, that is said, and nothing is kept. */
  static async open(
    kind: Kind,
    items: Iterable<string>,
    options: KeptOptions & {
      readonly keyOf: (item: string) => string;
      readonly size: number;
    },
  ): Promise<KeptEmbeddings> {
    const { openCache, size, say } = options;
    const opened = await openCache?.(kind, size).catch((error: unknown) => {
      if (!(error instanceof NegscopeError)) throw error;
      say?.(`Embeddings are not kept for other runs: ${error.message}`);
    });
    const kept = new KeptEmbeddings(opened ?? undefined, kind, options);
    if (opened?.refused !== undefined) {
      say?.(
        `"${opened.refused}" is not used: it cannot be read, is damaged, or was sealed with another key; embeddings are computed again`,
      );
    }
    for (const item of items) {
      const found = opened?.get(options.keyOf(item));
      if (found !== undefined) kept.#found.set(item, Float32Array.from(found));
    }
    return kept;
  }

  get(item: string): Float32Array | undefined {
    return this.#found.get(item);
  }

  /** Computes a sample of the kept embeddings again. If one is not the same to the bit, all are forgotten, and that is said. */
  async check(embed: (items: readonly string[]) => Promise<Embeddings>): Promise<void> {
    const { seed = 0, say } = this.#options;
    const place = (item: string) => sha256Text(`${seed} ${this.#keyOf(item)}`);
    const places = [...this.#found.keys()].map((item) => [place(item), item] as const);
    const sample = places.sort(([a], [b]) => a < b ? -1 : 1).slice(0, SAMPLE[this.#kind])
      .map(([, item]) => item);
    const again = sample.length === 0 ? new Map<string, Float32Array>() : await embed(sample);
    const different = sample.filter((item) => !isSame(this.#found.get(item)!, again.get(item)!));
    const { size } = this.#found;
    if (different.length === 0) {
      this.#origin = { cached: size, computed: 0, checked: sample.length };
      return;
    }
    this.#cached?.discard();
    this.#found.clear();
    this.#origin = { cached: 0, computed: 0, checked: sample.length, discarded: size };
    say?.(
      `Kept embeddings are not used, and computed again: that of ${this.#kind} "${
        different[0]
      }" is another here, as on another type of processor`,
    );
  }

  /** Keeps the embeddings of a run for others; if they cannot be written, that is said. Returns where they came from. */
  async save(embeddings: Embeddings, resumed = 0): Promise<EmbeddingOrigin> {
    for (const [item, embedding] of embeddings) this.#cached?.add(this.#keyOf(item), embedding);
    const failure = await this.#cached?.save();
    if (failure !== undefined) {
      this.#options.say?.(`Embeddings are not kept for other runs: ${failure.message}`);
    }
    const computed = embeddings.size - this.#origin.cached - resumed;
    return { ...this.#origin, computed, ...(resumed > 0 && { resumed }) };
  }
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((x, i) => Object.is(x, other[i]));
}
