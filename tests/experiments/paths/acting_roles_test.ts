import { assertEquals } from "@std/assert";
import { someRows } from "../some_rows.ts";
import { actingRows, isFirstReader } from "../../../lib/experiments/paths/path_picture.ts";

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

Deno.test("isFirstReader() is of heads that look at the negator, as those of the first block do, with a named total effect that no path explains", () => {
  const head = { layer: 1, head: 2, share: 0.2, simultaneous_low: 0.1, simultaneous_high: 0.3 };
  const isRead = false;
  assertEquals(isFirstReader(head, { isRead }), true);
  assertEquals(isFirstReader(head, { isRead: true }), false);
  assertEquals(isFirstReader({ ...head, layer: 2 }, { isRead }), false);
  assertEquals(isFirstReader({ ...head, layer: 2 }, { isRead, looks: true }), true);
  assertEquals(isFirstReader({ ...head, head: undefined }, { isRead }), false);
  assertEquals(isFirstReader({ ...head, simultaneous_low: -0.1 }, { isRead }), false);
});
