import { assertEquals, assertStringIncludes } from "@std/assert";
import { cellMark, marksInOrder, marksText } from "../../lib/charts/cell_marks.ts";

const RANGE = { low: -0.2, high: 1 };

Deno.test("cellMark() marks a value that cannot be told from 0, and one without an interval", () => {
  const mark = (low?: number, high?: number) => cellMark({ value: 0.2, low, high }, RANGE);
  assertEquals(mark(0.1, 0.3), undefined);
  assertEquals(mark(0, 0.3), "own 95 % interval includes 0");
  assertEquals(cellMark({ value: -0.1, low: -0.2, high: -0.01 }, RANGE), undefined);
  assertEquals([mark(), mark(0.1)], ["no interval", "no interval"]);
});

Deno.test("cellMark() marks a selectivity that is not above the exchanged sentences', whatever its own interval", () => {
  const mark = (low?: number, high?: number) =>
    cellMark({ value: 0.2, low, high, apartFrom: "the exchanged sentences" }, RANGE);
  assertEquals([mark(0.01, 0.3), mark()], [undefined, "no interval"]);
  assertEquals([mark(-0.1, 0.3), mark(-0.1, -0.01)], [
    ...["not above exchanged sentences", "not above exchanged sentences"],
  ]);
  assertStringIncludes(
    marksText(["not above exchanged sentences"], {}),
    "a selectivity that is not above that of the exchanged sentences (95 % interval of the difference",
  );
});

Deno.test("cellMark() does not doubt a value that the method fixes", () => {
  const nothing = { value: 0, low: 0, high: 0 };
  assertEquals(cellMark({ ...nothing, isFixed: true }, RANGE), undefined);
  assertEquals(cellMark({ value: 1, low: 1, high: 1 }, RANGE), undefined);
  assertEquals(cellMark(nothing, RANGE), "own 95 % interval includes 0"); // 0 in the data, not by the method
  assertEquals(cellMark({ value: 1e-9, low: -1e-8, high: 1e-8 }, RANGE), cellMark(nothing, RANGE));
});

Deno.test("cellMark() marks a value beyond either end of the colours", () => {
  assertEquals(cellMark({ value: 1.01, low: 0.9, high: 1.1 }, RANGE), "beyond the colours");
  assertEquals(cellMark({ value: 1.004, low: 0.9, high: 1.1 }, RANGE), undefined); // looks like 1
  assertEquals(
    cellMark({ value: -0.3, low: -0.4, high: 0.1 }, RANGE),
    "beyond, interval includes 0",
  );
  assertEquals(cellMark({ value: -0.3 }, RANGE), "beyond, no interval");
});

Deno.test("marksInOrder() has each mark once, in the order of the legend; marksText() explains those that are there", () => {
  const marks = marksInOrder(["beyond the colours", undefined, "no interval", "no interval"]);
  assertEquals(marks, ["no interval", "beyond the colours"]);
  assertEquals(
    marksText(marks, {}),
    "Marks in corners: too few distinct sentence pairs for an interval; a value beyond the colours.",
  );
  assertEquals(
    marksText(["own 95 % interval includes 0", "no interval"], { clusters: "subject nouns" }),
    "Marks in corners: a 95 % interval of the cell alone (bootstrap over subject nouns) that includes 0; " +
      "too few distinct subject nouns for an interval.",
  );
  assertEquals(marksText([], {}), "");
});
