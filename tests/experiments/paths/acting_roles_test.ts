import { assertEquals } from "@std/assert";
import { someRows } from "../some_rows.ts";
import { actingRows, isReadTogether } from "../../../lib/experiments/paths/acting_roles.ts";

Deno.test("actingRows() finds the role at which a head or MLP has its largest total effect, of either sign; without one it is the last", () => {
  const row = (
    layer: number,
    head: number | undefined,
    role: "negator" | "eot",
    share?: number,
  ) => (
    { layer, head, role, share }
  );
  const rows = [
    row(1, 2, "eot", 0.1),
    row(1, 2, "negator", -0.2),
    row(1, undefined, "negator", 0.1),
    row(1, undefined, "eot", -0.3),
    row(2, 1, "eot", 0),
    row(2, 1, "negator", 0),
    row(2, 2, "negator"),
    row(2, 2, "eot"),
  ];
  assertEquals<unknown>(actingRows(someRows(rows)), [rows[1]!, rows[3]!, rows[4]!, rows[7]!]);
});

Deno.test("isReadTogether() is of heads of the first block with a named total effect that no single path explains", () => {
  const head = { layer: 1, head: 2, share: 0.2, simultaneous_low: 0.1, simultaneous_high: 0.3 };
  assertEquals(isReadTogether(head, false), true);
  assertEquals(isReadTogether(head, true), false);
  assertEquals(isReadTogether({ ...head, layer: 2 }, false), false);
  assertEquals(isReadTogether({ ...head, head: undefined }, false), false);
  assertEquals(isReadTogether({ ...head, simultaneous_low: -0.1 }, false), false);
});
