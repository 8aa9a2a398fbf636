import { assertEquals } from "@std/assert";
import { readProperties } from "../../../../scripts/dev/docs/source_texts.ts";

Deno.test("readProperties() gives each property's text, with … for what is not written there", () => {
  const source = [
    '{ problem: `Cannot use "${name}"`,',
    "subject: name,",
    'reason: f({ a: [1, 2], b: "x" }) ? "it is, bad" : `it has ${n} rows`,',
    "cause }",
  ].join(" ");
  const texts = readProperties(source, 1).map(({ name, text }) => [name, text]);
  assertEquals(texts, [
    ["problem", 'Cannot use "…"'],
    ["subject", "…"],
    ["reason", "…"],
    ["cause", "…"],
  ]);
});
