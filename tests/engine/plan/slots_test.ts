import { assertEquals } from "@std/assert";
import { Slots } from "../../../lib/engine/plan/needs.ts";

Deno.test("Slots keep each number's last place until they are cleared, however large numbers are", () => {
  const slots = new Slots();
  assertEquals([slots.get(0), slots.has(0), slots.get(1e6)], [-1, false, -1]);
  slots.set(3, 0);
  slots.set(1000, 7);
  slots.set(3, 5);
  assertEquals([3, 1000, 999].map((number) => slots.get(number)), [5, 7, -1]);
  assertEquals([3, 1000, 999].map((number) => slots.has(number)), [true, true, false]);
  slots.clear();
  assertEquals([3, 1000].map((number) => slots.get(number)), [-1, -1]);
  assertEquals(slots.has(3), false);
  slots.set(1000, 1);
  assertEquals([slots.get(3), slots.get(1000)], [-1, 1]);
});

Deno.test("Slots forget every place, however often they are cleared", () => {
  const slots = new Slots();
  slots.set(5, 9);
  for (let round = 0; round < 5000; round++) {
    slots.clear();
    assertEquals([slots.has(5), slots.get(5)], [false, -1]);
  }
  slots.set(5, 2);
  assertEquals([slots.get(5), slots.get(6)], [2, -1]);
});
