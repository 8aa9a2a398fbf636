import { assertEquals, assertNotEquals } from "@std/assert";
import { messageSource, messageTexts } from "./message_texts.ts";

const SOURCE = await messageSource();
const PAGE = await Deno.readTextFile(new URL("../docs/errors.md", import.meta.url));
const BLOCK = /^```text\n(.+)\n```\n\n(- Cause: .+(?:\n {2}.+)*\n- Mend: .+)?/gm;

const { messages, parts } = messageTexts(SOURCE);

Deno.test("messageTexts() reads messages and their parts out of source", () => {
  const source = [
    '/** A "Comment that" is none. */',
    'const why = bad ? "it is bad" : `it is ${"a" + b} here`;',
    'new Error(`Cannot use "${f({ a: "x" })}": ${why}`); // "Not this"',
    'new Error("Cannot go on", { cause });',
  ].join("\n");
  assertEquals(messageTexts(source), {
    messages: ['Cannot use "…": …', "Cannot go on"],
    parts: ["it is bad", "it is … here"],
  });
});

Deno.test("messageTexts() finds a message for every kind of error", () => {
  const functions = SOURCE.match(/^(?:export function .*|\)): \w*Error \{$/gm) ?? [];
  const kinds = functions.length - messages.length; // two errors of one text; an interruption is none and has texts of its own
  assertEquals(Math.abs(kinds) < 5, true, `${functions.length}, ${messages.length}`);
});

Deno.test("docs/errors.md has every message, and none that no longer exists", () => {
  const documented = [...PAGE.matchAll(BLOCK)].map(([, message]) => message!);
  assertEquals(documented.toSorted(), messages.toSorted());
});

Deno.test("docs/errors.md says of every message its cause and its mend", () => {
  for (const [, message, answer] of PAGE.matchAll(BLOCK)) {
    assertNotEquals(answer, undefined, message);
  }
});

Deno.test("docs/errors.md has what a message may say in its place of a …", () => {
  const text = PAGE.replace(/\s+/g, " ");
  assertEquals(parts.filter((part) => !text.includes(part)), []);
});

Deno.test("docs/errors.md lists its parts in their order", () => {
  const titles = [...PAGE.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  const links = [...PAGE.matchAll(/^- \[(.+)\]\(#(.+)\)$/gm)];
  assertEquals(links.map(([, title]) => title), titles);
  for (const [, title, anchor] of links) {
    assertEquals(anchor, title!.toLowerCase().replace(/[:,]/g, "").replaceAll(" ", "-"));
  }
});
