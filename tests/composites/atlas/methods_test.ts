import { assertEquals } from "@std/assert";
import { causesOf, isNamed, isSpecific, looksAt } from "../../../lib/composites/atlas/methods.ts";
import type { Value } from "../../../lib/composites/atlas/read_atlas.ts";
import { controlled, part, value } from "./parts_by_hand.ts";

Deno.test("isNamed() takes a share of .05 or more, of either sign, whose simultaneous interval leaves out 0", () => {
  const cases: readonly (readonly [Value, boolean])[] = [
    [value(0.05, 0.01), true],
    [value(-0.05, 0.01), true],
    [value(0.049), false],
    [value(0.3, 0.3), false],
    [value(0.3, null), false],
    [{ ...value(0.3, 0.1), simultaneousLow: -0.1 }, false],
  ];
  assertEquals(cases.map(([value]) => isNamed(value)), cases.map(([, is]) => is));
});

Deno.test("causesOf() counts a knock-out only of a part that gives something else in the other sentence", () => {
  const constant = { attend: value(1), knockout: value(2), ablate: value(0), total: value(0) };
  assertEquals(causesOf(part("4.1", constant)), []);
  assertEquals(causesOf(part("4.1", { ...constant, ablate: value(1) })), ["ablate", "knockout"]);
  assertEquals([1, -1, 0.01].map((x) => looksAt(part("1.1", { attend: value(x) }))), [1, -1, 0]);
});

Deno.test("isSpecific() is by a method by which the part does something, never by attention alone", () => {
  const attend = controlled(1, true);
  assertEquals(isSpecific(part("2.1", { attend, total: value(0.5) })), undefined);
  assertEquals(isSpecific(part("2.1", { attend, total: controlled(0.5, false) })), false);
  assertEquals(isSpecific(part("2.1", { total: controlled(0.01, true) })), undefined);
  const ablate = controlled(0.5, true);
  assertEquals(isSpecific(part("2.1", { ablate, total: controlled(0.5, false) })), true);
});
