import { assertEquals } from "@std/assert";
import { rowValues } from "../../../lib/study/effects/row_values.ts";
import { HEAD, ID, LAYER, NEGATION, SEGMENT } from "../../../lib/study/columns.ts";
import { columnValues } from "../../../lib/tables/estimates.ts";
import { fillTable, number, table } from "../../../lib/tables/table.ts";

const CELLS = { negation: NEGATION, segment: SEGMENT, layer: LAYER };
const LINES = table("lines", "Lines of rows.", {
  ...{ id: ID, ...CELLS, effect: number("logit", "The effect.") },
});
const MEANS = table("means", "Their means.", { ...CELLS, head: HEAD });

/** The values of rows a, b and c in the lines of means. */
function valuesOf(familyOf?: (line: object) => string | undefined) {
  const line = (id: string, layer: number, effect: number | undefined) => (
    { id, negation: "foil", segment: "correct", layer, effect }
  );
  const lines = [
    ...[line("a", 1, 2), line("a", 1, 3), line("b", 1, undefined), line("c", 1, -4)],
    ...[line("a", 2, 7), line("of another run", 3, 1)],
  ];
  const of = { ...columnValues({ table: "lines", column: "effect" }), familyOf };
  const rows = ["a", "b", "c"].map((id) => ({ id }));
  return rowValues(MEANS, of as never, fillTable(LINES, lines as never), rows);
}

Deno.test("rowValues() adds up a row's lines that have the same keys as a line of the means, on whichever side and segment", () => {
  const found = [1, 2, 3].map((layer) =>
    valuesOf()({ negation: "caption", segment: "all", layer, head: 4 }) // lines have no head
  );
  assertEquals(found, [
    { sums: Float64Array.of(5, 0, -4), counts: Float64Array.of(2, 0, 1) },
    { sums: Float64Array.of(7, 0, 0), counts: Float64Array.of(1, 0, 0) },
    undefined,
  ]);
});

Deno.test("rowValues() has nothing of a line without a family, and nothing without the table", () => {
  const ofFamily = valuesOf((line) => "layer" in line && line.layer === 1 ? "own" : undefined);
  assertEquals([1, 2].map((layer) => ofFamily({ layer })?.counts[0]), [2, undefined]);
  const of = columnValues({ table: "lines", column: "effect" });
  assertEquals(rowValues(MEANS, of, undefined, [{ id: "a" }])({ layer: 1 }), undefined);
});
