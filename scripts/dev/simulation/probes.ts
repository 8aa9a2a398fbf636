/** How often intervals of the experiment `probe` hold where negation cannot be decoded. */

import { decodedIn, type Read } from "../../../lib/experiments/probe/decoded.ts";
import { fitLayer } from "../../../lib/experiments/probe/fit.ts";
import { splitPairs } from "../../../lib/experiments/probe/folds.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { equalClusters } from "./draws.ts";
import type { Drawn, Simulation } from "./simulate.ts";

/** Dimensions of the simulated vectors. */
const WIDTH = 8;

/** Reads pairs of normal vectors, of whose variance the two sentences share a part, and which labels tell nothing of. */
function readNothing({ draws, sizes, icc, set }: Drawn): Read[] {
  const pairs = sizes.map(() => {
    const shared = Array.from({ length: WIDTH }, () => Math.sqrt(icc) * draws.normal());
    const vector = () => shared.map((value) => value + Math.sqrt(1 - icc) * draws.normal());
    return { negated: vector(), affirmative: vector() };
  });
  const splits = splitPairs(pairs.map((_, pair) => `${pair}`), { seed: set });
  return finish(fitLayer(pairs, pairs.map((_, pair) => splits.get(`${pair}`)!)));
}

/** The rows of the table of intervals that are of probes. */
export const PROBES: readonly Simulation[] = [{
  name: "probe above control, 0 in truth",
  designs: [12, 24].map((pairs) => equalClusters(pairs, 2)),
  isHit: (drawn) => {
    const { keys, bootstrap } = drawn;
    const ofPair = readNothing(drawn);
    const reads = keys.map((pair) => ofPair[Number(pair)]);
    const { low, high } = decodedIn(reads, { bootstrap, clusters: keys }).above;
    return low === undefined || high === undefined ? undefined : low <= 0 && 0 <= high;
  },
}];
