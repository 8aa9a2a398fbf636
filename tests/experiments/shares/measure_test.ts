import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Role } from "../../../lib/data/align.ts";
import {
  type MeasuredShares,
  measureShares,
  playersOf,
} from "../../../lib/experiments/shares/index.ts";
import { goldenCircuits, type ScoredStudy, testForms, TINY, withScored } from "../../studies.ts";

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
