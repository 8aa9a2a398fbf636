import { assertEquals } from "@std/assert";
import { sizeAccuracy as typedSizeAccuracy } from "../../../lib/experiments/correlate/charts.ts";
import { SIZE_ACCURACY } from "../../../lib/experiments/correlate/correlate.ts";
import {
  assertSpec,
  committedRows,
  ofSomeColumns,
  SOURCES,
  valueAt,
} from "../../charts/fixtures.ts";

const sizeAccuracy = ofSomeColumns(typedSizeAccuracy);

const OPTIONS = { sources: SOURCES };
const ROWS = committedRows(SIZE_ACCURACY);
const SPEC = sizeAccuracy(ROWS, OPTIONS);

Deno.test("sizeAccuracy() makes the committed spec of the committed table", () => {
  assertSpec(SPEC, "size_accuracy");
});

Deno.test("sizeAccuracy() leaves out a threshold that no row exceeds", () => {
  assertEquals(valueAt(SPEC, "layer.1.encoding.x.axis.values"), [0, 0.05, 0.1]);
  assertEquals(valueAt(SPEC, "data.values.length"), 3);
});

Deno.test("sizeAccuracy() has an axis that contains .5, even if every interval is above it", () => {
  const [from] = valueAt(SPEC, "layer.1.encoding.y.scale.domain") as number[];
  assertEquals(from! < 0.5, true);
});
