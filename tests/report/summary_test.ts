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

Deno.test("summaryHtml() makes paragraphs of sentences, and leaves all other lines as they are", () => {
  const { heading, found, tables, method, words, rest } = summaryHtml(SUMMARY);
  assertEquals(heading.source, "negscope attend: a &amp; b");
  assertEquals(
    found!.source,
    '<p class="found">Where the foil is negated, the negator gets more attention than its twin from 1.2 (0.66, 0.60 to 0.72) and 1.3.</p>\n' +
      '<p class="found">The true sentence scores higher.</p>\n',
  );
  assertStringIncludes(tables!.source, "\nfoil       1  0.4 to 0.5            0.663\n");
  assertStringIncludes(method!.source, ">   15 dropped: too  few\n  549 used</pre>");
  assertStringIncludes(words!.source, "<summary>Words (docs/glossary.md has all");
  assertStringIncludes(words!.source, "  S             100 x the cosine\n");
  assertEquals(rest, undefined);
});

Deno.test("summaryHtml() has the lists above the tables with the sentences", () => {
  const { found, tables } = summaryHtml(
    "trace\n\nNo head is tested.\n\nEach row\na: d 1\n\nTitle\na  b  c\n1  2  3\n\nA note\n",
  );
  assertStringIncludes(found!.source, ">Each row\na: d 1</pre>");
  assertStringIncludes(tables!.source, ">Title\na  b  c\n1  2  3\n\nA note</pre>");
});

Deno.test("summaryHtml() shows tables first where no sentence says what was found", () => {
  const { found, tables } = summaryHtml("compare\n\na  b  c\n1  2  3\n");
  assertStringIncludes(found!.source, "a  b  c\n1  2  3");
  assertEquals(tables, undefined);
});

Deno.test("summaryHtml() cuts a very long summary, whatever its letters, and says where it goes on", () => {
  for (const letter of ["x", "&", "\u202e"]) {
    const { found, rest } = summaryHtml(`a\n\n${`${letter}\n`.repeat(20_000)}`);
    assertStringIncludes(rest!.source, 'The summary goes on in <a href="summary.txt">');
    assert(found!.source.length < 31_000);
  }
});
