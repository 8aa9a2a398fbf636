import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { summaryHtml } from "../../lib/report/summary.ts";

const SUMMARY = `negscope attend: a & b

Where the foil is negated, the negator gets more attention than its twin from
  1.2 (0.66, 0.60 to 0.72) and 1.3.
The true sentence scores higher.

Most selective heads
negated    n  95 % interval   selectivity
foil       1  0.4 to 0.5            0.663
caption  277                        −0.5
Layers count from 1 here.

Model, rows and options
   15 dropped: too  few
  549 used

Words (docs/glossary.md has all, docs/tables every column)
  S             100 x the cosine
  sentence pairs  rows often have the same
                  two sentences
`;

Deno.test("summaryHtml() makes sentences, tables and folded lists of words, and leaves all other lines as they are", () => {
  const { heading, found, tables, method, words, rest } = summaryHtml(SUMMARY);
  assertEquals(heading.source, "negscope attend: a &amp; b");
  assertEquals(
    found!.source,
    '<p class="found">Where the foil is negated, the negator gets more attention than its twin from 1.2 (0.66, 0.60 to 0.72) and 1.3.</p>\n' +
      '<p class="found">The true sentence scores higher.</p>\n',
  );
  const { source } = tables!;
  assertStringIncludes(source, "Most selective heads</p>");
  assertStringIncludes(source, "Layers count from 1 here.</p>");
  const cells = [...source.matchAll(/<t[hd]\b[^>]*>([^<\n]*)/g)].map(([, text]) => text);
  assertEquals(cells, [
    ...["negated", "n", "95 % interval", "selectivity"],
    ...["foil", "1", "0.4 to 0.5", "0.663", "caption", "277", "", "−0.5"],
  ]);
  assertStringIncludes(source, '<td class="number">277');
  assertStringIncludes(method!.source, ">   15 dropped: too  few\n  549 used</p>");
  assertStringIncludes(
    words!.source.replaceAll(/\s+/g, " "),
    '<details class="glossary"> <summary>Words (docs/glossary.md has all, docs/tables every column)</summary> <dl class="words"> <dt>S<dd>100 x the cosine <dt>sentence pairs<dd>rows often have the same two sentences',
  );
  assertEquals(rest, undefined);
});

Deno.test("summaryHtml() has the lists above the tables with the sentences", () => {
  const { found, tables } = summaryHtml(
    "trace\n\nNo head is tested.\n\nEach row\na: d 1\n\nTitle\na  b  c\n1  2  3\n\nA note\n",
  );
  assertStringIncludes(found!.source, '<p class="text">Each row\na: d 1</p>');
  assertEquals(found!.source.includes("<table>"), false);
  assertStringIncludes(tables!.source, "Title</p>");
  assertStringIncludes(tables!.source, "A note</p>");
});

Deno.test("summaryHtml() shows tables first where no sentence says what was found", () => {
  const { found, tables } = summaryHtml("compare\n\na  b  c\n1  2  3\n");
  assertStringIncludes(found!.source, "<table>");
  assertEquals(tables, undefined);
});

Deno.test("summaryHtml() has few bytes whatever the letters, in its first lines", () => {
  const line = (i: number) => `${i}  \u202e\u202e\u202e  &&&\n`;
  const lines = Array.from({ length: 900 }, (_, i) => line(i + 100)).join("");
  const { found, rest } = summaryHtml(`a\n\n${lines}`);
  const bytes = new TextEncoder().encode(found!.source).length;
  assert(bytes > 50_000 && bytes < 61_000, `${bytes}`);
  assertStringIncludes(found!.source, ">100");
  assertStringIncludes(rest!.source, 'The summary goes on in <a href="summary.txt">');
});

Deno.test("summaryHtml() cuts a very long summary and says where it goes on", () => {
  const { found, rest } = summaryHtml(`a\n\n${"x\n".repeat(20_000)}`);
  assertStringIncludes(rest!.source, 'The summary goes on in <a href="summary.txt">');
  assertEquals(found!.source.length < 25_000, true);
});
