/** What is measured in towers with random weights, kept from run to run: the same rows and sizes give the same numbers. */

import type { Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type { Embeddings } from "../embeddings/embed.ts";
import type { KeptStore } from "../embeddings/embedding_cache.ts";
import type { KeptRows } from "../rows/kept_rows.ts";

interface KeptRandomOptions {
  /** Opens what earlier runs have kept. */
  readonly open: () => Promise<KeptStore<Float64Array>>;
  readonly pairs: readonly Pair[];
  /** The images by name, embedded by the study's own tower; empty without images. */
  readonly images: Embeddings;
  readonly say?: ((line: string) => void) | undefined;
}

/**
 * Measures rows, those that earlier runs have kept excepted.
 *
 * @param measure Measures the rows; it takes finished rows from `around(kept)` in place of `kept`.
 */
export async function withKeptRandom<Measured>(
  { open, pairs, images, say }: KeptRandomOptions,
  measure: (around: (kept: KeptRows) => KeptRows) => Promise<Measured>,
): Promise<Measured> {
  const notKept = (why: string) => say?.(`Random towers are not kept for other runs: ${why}`);
  const store = await open().catch((error: unknown) => {
    if (!(error instanceof NegscopeError)) throw error;
    notKept(error.message);
  });
  if (store === undefined) return await measure((kept) => kept);
  const keyOf = keysOf(pairs, images);
  const measured = await measure((kept) => ({
    size: kept.size,
    get: (id) => {
      const found = store.get(keyOf(id));
      return kept.get(id) ?? (found && Array.from(found));
    },
    keep: async (id, numbers) => {
      const all = Float64Array.from(numbers);
      if (all.every(Number.isFinite)) store.add(keyOf(id), all);
      await kept.keep(id, numbers);
    },
  }));
  const failure = await store.save();
  if (failure !== undefined) notKept(failure.message);
  return measured;
}

/** The keys of rows by id: what the numbers of a row depend on besides the tower. */
function keysOf(pairs: readonly Pair[], images: Embeddings): (id: string) => string {
  const ofImage = new Map([...images].map(([name, own]) => [name, sha256Text(own.join())]));
  const keys = new Map(pairs.map(({ id, image, ...row }) => [
    id,
    sha256Text(JSON.stringify([Object.entries(row).sort(), ofImage.get(image) ?? ""])),
  ]));
  return (id) => keys.get(id)!;
}
