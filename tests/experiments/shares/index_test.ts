import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { loadStudy } from "../../../lib/opening/load_study.ts";
import {
  type MeasuredShares,
  measureShares,
  playersOf,
  shapleyValues,
  shares,
} from "../../../lib/experiments/shares/index.ts";
import { FAST_ENGINE, GENERAL_ENGINE } from "../../../lib/engine/changes/run_changes.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import {
  goldenCircuits,
  type ScoredStudy,
  SIGLIP_TINY,
  STANDARD_PAIRS,
  testForms,
  TINY,
  withScored,
} from "../../studies.ts";
import type { Role } from "../../../lib/data/align.ts";
import { seededRandom } from "../../../lib/stats/random.ts";

const { model, pairs: data, images } = TINY;

for (const [onnx, engine] of [["", FAST_ENGINE], ["_fp16", GENERAL_ENGINE]] as const) {
  Deno.test(`shares says that its rows are measured by ${engine}, export "${onnx}"`, async () => {
    await using study = await loadStudy(
      await openInputs({ model, data, images, threads: 1, ...(onnx !== "" && { onnx }) }),
      { runtime: nodeRuntime() },
    );
    const engines = await shares.engines!(study, { control: [] });
    assertEquals(engines.length, study.pairs.length);
    assert(engines.every((name) => name?.startsWith(engine)), engines.join());
  });
}

Deno.test("shares refuses rows that are not minimal pairs, and models without a causal mask", async () => {
  const common = { images, threads: 1, cache: false } as const;
  const pairs = { data: STANDARD_PAIRS, protocol: "standard" } as const;
  await using standard = await Study.open({ ...common, model, ...pairs });
  await assertRejectsCode(() => standard.run(shares), "pair-not-minimal");
  await using siglip = await Study.open({ ...common, model: SIGLIP_TINY.model, data });
  await assertRejectsCode(() => siglip.run(shares), "model-unfit");
});

/** Averages of scores, which are 100 x a cosine of float32 embeddings, against those in float64 throughout. */
const SHARE = 5e-4;

/** The shares of a row and layer are differences of the same scores, so that only the sum's own rounding is left. */
const SUM = 1e-9;

function measure({ clip, rows, images }: ScoredStudy): Promise<MeasuredShares[]> {
  return measureShares(clip.text, rows, { images });
}

function byLayer({ roles, shares }: MeasuredShares): number[][] {
  const layers = Array.from({ length: shares.length / roles.length }, (_, layer) => layer);
  return layers.map((layer) => shares.slice(layer * roles.length, (layer + 1) * roles.length));
}

testForms(
  "measureShares() gives the reference shares, which sum to d",
  (study, suffix) =>
    withScored(study, async (scored) => {
      const golden = goldenCircuits(study, "shapley");
      const found = await measure(scored);
      const lines = found.flatMap((row, i) =>
        byLayer(row).flatMap((own, layer) =>
          own.map((share, role) => ({
            place: [scored.evaluate[i]!.id, `${layer}`, row.roles[role]!],
            share,
          }))
        )
      );
      assertEquals(lines.length, golden.length);
      lines.forEach(({ place, share }, i) => {
        const { id, layer, role, share: expected } = golden[i]!;
        assertEquals(place, [id, layer, role]);
        assertAlmostEquals(share, Number(expected), SHARE, place.join(" "));
      });
      found.forEach((row, i) => {
        const { d } = scored.evaluate[i]!;
        for (const own of byLayer(row)) {
          assertAlmostEquals(own.reduce((sum, share) => sum + share, 0), d, SUM);
        }
      });
    }, { suffix }),
);

Deno.test("measureShares() gives all of d to the negator at layer 0 and to the end token at the last, exactly", () =>
  withScored(TINY, async (scored) => {
    (await measure(scored)).forEach((row, i) => {
      const { d } = scored.evaluate[i]!;
      const layers = byLayer(row);
      assertEquals(layers.length, scored.clip.text.tower.shape.layers + 1);
      const only = (owner: Role) => row.roles.map((role) => role === owner ? d : 0);
      assertEquals([layers[0], layers.at(-1)], [only("negator"), only("eot")]);
    });
  }));

Deno.test("playersOf() finds the distinct roles from the negator on, and the player of each position", () => {
  const roles = ["sot", "before", "negator", "after", "after", "eot"] as const;
  const found = playersOf({ roles, negator: 2 });
  assertEquals(found, { roles: ["negator", "after", "eot"], of: [0, 1, 1, 2] });
});

/** Sums of at most 16 differences in float64. */
const ROUNDING = 1e-12;

function assertShares(found: readonly number[], expected: readonly number[]): void {
  assertEquals(found.length, expected.length);
  found.forEach((value, i) => assertAlmostEquals(value, expected[i]!, ROUNDING));
}

/** A game with reproducible values; the empty coalition has 0. */
function randomGame(players: number, seed: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: 2 ** players }, (_, i) => i === 0 ? 0 : random.below(1000) / 100);
}

function ordersOf(players: readonly number[]): number[][] {
  if (players.length === 0) return [[]];
  return players.flatMap((first) =>
    ordersOf(players.filter((other) => other !== first)).map((rest) => [first, ...rest])
  );
}

Deno.test("shapleyValues() gives the published values of the glove game, the airport game and a weighted vote", () => {
  const has = (coalition: number, player: number) => (coalition >> player & 1) === 1;
  // One left glove, two right ones; a pair is worth 1.
  const gloves = (own: number) => Number(has(own, 0) && (has(own, 1) || has(own, 2)));
  assertShares(shapleyValues(3, gloves), [2 / 3, 1 / 6, 1 / 6]);
  // A runway costs what its largest user needs: 1, 2 or 3 (Littlechild and Owen 1973).
  const costs = [1, 2, 3];
  const runway = (own: number) => Math.max(0, ...costs.filter((_, player) => has(own, player)));
  assertShares(shapleyValues(3, runway), [1 / 3, 1 / 3 + 1 / 2, 1 / 3 + 1 / 2 + 1]);
  // Votes 2, 1, 1, 1 with a majority of 3 (Shapley and Shubik 1954): the large voter decides in half of all orders.
  const votes = [2, 1, 1, 1];
  const passes = (own: number) =>
    Number(votes.reduce((sum, vote, player) => sum + (has(own, player) ? vote : 0), 0) >= 3);
  assertShares(shapleyValues(4, passes), [1 / 2, 1 / 6, 1 / 6, 1 / 6]);
});

Deno.test("shapleyValues() is the mean over all orders of what a player adds to those before it", () => {
  for (const players of [2, 3, 4, 5]) {
    const game = randomGame(players, players);
    const orders = ordersOf([...Array(players).keys()]);
    const expected = new Array<number>(players).fill(0);
    for (const order of orders) {
      let coalition = 0;
      for (const player of order) {
        const joined = coalition | 1 << player;
        expected[player]! += (game[joined]! - game[coalition]!) / orders.length;
        coalition = joined;
      }
    }
    assertShares(shapleyValues(players, (coalition) => game[coalition]!), expected);
  }
});
