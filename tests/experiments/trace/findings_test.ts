import { assertEquals } from "@std/assert";
import { traceFindings } from "../../../lib/experiments/trace/findings.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { someRows } from "../some_rows.ts";

/** The tables and notes, for a terminal. */
function traceText(rows: readonly object[]): string {
  const { tables, notes } = traceFindings(someRows(rows));
  return findingText({ tables: tables!, notes: notes! });
}

const GROUP = { negation: "foil", segment: "correct", site: "resid", n: 20 };

/** The CTE of some roles. */
type Layer = Readonly<Record<string, number | undefined>>;

/** Rows of trace.csv: for each layer the CTE of some roles, each with an interval of .1 to either side. */
function rows(...layers: readonly Layer[]) {
  return layers.flatMap((layer, i) =>
    Object.entries(layer).map(([role, cte]) => ({
      ...{ ...GROUP, layer: i, role, cte },
      ...(cte === undefined ? {} : { simultaneous_low: cte - 0.1, simultaneous_high: cte + 0.1 }),
    }))
  );
}

const LAYERS = "Largest effect by layer (0.05 or more; simultaneous interval off 0)";

Deno.test("traceFindings() names the largest effect of either sign layer by layer, with its interval", () => {
  const text = traceText(rows(
    { sot: 0, negator: 1, full_stop: 0, eot: 0 },
    { sot: 0, negator: 0.6, full_stop: 0.4, eot: 0 },
    { sot: 0, negator: 0.8, full_stop: 0.5, eot: 0.2 },
    { sot: 0, negator: 0.3, full_stop: 0.3, eot: 0.1 },
    { sot: 0, negator: 0, full_stop: 0, eot: -0.44 },
    { sot: 0, negator: 0, full_stop: 0, eot: 1 },
  ));
  assertEquals(
    text,
    [
      LAYERS,
      "negated  segment  layer  role         CTE  simultaneous    at  rows",
      "foil     correct  0      negator     1.00  fixed               20",
      "foil     correct  1-2    negator     0.80  0.70 to 0.90     2  20",
      "foil     correct  3      negator     0.30  0.20 to 0.40        20",
      "foil     correct  3      full stop   0.30  0.20 to 0.40        20",
      "foil     correct  4      EOT        -0.44  -0.54 to -0.34      20",
      "foil     correct  5      EOT         1.00  fixed               20",
      "",
    ].join("\n"),
  );
});

Deno.test("traceFindings() says that nothing carries the effect where nothing does for certain", () => {
  const few = { ...GROUP, layer: 3, role: "eot", cte: 0.7 }; // too few sentence pairs for an interval
  const [, , ...lines] = traceText([
    ...rows({}, { subject_first: 3e-5, full_stop: -2e-5 }, { negator: 0.09, eot: 0.04 }),
    ...[few, { ...few, layer: 4, role: "sot", cte: 0 }],
  ]).split("\n");
  assertEquals(lines, [
    "foil     correct  1      none above 0.05",
    "foil     correct  2-3    none certain",
    "foil     correct  4      none above 0.05",
    "",
  ]);
});

Deno.test("traceFindings() says why no role is tested: d is 0 in all rows, or the rows are too few", () => {
  const saidOf = (cte: number | undefined) =>
    traceFindings(someRows([{ ...GROUP, layer: 3, role: "eot", cte }])).sentences!;
  assertEquals(saidOf(undefined), [
    "Foil-negated, correct: no role is named: no share of d, since d is no more than the rounding error of S in every row",
  ]);
  assertEquals(saidOf(0.7), [
    "Foil-negated, correct: no role is tested, since an interval takes at least 9 effective clusters of rows",
  ]);
});

Deno.test("traceFindings() takes 1 for fixed only where the method fixes it", () => {
  const fixed = (...layers: readonly Layer[]) =>
    traceText(rows(...layers)).split("\n").slice(2, -1).map((line) => line.includes("fixed"));
  assertEquals(fixed({ negator: 1 }, { eot: 1 }, { eot: 1 }), [true, false, true]);
  assertEquals(fixed({}, { eot: 1 }, { eot: 1.01 }), [false]);
  const written = traceText(rows({}, { eot: 1 }).map((row) => ({ ...row, site: "attn_out" })));
  assertEquals(written.includes("fixed"), false);
});

Deno.test("traceFindings() says over which rows the roles are compared in the standard protocol", () => {
  const ofRole = (role: string, n: number, cte: number | undefined, layer = 0) => {
    const bounds = cte === undefined
      ? {}
      : { simultaneous_low: cte - 0.1, simultaneous_high: cte + 0.1 };
    return { ...GROUP, layer, role, n, cte, ...bounds };
  };
  const text = traceText([
    ...[ofRole("sot", 124, 0), ofRole("negator", 40, 1.01), ofRole("inserted", 84, undefined)],
    ...[ofRole("after", 124, 0.2), ofRole("negator", 40, 0.5, 1), ofRole("eot", 124, 0, 1)],
  ]);
  assertEquals(text.split("\n").slice(2), [
    "foil     correct  0-1    negator  1.01  0.91 to 1.11   0  40/124",
    "",
    "Not in the map: an inserted negator. The affirmative sentence has no token for",
    '  it ("no people", "people"), so that there is no place to put its values',
    "Layer 0 is no finding: it holds token and position embeddings, and where a token",
    "  of the affirmative sentence stands at another position, since a word is",
    "  inserted or moved, its effect there comes from the position",
    "",
  ]);
});

Deno.test("traceFindings() warns of shares of a d near 0, and shows a bound that is nearly 0 as it is", () => {
  const cell = { ...GROUP, segment: "ambiguous", layer: 1, role: "eot", cte: -4.5 };
  const text = traceText([{ ...cell, simultaneous_low: -12, simultaneous_high: -0.0021 }]);
  assertEquals(text.split("\n").slice(2), [
    "foil     ambiguous  1      EOT   -4.50  -12.00 to -2.1e-3      20",
    "",
    "Ambiguous rows have a d near 0, so that shares of it are large and unsteady;",
    "  trace.csv has the ratio of means beside them",
    "",
  ]);
});

Deno.test("traceFindings() names the five heads with the largest effects of each group at site z", () => {
  const cell = (layer: number, head: number, cte: number, segment = "correct") => ({
    ...{ ...GROUP, segment, site: "z", layer, head, role: "full_stop", cte },
    ...{ simultaneous_low: cte - 0.1, simultaneous_high: cte + 0.1 },
  });
  const text = traceText([
    ...[cell(1, 1, 0.2), cell(1, 2, -0.4), cell(2, 1, 0.09), cell(4, 2, 0.6), cell(4, 3, 0.3)],
    ...[cell(5, 1, 0.11), cell(5, 2, 0.12), cell(1, 1, 0.04, "incorrect")],
  ]);
  assertEquals(text.split("\n"), [
    "Largest effects of heads (0.05 or more; simultaneous interval off 0)",
    "negated  segment    head  role               CTE  simultaneous    rows",
    "foil     correct    4.2   full stop         0.60  0.50 to 0.70    20",
    "foil     correct    1.2   full stop        -0.40  -0.50 to -0.30  20",
    "foil     correct    4.3   full stop         0.30  0.20 to 0.40    20",
    "foil     correct    1.1   full stop         0.20  0.10 to 0.30    20",
    "foil     correct    5.2   full stop         0.12  0.02 to 0.22    20",
    "foil     incorrect        none above 0.05",
    "",
    "Listed are 5 of 6 of foil-negated, correct",
    "Heads count from 1: 4.2 is L3H1 in TransformerLens, blocks.3 head 1",
    "",
  ]);
});
