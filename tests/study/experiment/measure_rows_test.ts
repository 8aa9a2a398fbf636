import { assertEquals, assertRejects } from "@std/assert";
import { Stopwatch } from "../../../lib/study/experiment/measure_rows.ts";

function stopwatch(): { watch: Stopwatch; pass: (milliseconds: number) => void } {
  let time = 5000;
  const date = () => new Date(Date.UTC(2024, 7, 16, 9, 30));
  const watch = new Stopwatch({ date, now: () => time });
  return { watch, pass: (milliseconds) => void (time += milliseconds) };
}

Deno.test("Stopwatch adds up the seconds of each phase, in the order in which they first ended, also of one that fails", async () => {
  const { watch, pass } = stopwatch();
  assertEquals(await watch.measure("load", () => (pass(1200), "model")), "model");
  await watch.measure("evaluate", async () => pass(await Promise.resolve(300.4)));
  await watch.measure("load", () => pass(0.9));
  assertEquals(Object.entries(watch.seconds), [["load", 1.201], ["evaluate", 0.3]]);
  const failing = watch.measure("trace", () => {
    pass(50);
    throw new RangeError("stopped");
  });
  await assertRejects(() => failing, RangeError, "stopped");
  assertEquals(watch.seconds["trace"], 0.05);
  assertEquals(watch.start, "2024-08-16T09:30:00.000Z");
});
