import { assertEquals } from "@std/assert";
import { anchor, wrapped } from "../../../../scripts/dev/docs/markdown.ts";

Deno.test("wrapped() breaks lines after 100 characters, but not within code", () => {
  const [long, code] = ["a".repeat(50), `\`${"b ".repeat(20)}b\``];
  assertEquals(wrapped(`${long} ${code} ${long} end`), `${long} ${code}\n${long} end`);
  assertEquals(wrapped(`${long} ${"c".repeat(49)} d`), `${long} ${"c".repeat(49)}\nd`);
});

Deno.test("anchor() gives GitHub's anchors", () => {
  assertEquals(
    anchor("In your own code: towers, hook points"),
    "in-your-own-code-towers-hook-points",
  );
});
