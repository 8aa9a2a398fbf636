import { assertEquals } from "@std/assert";
import { freeCells } from "../../../lib/study/effects/fixed_places.ts";
import { SITES } from "../../../lib/experiments/trace/trace.ts";
import { SIGLIP_TINY, TINY, withScored } from "../../studies.ts";
import { traceRows } from "../measured_rows.ts";

/** Below this, an effect on S is rounding in float32. */
const ROUNDING = 1e-4;

for (const study of [TINY, SIGLIP_TINY]) {
  const name =
    `freeCells() is false of exactly the places of ${study.label} whose effects are 0 or 1 in every row`;
  Deno.test(name, () =>
    withScored(study, async ({ clip, rows, images }) => {
      for (const site of SITES) {
        const effects = (await traceRows(clip.text, rows, { site, images })).rows
          .filter(({ effect, cte }) => effect !== undefined && cte !== undefined);
        const isFree = freeCells(
          effects,
          ({ effect, ...place }) => ({ ...place, values: [effect] }),
        );
        const places = Map.groupBy(effects, ({ layer, role }) => `${site} ${layer} ${role}`);
        const fixed = places.entries().filter(([, own]) =>
          own.every(({ effect, cte }) =>
            Math.abs(effect!) < ROUNDING || Math.abs(cte! - 1) < ROUNDING
          )
        );
        const expected = places.entries().filter(([, own]) => !isFree(own[0]!));
        assertEquals(fixed.map(([place]) => place).toArray(), expected.map(([p]) => p).toArray());
      }
    }));
}

Deno.test("freeCells() takes 'before' for a role before the negator, and needs a site for all else", () => {
  const cells = [["before", 2], ["after", 6], [undefined, 6]] as const;
  const free = (site?: string) => {
    const placed = cells.map(([role, layer]) => ({ site, layer, role, values: [0] }));
    return placed.map(freeCells(placed, (cell) => cell));
  };
  assertEquals(free("resid"), [false, false, false]);
  assertEquals(free(), [false, true, true]); // differences of attention
});
