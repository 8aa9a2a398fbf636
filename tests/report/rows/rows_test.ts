import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RowPictures } from "../../../lib/report/rows/pictures.ts";
import {
  type BrowsedRow,
  browsedRows,
  fittingMeasures,
  fittingRows,
  rowsHtml,
} from "../../../lib/report/rows/rows.ts";

function row(d: number, image = "a.png"): BrowsedRow {
  const [caption, foil] = ["There is a dog.", "There is no dog."];
  const segment = d < -1 ? "incorrect" : d < 1 ? "ambiguous" : "correct";
  const scores = { s_caption: 20 + d, s_foil: 20, d, segment };
  return { id: `row ${d}`, image, negation: "foil", caption, foil, ...scores };
}

const THUMBNAIL = { source: "data:image/webp;base64,AAAA", width: 96, height: 64 };

function sourceOf(
  rows: readonly BrowsedRow[],
  { images = new Map(), count = rows.length }: {
    readonly images?: RowPictures;
    readonly count?: number;
  } = {},
): string {
  return rowsHtml({ rows, count, measures: [], tooLarge: [], colours: [] }, images).source;
}

function dataOf(source: string) {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/.exec(source)![1]!);
}

Deno.test("rowsHtml() lists every row in the order of the file, for readers without scripts", () => {
  const source = sourceOf([row(2.5), row(-3), row(0.25)]);
  const found = [...source.matchAll(/<tr data-d="([^"]*)"><td>([^<]*)/g)];
  assertEquals(found.map(([, d, id]) => [Number(d), id]), [
    ...[[2.5, "row 2.5"], [-3, "row -3"], [0.25, "row 0.25"]],
  ]);
  assertStringIncludes(source, '<td class="number">−3.00<td class="number">17.00');
  assertStringIncludes(source, "<td>There is no dog.<td>a.png</tr>");
});

Deno.test("rowsHtml() lists rows without scores, sentences and images", () => {
  const source = sourceOf([{ id: "a", negation: "foil" }]);
  assertStringIncludes(source, '<tr data-d=""><td>a<td>foil<td><td class="number"><td');
});

Deno.test("rowsHtml() keeps text of the data from becoming markup, in the table and in the script's data", () => {
  const text = '</script><script>alert("x")</script>';
  const hostile = { ...row(1), id: text, image: text, caption: text, foil: text, segment: text };
  const images = new Map([[text, { ...THUMBNAIL, source: text }]]);
  const source = sourceOf([hostile], { images });
  assertEquals(source.match(/<\/?script/g), ["<script", "</script"]); // the data's own
  assertEquals(dataOf(source).images[0][0], text);
});

Deno.test("rowsHtml() has each picture once, and says which are missing and why", () => {
  const rows = [row(1, "a.png"), row(2, "b.png"), row(3, "a.png")];
  const images = new Map<string, typeof THUMBNAIL | Error>([
    ["a.png", THUMBNAIL],
    ["b.png", new Error('Cannot read "b.png"')],
  ]);
  const source = sourceOf(rows, { images });
  assertStringIncludes(source, "1 of 2 images cannot be shown. The first: Cannot read &quot;b.png");
  const data = dataOf(source);
  assertEquals([data.images, data.imageOf], [[[THUMBNAIL.source, 96, 64]], [0, -1, 0]]);
});

Deno.test("browsedRows() keeps 1000 rows at equal distances in the order of d, both ends among them, in their order", () => {
  const all = Array.from({ length: 2998 }, (_, i) => row((i * 7) % 2998)); // each d from 0 to 2997 once
  assertEquals(browsedRows(all.slice(0, 1000)).length, 1000);
  const kept = browsedRows(all);
  assertEquals(kept, all.filter(({ d }) => d! % 3 === 0));
  assertEquals([kept.length, Math.max(...kept.map(({ d }) => d!))], [1000, 2997]);
  assertStringIncludes(
    sourceOf(kept, { count: 2998 }),
    "Of 2998 rows 1000 are in this page, at equal distances in the order of d",
  );
  const withoutScores = all.map(({ id, negation }): BrowsedRow => ({ id, negation }));
  assertEquals(browsedRows(withoutScores), withoutScores.slice(0, 1000));
});

Deno.test("browsedRows() keeps a row only once if scores are equal", () => {
  assertEquals(browsedRows(Array.from({ length: 1001 }, () => row(1))).length, 1000);
});

Deno.test("fittingRows() keeps as many rows of long texts as the page has room for", () => {
  const long = { ...row(1), caption: "é".repeat(900), foil: "é".repeat(900) };
  const kept = fittingRows(Array.from({ length: 1000 }, () => long));
  assert(kept.length > 100 && kept.length < 300, `${kept.length}`);
});

Deno.test("fittingMeasures() leaves out values that have no room, and rowsHtml() says where they are", () => {
  const axes = { layers: [1], heads: [1], parts: [] };
  const [small, large] = [10, 1_000_000].map((letters) => ({
    ...{ table: "attention", name: `x${letters}`, about: "", decimals: 2, bound: 1 },
    ...{ ...axes, packed: "A".repeat(letters) },
  }));
  const measures = [large!, small!];
  assertEquals(fittingMeasures(measures), { fitting: [small!], others: [large!] });
  const { source } = rowsHtml(
    { rows: [row(1)], count: 1, measures, tooLarge: [], colours: [] },
    new Map(),
  );
  const none = { rows: [row(1)], count: 1, measures: [], tooLarge: ["effects"], colours: [] };
  assertStringIncludes(
    rowsHtml(none, new Map()).source,
    'in <a href="effects.csv">effects.csv</a> are only there, since they are too many',
  );
  assertStringIncludes(source, "<code>x1000000</code> of single rows are only in");
  assertEquals(dataOf(source).measures.length, 1);
});
