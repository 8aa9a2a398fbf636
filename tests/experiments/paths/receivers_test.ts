import { assertEquals } from "@std/assert";
import { RECEIVERS } from "../../../lib/experiments/paths/measure_paths.ts";

Deno.test("the option receivers reads the strongest, all, and lists in the order layer, head", () => {
  assertEquals(RECEIVERS.parse("strongest"), "strongest");
  assertEquals(RECEIVERS.parse("all"), "all");
  const list = RECEIVERS.parse("4.3, 4.2,1.1");
  assertEquals(list, [{ layer: 1, head: 1 }, { layer: 4, head: 2 }, { layer: 4, head: 3 }]);
  assertEquals(RECEIVERS.print(list!), "1.1,4.2,4.3");
  for (const wrong of ["", "4", "4.2,4.2", "0.1", "strong"]) {
    assertEquals(RECEIVERS.parse(wrong), undefined, wrong);
  }
  assertEquals(RECEIVERS.wrongPart!("4.2,4.x"), "4.x");
});
