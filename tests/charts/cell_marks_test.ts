import { assertEquals, assertNotEquals } from "@std/assert";
import { legendOf, markCells, type MarkedValue, markShape } from "../../lib/charts/cell_marks.ts";

const RANGE = { low: -0.2, high: 1 };

/** Cells without doubt. */
const CERTAIN: readonly MarkedValue[] = Array(9).fill({ value: 0.2, low: 0.1, high: 0.3 });

/** The mark of one cell among many that are certain. */
function markOf(cell: MarkedValue): string | undefined {
  return markCells([...CERTAIN, cell], RANGE, {}).marks.at(-1);
}

Deno.test("markCells() marks a value that cannot be told from 0, and one without an interval", () => {
  const mark = (low?: number, high?: number) => markOf({ value: 0.2, low, high });
  assertEquals(mark(0.1, 0.3), undefined);
  assertEquals(mark(0, 0.3), "own 95 % interval includes 0");
  assertEquals(markOf({ value: -0.1, low: -0.2, high: -0.01 }), undefined);
  assertEquals([mark(), mark(0.1)], ["no interval", "no interval"]);
});

Deno.test("markCells() marks a selectivity that is not above the exchanged sentences', whatever its own interval", () => {
  const mark = (low?: number, high?: number) =>
    markOf({ value: 0.2, low, high, apartFrom: "the exchanged sentences" });
  assertEquals([mark(0.01, 0.3), mark()], [undefined, "no interval"]);
  const notAbove = "not above exchanged sentences";
  assertEquals([mark(-0.1, 0.3), mark(-0.1, -0.01)], [notAbove, notAbove]);
});

Deno.test("markCells() does not doubt a value that the method fixes", () => {
  const nothing = { value: 0, low: 0, high: 0 };
  assertEquals(markOf({ ...nothing, isFixed: true }), undefined);
  assertEquals(markOf({ value: 1, low: 1, high: 1 }), undefined);
  assertEquals(markOf(nothing), "own 95 % interval includes 0"); // 0 in the data, not by the method
  assertEquals(markOf({ value: 1e-9, low: -1e-8, high: 1e-8 }), markOf(nothing));
});

Deno.test("markCells() marks a value beyond either end of the colours", () => {
  assertEquals(markOf({ value: 1.01, low: 0.9, high: 1.1 }), "beyond the colours");
  assertEquals(markOf({ value: 1.004, low: 0.9, high: 1.1 }), undefined); // looks like 1
  assertEquals(markOf({ value: -0.3, low: -0.4, high: 0.1 }), "beyond, interval includes 0");
  assertEquals(markOf({ value: -0.3 }), "beyond, no interval");
});

Deno.test("markCells() marks cells in doubt however many they are, each kind of doubt with a shape of its own", () => {
  const [zero, none]: readonly MarkedValue[] = [{ value: 0.2, low: -1, high: 1 }, { value: 0.2 }];
  const { marks, certain } = markCells([CERTAIN[0]!, zero!, none!], RANGE, {});
  assertEquals(marks, [undefined, "own 95 % interval includes 0", "no interval"]);
  assertEquals(certain, [true, false, false]);
  assertNotEquals(markShape(marks[1]!), markShape(marks[2]!));
});

Deno.test("markCells() explains the marks that are there", () => {
  const textOf = (cells: readonly MarkedValue[], clusters?: string) =>
    markCells([...CERTAIN, ...CERTAIN, ...cells], RANGE, clusters ? { clusters } : {}).text;
  assertEquals(
    textOf([{ value: 2, low: 1, high: 3 }, { value: 0 }]),
    "Marks in corners: too few distinct sentence pairs for an interval; a value beyond the colours.",
  );
  assertEquals(
    textOf([{ value: 0, low: 0, high: 0 }, { value: 0 }], "subject nouns"),
    "Marks in corners: a 95 % interval of the cell alone (bootstrap over subject nouns) that includes 0; " +
      "too few distinct subject nouns for an interval.",
  );
  assertEquals(
    textOf([{ value: 0, low: 0, high: 0, apartFrom: "the exchanged sentences" }]),
    "Marks in corners: a selectivity that is not above that of the exchanged sentences (95 % interval of the difference, bootstrap over sentence pairs).",
  );
  assertEquals(textOf([]), "");
});

Deno.test("legendOf() has each name once, in the order of the legend", () => {
  const marks = ["beyond the colours", undefined, "no interval", "no interval"];
  assertEquals(legendOf(marks), ["no interval", "beyond the colours"]);
});
