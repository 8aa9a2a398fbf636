/** The draws of a bootstrap over clusters. */

import type { Random } from "../random.ts";
import type { Steps } from "../steps.ts";

/** Samples that are drawn before they are written into the table, so that a draw changes a number in the processor's cache. */
const SAMPLES_AT_ONCE = 64;

/**
 * Draws clusters with replacement, as many for each sample as there are. Returns how often each sample contains each cluster, [clusters,
 * samples]. A byte is enough: with up to 255 clusters no count is larger, and with more it is as good as impossible, since a count is 1 on
 * average.
 */
export function* drawClusters(
  clusters: number,
  samples: number,
  random: Random,
): Steps<Uint8Array<ArrayBuffer>> {
  const draws = new Uint8Array(clusters * samples);
  const block = new Uint8Array(SAMPLES_AT_ONCE * clusters); // [samples, clusters]
  for (let first = 0; first < samples; first += SAMPLES_AT_ONCE) {
    yield;
    const some = Math.min(SAMPLES_AT_ONCE, samples - first);
    block.fill(0);
    for (let sample = 0; sample < some; sample++) {
      const from = sample * clusters;
      for (let draw = 0; draw < clusters; draw++) block[from + random.below(clusters)]!++;
    }
    for (let cluster = 0; cluster < clusters; cluster++) {
      const to = cluster * samples + first;
      for (let sample = 0; sample < some; sample++) {
        draws[to + sample] = block[sample * clusters + cluster]!;
      }
    }
  }
  return draws;
}
