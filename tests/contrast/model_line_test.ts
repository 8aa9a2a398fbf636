import { assertAlmostEquals, assertEquals } from "@std/assert";
import { headCounts, roleCurves } from "../../lib/contrast/model_line.ts";
import { scoredRows } from "../../lib/contrast/paired.ts";

Deno.test("headCounts() counts the heads that attend names: by simultaneous intervals, from .05 on, and those beyond the control", () => {
  const rows = ([
    ["foil", 1, 0.2, 0.05, 0.01, "yes"],
    ["caption", 1, 0.2, 0.05, 0.06, "no"],
    ["foil", 2, 0.2, -0.05, 0.01, "no"],
    ["foil", 3, 0.04, 0.02, 0.01, "no"],
  ] as const).map(([negation, head, above_baseline, simultaneous_low, control, beyond_control]) => (
    {
      ...{ negation, layer: 1, head, above_baseline, simultaneous_low },
      ...{ control: "random", above_baseline_control: control, beyond_control },
    }
  ));
  const { heads, heads_beyond_control } = headCounts(rows);
  assertEquals([heads, heads_beyond_control], [{ value: 1 }, { value: 1 }]);
});

/** Twenty rows, every other one wrong: d is 4 and -2 by turns. */
const D = Array.from({ length: 20 }, (_, i) => i % 2 === 0 ? 4 : -2);

const ROWS = scoredRows(
  D.map((d, i) => (
    {
      ...{ id: `${i}`, image: `${i}.png`, negation: "foil", segment: "correct", d },
      ...{ caption: `there are ${i} dogs`, foil: `there are no ${i} dogs` },
    }
  )),
  undefined,
);

/** What a token holds of a row's d; the tokens of a role each have a line. */
type Token = readonly [layer: number, role: string, share: number];

function curvesOf(tokens: readonly Token[]) {
  const lines = D.flatMap((d, i) =>
    tokens.map(([layer, role, share]) => ({ id: `${i}`, layer, role, effect: share * d }))
  );
  return roleCurves(ROWS, lines)!;
}

const estimates = (curve: readonly { readonly estimate: number | undefined }[]) =>
  curve.map(({ estimate }) => Math.round(1e9 * estimate!) / 1e9);

const TOKENS: readonly Token[] = [
  ...[[0, "there", 0.5], [0, "negator", 1]] as const,
  ...[[1, "negator", 0.5], [1, "subject_first", 0.25]] as const,
  ...[[1, "subject_further", 0.5], [1, "subject_further", 0]] as const,
  ...[[2, "full_stop", 0.25], [2, "eot", 0.75]] as const,
  ...[[3, "eot", 1]] as const,
];

Deno.test("roleCurves() gives the share of d that tokens hold at each layer, of right and wrong rows alike", () => {
  const { shares } = curvesOf(TOKENS);
  assertEquals(estimates(shares.negator), [1, 0.5, 0, 0]);
  // a role counts with the mean of its tokens; roles before the negator do not count
  assertEquals(estimates(shares.between), [0, 0.5, 0.25, 0]);
  assertEquals(estimates(shares.eot), [0, 0, 0.75, 1]);
  assertAlmostEquals(shares.eot[2]!.low!, 0.75, 1e-12); // all rows have the same share
});

Deno.test("roleCurves() takes what stands in the negator's place for it, and the padded position that is read for the end", () => {
  const { shares } = curvesOf([[0, "inserted", 1], [1, "pad", 0.25], [1, "pooled", 0.75]]);
  assertEquals(estimates(shares.negator), [1, 0]);
  assertEquals(estimates(shares.between), [0, 0.25]);
  assertEquals(estimates(shares.eot), [0, 0.75]);
});

Deno.test("roleCurves() finds the layer at which the end token rises most from the layer before", () => {
  const eotLayer = (shares: readonly number[]) =>
    curvesOf(shares.map((share, layer) => [layer, "eot", share] as const)).eotLayer;
  assertEquals(eotLayer([0, 0.5, 0.6, 1.3]), { estimate: 3, low: 3, high: 3 }); // not the first rise
  assertEquals(eotLayer([0, 0.1, 0.9, 1]).estimate, 2); // not the largest share
  assertEquals(eotLayer([0, 0.75, 0, 0.5]).estimate, 1); // no fall
  assertEquals(eotLayer([0, 0.5, 1]).estimate, 1); // the first of equal rises
});
