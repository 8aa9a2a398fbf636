/** What is measured in towers with random weights, kept from run to run: the same rows and sizes give the same numbers. */

import type { Pair } from "../../data/pairs.ts";
import { NegscopeError } from "../../errors.ts";
import { sha256Text } from "../../reading/sha256.ts";
import type { Embeddings } from "../embeddings/embed.ts";
import type { KeptStore } from "../embeddings/embedding_cache.ts";
import type { KeptRows } from "../rows/kept_rows.ts";

/** How many of the kept rows that a run uses it measures again: few, but any that was made otherwise differs in most bits. */
const SAMPLE = 2;

interface KeptRandomOptions {
  /** Opens what earlier runs have kept. */
  readonly open: () => Promise<KeptStore<Float64Array>>;
  readonly pairs: readonly Pair[];
  /** The images by name, embedded by the study's own tower; empty without images. */
  readonly images: Embeddings;
  /** Decides which rows are measured again. */
  readonly seed: number;
  readonly say?: ((line: string) => void) | undefined;
}

/**
 * Measures rows, those that earlier runs have kept excepted. A sample of these is measured again: if one has other numbers, all are measured
 * anew, and that is said.
 *
 * @param measure Measures the rows; it takes finished rows from `around(kept)` in place of `kept`.
 */
export async function withKeptRandom<Measured>(
  { open, pairs, images, seed, say }: KeptRandomOptions,
  measure: (around: (kept: KeptRows) => KeptRows) => Promise<Measured>,
): Promise<Measured> {
  const notKept = (why: string) => say?.(`Random towers are not kept for other runs: ${why}`);
  const store = await open().catch((error: unknown) => {
    if (!(error instanceof NegscopeError)) throw error;
    notKept(error.message);
  });
  if (store === undefined) return await measure((kept) => kept);
  const keyOf = keysOf(pairs, images);
  const known = pairs.map(({ id }) => id).filter((id) => store.get(keyOf(id)) !== undefined);
  const drawn = known.map((id) => [sha256Text(`${seed} ${keyOf(id)}`), id] as const)
    .sort(([a], [b]) => a < b ? -1 : 1).slice(0, SAMPLE).map(([, id]) => id);
  const [sample, different] = [new Set(drawn), new Set<string>()];
  const around = (kept: KeptRows): KeptRows => ({
    size: kept.size,
    get: (id) => {
      const found = sample.has(id) || different.size > 0 ? undefined : store.get(keyOf(id));
      return kept.get(id) ?? (found && Array.from(found));
    },
    keep: async (id, numbers) => {
      const before = store.get(keyOf(id));
      if (before !== undefined && !isSame(before, numbers)) different.add(id);
      const all = Float64Array.from(numbers);
      if (all.every(Number.isFinite)) store.add(keyOf(id), all);
      await kept.keep(id, numbers);
    },
  });
  let measured = await measure(around);
  if (different.size > 0) {
    const [first] = different;
    say?.(
      `What was kept of a tower with random weights is not used, and measured again: row "${first}" has other numbers here, as on another type of processor`,
    );
    store.discard();
    measured = await measure(around);
  }
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

function isSame(one: Float64Array, other: ArrayLike<number>): boolean {
  return one.length === other.length && one.every((value, i) => Object.is(value, other[i]));
}
