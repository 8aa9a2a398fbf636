import { assertEquals, assertStrictEquals } from "@std/assert";
import { copyRows, gathered, RowMemory } from "../../../lib/engine/rows/block_input.ts";

const OWN = Float32Array.of(0, 1, 10, 11, 20, 21, 30, 31);
const KEPT = Float32Array.of(100, 101, 110, 111);
const FROM = { own: OWN, kept: KEPT };

Deno.test("gathered() has the rows of two matrices in any order, and those that are neighbours in the first without a copy", () => {
  const copies: number[] = [];
  const copy = (size: number) => {
    copies.push(size);
    return new Float32Array(size);
  };
  const of = (...rows: number[]) => [...gathered(FROM, rows, { width: 2, copy })];
  assertEquals(of(1, 2, 3), [10, 11, 20, 21, 30, 31]);
  assertEquals(of(0), [0, 1]);
  assertEquals(copies, []);
  assertEquals(of(~1, 2, 3, 0, ~0), [110, 111, 20, 21, 30, 31, 0, 1, 100, 101]);
  assertEquals(of(~0, ~1), [100, 101, 110, 111]);
  assertEquals(of(1, 2, 0), [10, 11, 20, 21, 0, 1]);
  assertEquals(copies, [10, 4, 6]);
  const into = new Float32Array(4).fill(-1);
  copyRows(FROM, [3], into, 2);
  assertEquals([...into], [30, 31, -1, -1]);
});

Deno.test("RowMemory gives a name the same memory again, and more where it does not suffice", () => {
  const memory = new RowMemory();
  const first = memory.take("x", 4);
  assertStrictEquals(memory.take("x", 3).buffer, first.buffer);
  assertStrictEquals(memory.take("x", 4).buffer, first.buffer);
  assertEquals([memory.take("x", 2).length, memory.take("y", 3).length], [2, 3]);
  const larger = memory.take("x", 5);
  assertEquals([larger.length, larger.buffer !== first.buffer], [5, true]);
});
