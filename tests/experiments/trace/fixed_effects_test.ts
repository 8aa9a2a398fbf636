import { assertEquals } from "@std/assert";
import { isFixedPlace, traitsOf } from "../../../lib/experiments/trace/findings.ts";
import { SITES } from "../../../lib/experiments/trace/trace.ts";
import { SIGLIP_TINY, TINY, withScored } from "../../studies.ts";
import { traceRows } from "../measured_rows.ts";

/** Below this, an effect on S is rounding in float32. */
const ROUNDING = 1e-4;

for (const study of [TINY, SIGLIP_TINY]) {
  const name =
    `isFixedPlace() is true of exactly the places of ${study.label} whose effects are 0 or 1 in every row`;
  Deno.test(name, () =>
    withScored(study, async ({ clip, rows, images }) => {
      const last = clip.config.text.layers;
      for (const site of SITES) {
        const effects = (await traceRows(clip.text, rows, { site, images })).rows
          .filter(({ effect, cte }) => effect !== undefined && cte !== undefined);
        const traits = traitsOf(effects.map(({ role, effect }) => ({ role, values: [effect!] })));
        assertEquals(traits, { causal: study === TINY, pooled: study !== TINY });
        const places = Map.groupBy(effects, ({ layer, role }) => `${site} ${layer} ${role}`);
        const fixed = places.entries().filter(([, own]) =>
          own.every(({ effect, cte }) =>
            Math.abs(effect!) < ROUNDING || Math.abs(cte! - 1) < ROUNDING
          )
        );
        const expected = places.entries().filter(([, own]) =>
          isFixedPlace({ ...own[0]!, ...traits }, last)
        );
        assertEquals(fixed.map(([place]) => place).toArray(), expected.map(([p]) => p).toArray());
      }
    }));
}

Deno.test("isFixedPlace() takes 'before' for a role before the negator, and needs a site for all else", () => {
  assertEquals(isFixedPlace({ site: "resid", layer: 2, role: "before" }, 6), true);
  assertEquals(isFixedPlace({ layer: 2, role: "before" }, 6), true); // differences of attention
  assertEquals(isFixedPlace({ layer: 6, role: "after" }, 6), false);
  assertEquals(isFixedPlace({ layer: 6 }, 6), false);
});
