import { assertEquals } from "@std/assert";
import { unknownName, unreadableFile } from "../../lib/errors/errors.ts";

Deno.test("unknownName() and unreadableFile() have the name as given as their subject, whatever else is in quotes", () => {
  const doing = 'read edit "a.json": it has';
  assertEquals(unknownName({ doing, name: "factr", known: ["factor"] }).subject, "factr");
  const stars = unknownName({ doing: "find hook point", name: "*".repeat(99), known: ["a"] });
  assertEquals(stars.message, `Cannot find hook point "${"*".repeat(79)}…: the nearest are "a"`);
  const path = 'the "best".csv';
  const cause = new Deno.errors.NotFound();
  assertEquals(unreadableFile({ doing: "read", path, cause, fix: "check it" }).subject, path);
});
