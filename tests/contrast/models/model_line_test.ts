import { assertAlmostEquals, assertEquals } from "@std/assert";
import { headCounts, roleCurves } from "../../../lib/contrast/models/model_line.ts";
import { readCsvRows } from "../../../lib/tables/csv.ts";
import { scoredRows } from "../../../lib/contrast/runs/paired.ts";

Deno.test("headCounts() counts the heads that attend names: by simultaneous intervals, from .05 on, and those beyond the control", () => {
  const csv =
    `negation,layer,head,above_baseline,above_baseline_low,above_baseline_high,simultaneous_low,simultaneous_high,control,above_baseline_control,above_baseline_beyond,above_baseline_beyond_low,above_baseline_beyond_high,beyond_control
foil,1,1,0.2,0.1,0.3,0.05,0.35,random,0.01,0.19,0.04,0.34,yes
caption,1,1,0.2,0.1,0.3,0.05,0.35,random,0.06,0.14,-0.01,0.29,no
foil,1,2,0.2,0.1,0.3,-0.05,0.45,random,0.01,0.19,-0.06,0.44,no
foil,1,3,0.04,0.03,0.05,0.02,0.06,random,0.01,0.03,0.01,0.05,no
`;
  const { heads, heads_beyond_control } = headCounts(readCsvRows(csv, "heads"));
  assertEquals([heads, heads_beyond_control], [{ value: 1 }, { value: 1 }]);
});

/** Twenty rows, every other one wrong: d is 4 and -2 by turns. */
const D = Array.from({ length: 20 }, (_, i) => i % 2 === 0 ? 4 : -2);

const ROWS = scoredRows(
  readCsvRows(
    [
      "id,image,negation,caption,foil,segment,d",
      ...D.map((d, i) =>
        `${i},${i}.png,foil,there are ${i} dogs,there are no ${i} dogs,correct,${d}`
      ),
    ].join("\n"),
    "evaluate.csv",
  ),
  undefined,
);

/** What a token holds of a row's d; the tokens of a role each have a line. */
type Token = readonly [layer: number, role: string, share: number];

function curvesOf(tokens: readonly Token[]) {
  const lines = D.flatMap((d, i) =>
    tokens.map(([layer, role, share]) => `${i},${layer},${role},${share * d}`)
  );
  const rows = readCsvRows(["id,layer,role,share", ...lines].join("\n"), "shares.csv");
  return roleCurves(ROWS, rows, "share")!;
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

Deno.test("roleCurves() gives nothing without blocks or rows", () => {
  const lines = (text: string) => readCsvRows(`id,layer,role,share\n${text}`, "shares.csv");
  assertEquals(roleCurves(ROWS, lines("0,0,negator,1\n"), "share"), undefined);
  assertEquals(roleCurves(ROWS, lines("other,1,negator,1\n"), "share"), undefined);
});
