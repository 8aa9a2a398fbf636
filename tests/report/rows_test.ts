import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type BrowsedRow, browsedRows, rowsHtml } from "../../lib/report/rows.ts";

function row(d: number, image = "a.png"): BrowsedRow {
  const [caption, foil] = ["There is a dog.", "There is no dog."];
  const segment = d < -1 ? "incorrect" : d < 1 ? "ambiguous" : "correct";
  const scores = { s_caption: 20 + d, s_foil: 20, d, segment };
  return { id: `row ${d}`, image, negation: "foil", caption, foil, ...scores };
}

const THUMBNAIL = { source: "data:image/webp;base64,AAAA", width: 96, height: 64 };

Deno.test("rowsHtml() has every row in the order of the file, with the values for sorting and filtering", () => {
  const rows = [row(2.5), row(-3), row(0.25)];
  const { source } = rowsHtml(rows, { images: new Map([["a.png", THUMBNAIL]]) });
  const found = [...source.matchAll(/<li data-d="([^"]*)" data-segment="([^"]*)">/g)];
  assertEquals(found.map(([, d, segment]) => [Number(d), segment]), [
    [2.5, "correct"],
    [-3, "incorrect"],
    [0.25, "ambiguous"],
  ]);
  assertStringIncludes(source, "<b>d −3.00</b> incorrect, foil-negated");
  assertStringIncludes(source, "<option>ambiguous<option>correct<option>incorrect");
  assertStringIncludes(source, '<p class="controls" hidden>'); // no controls without script
  assertEquals(source.includes("not traced"), false); // a run without maps
});

Deno.test("rowsHtml() escapes text from the data", () => {
  const text = '<script>alert("x")</script>';
  const hostile = { ...row(1), id: text, image: text, caption: text, foil: text, segment: text };
  const { source } = rowsHtml([hostile], { images: new Map([[text, THUMBNAIL]]) });
  assertEquals(/<script|alert\("/.exec(source), null);
  assertEquals(source.split("&lt;script&gt;").length - 1, 8); // the segment four times, id, image, both sentences
});

Deno.test("rowsHtml() says which images are missing, and why", () => {
  const rows = [row(1, "a.png"), row(2, "b.png"), row(3, "b.png")];
  const { source } = rowsHtml(rows, {
    images: new Map<string, typeof THUMBNAIL | Error>([
      ["a.png", THUMBNAIL],
      ["b.png", new Error('Cannot read "b.png"')],
    ]),
  });
  assertStringIncludes(source, "1 of 2 images cannot be shown. The first: Cannot read &quot;b.png");
  assertEquals(source.split("no image: b.png").length - 1, 2);
  assertEquals(source.split(THUMBNAIL.source).length - 1, 1);
});

Deno.test("browsedRows() keeps the 500 lowest and the 500 highest of more than 1000 rows, in their order", () => {
  const all = Array.from({ length: 1003 }, (_, i) => row((i * 7) % 1003)); // each d from 0 to 1002 once
  assertEquals(browsedRows(all.slice(0, 1000)).length, 1000);
  const kept = browsedRows(all);
  assertEquals(kept, all.filter(({ d }) => d < 500 || d > 502));
  const { source } = rowsHtml(all, { images: new Map() });
  assertStringIncludes(
    source,
    "Of 1003 rows the 500 with the lowest and the 500 with the highest d",
  );
  assert(source.includes('data-d="0"') && !source.includes('data-d="501"'));
});

Deno.test("browsedRows() keeps a row only once if scores are equal", () => {
  assertEquals(browsedRows(Array.from({ length: 1001 }, () => row(1))).length, 1000);
});
