import { assertEquals, assertStringIncludes } from "@std/assert";
import { trace, traceFindings } from "../../../lib/experiments/trace/index.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { someRows } from "../some_rows.ts";

/** A row of trace.csv, with an interval of .1 to either side. */
function row(layer: number, role: string, cte: number | undefined, more: object = {}) {
  return {
    ...{ negation: "foil", segment: "correct", site: "resid", direction: "denoise", n: 20 },
    ...{ layer, role, cte },
    ...cte !== undefined && { simultaneous_low: cte - 0.1, simultaneous_high: cte + 0.1 },
    ...more,
  };
}

function traceText(rows: readonly object[]): string {
  return findingText(traceFindings(someRows(rows)));
}

Deno.test("traceFindings() names the roles with the largest CTE by their layers, without what the method fixes", () => {
  const incorrect = { segment: "incorrect" };
  assertEquals(
    traceText([
      ...[row(0, "negator", 1), row(0, "eot", 0)],
      ...[row(1, "sot", 0), row(1, "negator", 0.6), row(1, "full_stop", 0.4)],
      ...[row(2, "sot", 0), row(2, "negator", 0.8), row(2, "eot", -0.44)],
      ...[row(2, "negator", 0.5, incorrect), row(3, "eot", 1), row(3, "negator", 0)],
      row(1, "negator", undefined, { segment: "all" }), // which has no mean CTE
    ]),
    [
      "Where the foil is negated, d of correct rows passes most through the negator",
      "  (CTE up to 0.80, 0.70 to 0.90), then through the full stop.",
      "The end token in layer 2 (CTE -0.44, -0.54 to -0.34) takes away from it, where",
      "  the foil is negated.",
      "",
      "Largest effects of roles",
      "negated  role                      CTE  simultaneous      incorrect",
      "foil     negator in layers 1-2   0.800  0.700 to 0.900        0.500",
      "foil     end token in layer 2   -0.440  -0.540 to -0.340",
      "foil     full stop in layer 1    0.400  0.300 to 0.500",
      "",
    ].join("\n"),
  );
});

Deno.test("traceFindings() names heads and their roles at site z", () => {
  const z = (head: number, cte: number) => row(1, "full_stop", cte, { site: "z", head });
  const text = traceText([
    z(1, 0.2),
    z(2, -0.4),
    z(3, 0.09),
    row(4, "eot", 0, { site: "z", head: 1 }),
  ]);
  assertStringIncludes(
    text,
    "d of correct rows is carried by head 1.1 at full stop",
  );
  assertStringIncludes(text, "Heads count from 1: 1.2 is L0H1 in TransformerLens");
});

Deno.test("traceFindings() has a table of gamma, of each direction, and of their differences with what these say", () => {
  const gamma = {
    ...row(1, "eot", 0.5, { negation: "both", segment: "all" }),
    ratio_of_means: 0.5,
  };
  const ofDirection = (direction: string, cte: number) => row(1, "eot", cte, { direction });
  const { tables, notes } = traceFindings(someRows([
    ...[gamma, row(0, "inserted", undefined), row(1, "eot", 0.1), row(2, "eot", 1)],
    ...[ofDirection("noise", 0.5), ofDirection("difference", -0.4)],
  ]));
  assertEquals(
    tables!.map(({ title, lines }) => [title, ...lines.map(({ reading = "" }) => reading)].join()),
    ["on gamma,", "denoise", "noise,"].map((of) => `Largest effects of roles, ${of}`)
      .concat("Denoise minus noise,not alone"),
  );
  assertEquals(notes!.length, 1); // of the inserted negator
});

Deno.test("a row's effects are those of its roles by layer, of heads by the role at which they act", () => {
  const effects = [
    row(1, "full_stop", 0.5, { id: "a" }),
    row(2, "eot", 0.25, { id: "a", head: 1, site: "z" }),
    row(3, "eot", 1, { id: "a" }), // which the method fixes
  ];
  const found = trace.rowEffects!({ effects: { rows: effects } } as never, []);
  assertEquals([...found.effects], [
    { id: "a", part: "full stop", at: "in layer 1", effect: 0.5 },
    { id: "a", part: "2.1", at: "at end token", effect: 0.25 },
  ]);
});

Deno.test("traceFindings() says what it leaves out, and why nothing is tested", () => {
  assertStringIncludes(traceFindings([]).sentences![0]!, "No row is in the segments to trace");
  assertEquals(
    traceFindings(someRows([row(3, "eot", 0.7, { simultaneous_low: undefined }), row(4, "sot", 0)]))
      .untested,
    ["Where the foil is negated, no role is tested: too few rows for an interval"],
  );
  const { notes } = traceFindings(someRows([
    ...[row(0, "inserted", undefined), row(0, "after", 0.2), row(1, "eot", 0.5)],
    row(1, "eot", -4.5, { segment: "ambiguous" }),
  ]));
  for (
    const part of ["an inserted negator", "Layer 0 is no finding", "Ambiguous rows have a d near 0"]
  ) {
    assertEquals(notes!.filter((note) => note.includes(part)).length, 1, part);
  }
});
