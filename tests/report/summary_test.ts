import { assertEquals, assertStringIncludes } from "@std/assert";
import { type Summary, summaryHtml, summaryOf, summaryText } from "../../lib/report/summary.ts";

const SUMMARY: Summary = summaryOf("negscope attend: a & b", [
  {
    sentences: ["The negator gets more attention than its twin", "The true sentence scores higher"],
    lists: [{ title: "Each row", texts: ["a: d 1"] }],
    tables: [{ title: "Most selective heads", lines: [{ negated: "foil", n: 1, share: -0.6634 }] }],
    notes: ["Layers count from 1 here"],
  },
  { sentences: ["Scores are <high>"] },
], {
  method: ["549 used"],
  words: [
    { word: "attention", means: "a share" },
    { word: "faithfulness", means: "of a circuit" },
  ],
});

Deno.test("summaryText() has the sentences, and a list in place of the tables", () => {
  assertEquals(
    summaryText(SUMMARY),
    `negscope attend: a & b

The negator gets more attention than its twin.
The true sentence scores higher.
Scores are <high>.

Each row
a: d 1
`,
  );
});

Deno.test("summaryHtml() makes paragraphs of sentences, and tables of tables", () => {
  const { heading, found, tables, method, words } = summaryHtml(SUMMARY);
  assertEquals(heading.source, "negscope attend: a &amp; b");
  for (
    const text of ["The negator gets more attention than its twin.", "Scores are &lt;high&gt;."]
  ) {
    assertStringIncludes(found!.source, `<p class="found">${text}</p>`);
  }
  assertStringIncludes(found!.source, "<li>a: d 1");
  const row = '<tr><td>foil<td class="number">1<td class="number">-0.663';
  assertStringIncludes(tables!.source, row);
  assertStringIncludes(tables!.source, "<p>Layers count from 1 here</p>");
  assertStringIncludes(method!.source, ">549 used</pre>");
  assertStringIncludes(words!.source, "<dt>attention<dd>a share");
  const bare = summaryHtml(summaryOf("a", []));
  assertEquals([bare.found, bare.tables, bare.method, bare.words], Array(4).fill(undefined));
});
