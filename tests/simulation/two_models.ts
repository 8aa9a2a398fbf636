/** Two models on the same rows: how often McNemar's test rejects equal accuracies, and paired intervals contain the true difference. */

import { ratioDifference } from "../../lib/composites/contrast/paired.ts";
import { mcnemar, pairedShareDifference } from "../../lib/stats/share.ts";
import { threes, VALSE } from "./draws.ts";
import { type Drawn, holds, isSmall, type Simulation } from "./simulate.ts";

/** The standard normal numbers below which lie .7, .6 and .95. */
const [AT_70, AT_60, AT_95] = [0.524401, 0.253347, 1.644854];

/** How far two models go together: the correlation of what decides their answers. */
const COMMON = 0.5;

/** What decides the answers of both models to each row. */
function both({ draws, icc }: Drawn): [number[], number[]] {
  const [common, one, other] = [0, 1, 2].map(() => draws.dependent(icc));
  const mixed = (own: readonly number[]) =>
    own.map((z, row) => Math.sqrt(COMMON) * common![row]! + Math.sqrt(1 - COMMON) * z);
  return [mixed(one!), mixed(other!)];
}

function answers(drawn: Drawn, bounds: readonly [number, number]): [boolean[], boolean[]] {
  const [one, other] = both(drawn);
  return [one.map((z) => z < bounds[0]), other.map((z) => z < bounds[1])];
}

function mcnemarOf(bound: number, isClustered: boolean): Simulation["isHit"] {
  return (drawn) => {
    const [one, other] = answers(drawn, [bound, bound]);
    return isSmall(mcnemar(one, other, isClustered ? drawn.keys : undefined).pValue);
  };
}

const DESIGNS = [...threes(12, 40), ...VALSE];

export const PAIRED_TESTS: readonly Simulation[] = [true, false].map((isClustered) => ({
  name: `McNemar's mid-p by ${isClustered ? "cluster" : "row"}, accuracies of .7`,
  designs: DESIGNS,
  isHit: mcnemarOf(AT_70, isClustered),
}));

const accuracies =
  (bounds: readonly [number, number], truth: number): Simulation["isHit"] => (drawn) => {
    const [one, other] = answers(drawn, bounds);
    return holds(pairedShareDifference(one, other, { clusters: drawn.keys }), truth);
  };

const means: Simulation["isHit"] = (drawn) => {
  const [one, other] = both(drawn);
  return holds(drawn.bootstrap.mean(other.map((value, row) => value - one[row]!)), 0);
};

const shares: Simulation["isHit"] = (drawn) => {
  const [d, e] = both(drawn);
  const [effects, others] = both(drawn);
  const parts = (d: readonly number[], effects: readonly number[]) => ({
    parts: effects.map((effect, row) => Math.sign(d[row]!) * effect),
    weights: d.map(Math.abs),
  });
  return holds(ratioDifference(drawn.bootstrap, parts(d, effects), parts(e, others)), 0);
};

export const PAIRED_INTERVALS: readonly Simulation[] = [
  { name: "accuracies, .7 and .6", isHit: accuracies([AT_70, AT_60], -0.1) },
  { name: "accuracies, both .95", isHit: accuracies([AT_95, AT_95], 0) },
  { name: "two means", isHit: means },
  { name: "two shares of d", isHit: shares },
].map(({ name, isHit }) => ({ name: `difference of ${name}`, designs: DESIGNS, isHit }));
