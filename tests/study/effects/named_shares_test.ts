import { assertEquals } from "@std/assert";
import { fixedIn, freeCells } from "../../../lib/study/effects/named_shares.ts";
import { SITES } from "../../../lib/experiments/trace/trace.ts";
import { SIGLIP_TINY, TINY, withScored } from "../../studies.ts";
import { traceRows } from "../../experiments/measured_rows.ts";

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
  const free = (site?: string, value = 0) => {
    const placed = cells.map(([role, layer]) => ({ site, layer, role, values: [0, value] }));
    return placed.map(freeCells(placed, (cell) => cell));
  };
  assertEquals(free("resid"), [false, false, false]);
  assertEquals(free(), [false, true, true]); // differences of attention
  assertEquals(free(undefined, -1e-6), [true, true, true]); // no causal attention
});

Deno.test("fixedIn() takes a place for fixed only at 0 or 1, and frees the end token of what is no stream", () => {
  const cells = [
    ...[["eot", 2, 1], ["eot", 2, -0.5], ["negator", 2, 0], ["negator", 2, 9e-7]],
    ...[["eot", 2, undefined], ["negator", 2, 1e-6], ["negator", 1, 0]],
  ] as const;
  const fixed = (site: string) => {
    const rows = cells.map(([role, layer, cte]) => ({ site, role, layer, cte }));
    const { isFixed, isFree } = fixedIn(rows);
    return [isFixed, isFree].map((is) => rows.map((row) => Number(is(row))).join(""));
  };
  for (const stream of ["resid", "resid_mid"]) assertEquals(fixed(stream), ["1011100", "0000001"]);
  assertEquals(fixed("mlp_out"), ["0011000", "1100101"]);
});
