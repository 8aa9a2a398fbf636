import { assertEquals } from "@std/assert";
import { RECEIVERS } from "../../../lib/experiments/paths/measure_paths.ts";

Deno.test("the option receivers reads the strongest besides sets of heads", () => {
  assertEquals(RECEIVERS.parse("strongest"), "strongest");
  assertEquals(RECEIVERS.print(RECEIVERS.parse("4.3, 4.2,1.1")!), "1.1,4.2,4.3");
  assertEquals(
    ["", "4.2,4.2", "strong"].map((text) => RECEIVERS.parse(text)),
    new Array(3).fill(undefined),
  );
  assertEquals(RECEIVERS.wrongPart!("4.2,4.x"), "4.x");
});
