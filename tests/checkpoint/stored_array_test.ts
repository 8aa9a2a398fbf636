import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import {
  entriesOf,
  isPacked,
  packedStrides,
  sizeOf,
  type StoredArray,
  transposed,
} from "../../lib/checkpoint/stored_array.ts";

const MATRIX: StoredArray = {
  type: "F16",
  shape: [6, 4],
  strides: [4, 1],
  ...onDisk("a"),
  offset: 100,
};

Deno.test("packedStrides() counts the numbers behind each axis", () => {
  assertEquals(packedStrides([2, 3, 4]), [12, 4, 1]);
  assertEquals(packedStrides([5]), [1]);
  assertEquals(packedStrides([]), []);
});

Deno.test("isPacked() ignores the strides of axes with one entry or none", () => {
  assertEquals(isPacked(MATRIX), true);
  assertEquals(isPacked(transposed(MATRIX)), false);
  assertEquals(isPacked({ shape: [1, 4], strides: [77, 1] }), true);
  assertEquals(isPacked({ shape: [2, 4], strides: [8, 1] }), false);
  assertEquals(isPacked({ shape: [], strides: [] }), true);
});

Deno.test("transposed() and entriesOf() describe views of the same file", () => {
  assertEquals(transposed(MATRIX), { ...MATRIX, shape: [4, 6], strides: [1, 4] });
  assertEquals(entriesOf(MATRIX, 2, 3), { ...MATRIX, shape: [3, 4], offset: 100 + 2 * 4 * 2 });
  const column = { ...MATRIX, shape: [4, 6], strides: [1, 4], offset: 100 + 3 * 2 };
  assertEquals(entriesOf(transposed(MATRIX), 3, 1), { ...column, shape: [1, 6] });
  assertEquals(sizeOf({ shape: [6, 0, 4] }), 0);
  assertEquals(sizeOf({ shape: [] }), 1);
});
