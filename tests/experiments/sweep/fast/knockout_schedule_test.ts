import { assertEquals } from "@std/assert";
import { scheduleKnockout } from "../../../../lib/experiments/sweep/fast/knockout_schedule.ts";

const sentence = (...tokens: number[]) => [1, ...tokens, 2];

Deno.test("scheduleKnockout() has heads x (T - n) rows a set, and T base rows, for one sentence", () => {
  for (const [length, negator, heads] of [[6, 3, 2], [9, 1, 4], [12, 10, 3]] as const) {
    const negated = Array.from({ length }, (_, q) => q);
    const schedule = scheduleKnockout([{ negated, negator }], heads);
    assertEquals(schedule.base.length, length);
    assertEquals(schedule.starts.length, heads * (length - negator));
    assertEquals(schedule.runs.map(({ head }) => head), Array.from({ length: heads }, (_, h) => h));
  }
});

Deno.test("scheduleKnockout() starts a row as its position of the negated run, with one head changed", () => {
  const negated = sentence(5, 6, 7, 8);
  const { base, starts, changes, unseeing, runs } = scheduleKnockout([{ negated, negator: 2 }], 2);
  const without = unseeing.flatMap(({ rows, first, unseen }) =>
    rows.slice(first).map((row) => ({ row, negator: rows[unseen!]! }))
  );
  for (const { head, rows, negated: own } of runs) {
    assertEquals(own, { rows: [0, 1, 2, 3, 4, 5], first: 5, unseen: 2 });
    rows.forEach((row, position) => {
      if (position < 2) return assertEquals(base[row]!.position, position);
      const change = changes[row - base.length]!;
      assertEquals(change.head, head);
      assertEquals(base[starts[row - base.length]!]!.position, position);
      assertEquals(without[change.place], { row: starts[row - base.length]!, negator: 2 });
      assertEquals(base[change.negator]!.position, 2);
    });
  }
});

Deno.test("scheduleKnockout() shares rows up to where sentences differ, and distinguishes negators", () => {
  const [a, b] = [sentence(5, 6, 7, 8), sentence(5, 6, 7, 9, 10)];
  const pairs = [{ negated: a, negator: 2 }, { negated: b, negator: 2 }];
  const { base, starts } = scheduleKnockout(pairs, 3);
  assertEquals(base.length, 6 + 7 - 4); // alike up to position 3
  assertEquals(starts.length, 3 * (4 + 5 - 2));
  const other = scheduleKnockout([pairs[0]!, { negated: a, negator: 3 }], 3);
  assertEquals(other.base.length, 6);
  assertEquals(other.starts.length, 3 * (4 + 3));
  const again = scheduleKnockout([pairs[0]!, pairs[0]!], 3);
  assertEquals(again.starts, scheduleKnockout([pairs[0]!], 3).starts);
});
