/** Whether a probe finds what is not there, where each noun has a direction of its own and none is common. */

import { assert } from "@std/assert";
import { decodedIn } from "../../../lib/experiments/probe/tables.ts";
import { fitLayer, splitPairs } from "../../../lib/experiments/probe/fit.ts";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
import { SimultaneousRatios } from "../../../lib/stats/many.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { ColumnDraws } from "../../simulation/draws.ts";

const SETS = 100;
const [NOUNS, EACH, WIDTH] = [14, 4, 8];

/** In how many data sets `above_control` is certain to be above 0, with nouns or with pairs held out. */
function found(by: "noun" | "pair"): number {
  let certain = 0;
  for (let set = 0; set < SETS; set++) {
    const draws = new ColumnDraws([0], set);
    const vector = () => Array.from({ length: WIDTH }, () => draws.normal());
    const groups = new Map<string, string>();
    const pairs = Array.from({ length: NOUNS }, (_, noun) => {
      const direction = vector();
      return Array.from({ length: EACH }, (_, pair) => {
        groups.set(`${noun} ${pair}`, `${noun}`);
        const shared = vector();
        const at = (sign: number) =>
          shared.map((value, i) => value + sign * direction[i]! + draws.normal() / 2);
        return { negated: at(1), affirmative: at(-1) };
      });
    }).flat();
    const keys = [...groups.keys()];
    const splits = splitPairs(keys, { seed: set, ...(by === "noun" && { groups }) });
    const reads = finish(fitLayer(pairs, keys.map((key) => splits.get(key)!)));
    using bootstrap = new ClusterBootstrap(keys, { seed: set });
    const ratios = new SimultaneousRatios(bootstrap);
    if (decodedIn(reads, { ratios, clusters: keys, layers: 1 }).above.low! > 0) certain++;
  }
  return certain;
}

Deno.test("a probe of which nouns are held out finds no common direction where each noun has its own, and one of which pairs are does", () => {
  const byNoun = found("noun");
  assert(byNoun <= 9, `${byNoun} of ${SETS}`); // .025 in truth: more in 1 of 2,000 such tests
  const byPair = found("pair");
  assert(byPair >= 30, `${byPair} of ${SETS}`);
});
