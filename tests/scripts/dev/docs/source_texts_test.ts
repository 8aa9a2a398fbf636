import { assertEquals } from "@std/assert";
import { withoutComments } from "../../../../lib/version/comments.ts";
import { readProperties, textsIn } from "../../../../scripts/dev/docs/source_texts.ts";

Deno.test("textsIn() reads texts and those within their insertions", () => {
  const source = [
    '/** A "Comment that" is none. */',
    'const why = bad ? "it is bad" : `it is ${"a" + b} here`;',
    `say('a "quoted" name', \`Cannot use "\${f({ a: "x" })}": \${a}\${b}\`); // "Not this"`,
  ].join("\n");
  assertEquals(textsIn(withoutComments(source)), [
    "it is bad",
    "a",
    "it is … here",
    'a "quoted" name',
    "x",
    'Cannot use "…": …',
  ]);
});

Deno.test("readProperties() gives each property's text, or the texts within it", () => {
  const source = [
    '{ problem: `Cannot use "${name}"`,',
    "subject: name,",
    'reason: f({ a: [1, 2], b: "x" }) ? "it is, bad" : `it has ${n} rows`,',
    "cause }",
  ].join(" ");
  const texts = readProperties(source, 1).map(({ name, text, parts }) => [name, text, parts]);
  assertEquals(texts, [
    ["problem", 'Cannot use "…"', []],
    ["subject", "…", []],
    ["reason", "…", ["x", "it is, bad", "it has … rows"]],
    ["cause", "…", []],
  ]);
});
