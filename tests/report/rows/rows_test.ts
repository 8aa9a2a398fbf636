import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { RowPictures } from "../../../lib/report/rows/pictures.ts";
import { chosenRows } from "../../../lib/report/read_run.ts";
import {
  type BrowsedRow,
  type Browser,
  type Choice,
  fewerRows,
  fittingMeasures,
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
  { images = new Map(), count = rows.length, choice = "all" }: {
    readonly images?: RowPictures;
    readonly count?: number;
    readonly choice?: Choice;
  } = {},
): string {
  return rowsHtml({ rows, count, choice, measures: [], tooLarge: [], colours: [] }, images).source;
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

Deno.test("chosenRows() takes 1000 rows at equal distances in the order of d, both ends among them, in their order", () => {
  const all = Array.from({ length: 2998 }, (_, i) => row((i * 7) % 2998)); // each d from 0 to 2997 once
  assertEquals(chosenRows(all.slice(0, 1000)), { rows: all.slice(0, 1000), choice: "all" });
  const { rows, choice } = chosenRows(all);
  assertEquals(rows, all.filter(({ d }) => d! % 3 === 0));
  assertEquals([rows.length, Math.max(...rows.map(({ d }) => d!)), choice], [1000, 2997, "by d"]);
  assertStringIncludes(
    sourceOf(rows, { count: 2998, choice }),
    "Of 2998 rows 1000 are in this page, at equal distances in the order of d",
  );
});

Deno.test("chosenRows() takes the first rows if any has no score, and the page says so", () => {
  const all = Array.from({ length: 1200 }, (_, i) => row(i));
  const some = [...all.slice(0, -1), { id: "last", negation: "foil" }];
  const { rows, choice } = chosenRows<BrowsedRow>(some);
  assertEquals([rows, choice], [all.slice(0, 1000), "first"]);
  assertStringIncludes(
    sourceOf(rows.slice(0, 9), { count: 1200, choice }),
    "Of 1200 rows 9 are in this page, the first ones",
  );
});

Deno.test("chosenRows() takes a row only once if scores are equal", () => {
  assertEquals(chosenRows(Array.from({ length: 1001 }, () => row(1))).rows.length, 1000);
});

Deno.test("fewerRows() gives the number of rows of long texts that the page has room for", () => {
  const long = { ...row(1), caption: "é".repeat(900), foil: "é".repeat(900) };
  const all = Array.from({ length: 1000 }, () => long);
  const fewer = fewerRows(all)!;
  assert(fewer > 100 && fewer < 300, `${fewer}`);
  assertEquals(fewerRows(all.slice(0, fewer)), undefined);
  const right = "\u202e".repeat(9000); // one of which is eight bytes
  const worst = { id: right, image: right, negation: right, caption: right, foil: right };
  assertEquals(fewerRows([worst]), undefined);
});

Deno.test("fittingMeasures() leaves out values that have no room, and rowsHtml() says where they are", () => {
  const axes = { layers: [1], heads: [1], parts: [] };
  const [small, large] = [10, 1_000_000].map((letters) => ({
    ...{ table: "attention", name: `x${letters}`, about: "", decimals: 2, bound: 1 },
    ...{ ...axes, packed: "A".repeat(letters) },
  }));
  const measures = [large!, small!];
  assertEquals(fittingMeasures(measures), [small!]);
  const browser: Browser = {
    ...{ rows: [row(1)], count: 1, choice: "all", measures, tooLarge: [], colours: [] },
  };
  const { source } = rowsHtml(browser, new Map());
  const tooLarge = { ...browser, measures: [], tooLarge: ["effects"] };
  assertStringIncludes(
    rowsHtml(tooLarge, new Map()).source,
    'The values of single rows are only in <a href="effects.csv">effects.csv</a>, since this page',
  );
  const many = { ...browser, tooLarge: Array.from({ length: 900 }, (_, i) => `t${i}`) };
  assert(rowsHtml(many, new Map()).source.length < source.length + 9000);
  assertStringIncludes(source, "<code>x1000000</code> of single rows are only in");
  assertEquals(dataOf(source).measures.length, 1);
});
