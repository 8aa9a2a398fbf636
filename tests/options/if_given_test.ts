import { assertEquals } from "@std/assert";
import { ifGiven } from "../../lib/options/if_given.ts";
import { amount } from "../../lib/options/option.ts";

Deno.test("ifGiven() has no value unless it is given, and names the default in its help", () => {
  const option = ifGiven(amount({ min: 0, max: 1, standard: 0.5, help: "a share" }));
  assertEquals([option.help, option.standard], ["a share (default: 0.5)", undefined]);
  assertEquals([option.parse("0.5"), option.print(0.5), option.print(undefined)], [
    ...[0.5, "0.5", undefined],
  ]);
});
