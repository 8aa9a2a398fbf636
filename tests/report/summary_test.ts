import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { summaryHtml } from "../../lib/report/summary.ts";

const SUMMARY = `negscope attend: a & b
   15 dropped: too  few

Most selective heads
negated    n  95 % interval   selectivity
foil       1  0.4 to 0.5            0.663
caption  277                        −0.5
Layers count from 1 here.

Words
  S             100 x the cosine
  sentence pairs  rows often have the same
                  two sentences
`;

Deno.test("summaryHtml() makes tables and folded lists of words, and leaves all other lines as they are", () => {
  const { source } = summaryHtml(SUMMARY);
  assertStringIncludes(source, "negscope attend: a &amp; b\n   15 dropped: too  few</p>");
  assertStringIncludes(source, "Most selective heads</p>");
  assertStringIncludes(source, "Layers count from 1 here.</p>");
  assertStringIncludes(
    source.replaceAll(/\s+/g, " "),
    '<details class="glossary"> <summary>Words</summary> <dl class="words"> <dt>S<dd>100 x the cosine <dt>sentence pairs<dd>rows often have the same two sentences',
  );
  const cells = [...source.matchAll(/<t[hd] [^>]*>([^<\n]*)/g)].map(([, text]) => text);
  assertEquals(cells, [
    ...["negated", "n", "95 % interval", "selectivity"],
    ...["foil", "1", "0.4 to 0.5", "0.663", "caption", "277", "", "−0.5"],
  ]);
  assertStringIncludes(source, '<td class="number" data-of="n">277'); // a phone shows the column's name
});

Deno.test("summaryHtml() has few bytes whatever the letters, in its first lines", () => {
  const line = (i: number) => `${i}  \u202e\u202e\u202e  &&&\n`;
  const { source } = summaryHtml(Array.from({ length: 900 }, (_, i) => line(i + 100)).join(""));
  const bytes = new TextEncoder().encode(source).length;
  assert(bytes > 50_000 && bytes < 61_000, `${bytes}`);
  assertStringIncludes(source, ">100");
  assertStringIncludes(source, 'The summary goes on in <a href="summary.txt">');
});

Deno.test("summaryHtml() cuts a very long summary and says where it goes on", () => {
  const { source } = summaryHtml("x\n".repeat(20_000));
  assertStringIncludes(source, 'The summary goes on in <a href="summary.txt">');
  assertEquals(source.length < 25_000, true);
});
