import { assertEquals } from "@std/assert";
import { WeightView } from "../../../lib/engine/weights/weight_view.ts";
import { assertThrowsCode } from "../../error_codes.ts";

const STORED = Float32Array.from({ length: 24 }, (_, i) => i);

/** Two heads of a matrix stored as [width 3, heads x head width 4], the second half of a larger tensor. */
function heads(): WeightView {
  return new WeightView("blocks.0.attn.W_Q", ["head", "width", "head width"], {
    values: STORED,
    layout: { shape: [2, 3, 2], strides: [2, 4, 1], offset: 12 },
  });
}

Deno.test("WeightView.at() follows the strides", () => {
  assertEquals(heads().at(0, 0, 0), 12);
  assertEquals(heads().at(1, 2, 1), 12 + 2 + 2 * 4 + 1);
  assertThrowsCode(() => heads().at(0, 3, 0), "index-outside: Cannot read index [0, 3, 0]");
  assertThrowsCode(() => heads().at(0, 0), "index-outside: Cannot read index [0, 0]");
  assertThrowsCode(() => heads().at(0, 0.5, 0), "index-outside: Cannot read index");
});

Deno.test("WeightView.row() is a view of the same numbers", () => {
  const second = heads().row(1);
  assertEquals([second.shape, second.axes], [[3, 2], ["width", "head width"]]);
  assertEquals(second.row(2).data, Float32Array.of(22, 23));
  assertEquals(second.row(2).data!.buffer, STORED.buffer);
  assertThrowsCode(() => heads().row(2), "index-outside: Cannot read index [2, 0, 0]");
});

Deno.test("WeightView.data is defined where the numbers are contiguous", () => {
  assertEquals(heads().data, undefined);
  const dense = new WeightView("ln1.w", ["width"], {
    values: STORED,
    layout: { shape: [4], strides: [1], offset: 8 },
  });
  assertEquals(dense.data, Float32Array.of(8, 9, 10, 11));
  const turned = { shape: [2, 2], strides: [1, 2], offset: 0 };
  const view = new WeightView("W_proj", ["width", "projection"], {
    values: STORED,
    layout: turned,
  });
  assertEquals(view.data, undefined);
  const single = { shape: [1, 3], strides: [7, 1], offset: 0 }; // no step is ever taken along an axis of 1
  assertEquals(
    new WeightView("x", ["head", "head width"], { values: STORED, layout: single }).data,
    Float32Array.of(0, 1, 2),
  );
});
