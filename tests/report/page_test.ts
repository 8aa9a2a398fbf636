import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Browser } from "../../lib/report/rows/rows.ts";
import { fittingRows } from "../../lib/report/rows/rows.ts";
import { MOST_BYTES, type Report, reportPage, roomForPictures } from "../../lib/report/page.ts";

const MANIFEST: Report["manifest"] = {
  command: "trace",
  options: {},
  versions: { kit: "0.1.0", deno: "2.9.6", onnxruntime: "1.27.0" },
  sources: { model: [], data: [] },
  seed: 0,
  rows: { read: 1, kept: 1, dropped: [] },
  files: [],
  finished: true,
  start: "",
  seconds: {},
};

const SMALL: Report = { manifest: MANIFEST, summary: "trace\n", figures: [], tables: [] };

function bytesOf(page: string): number {
  return new TextEncoder().encode(page).length;
}

function browserOf(count: number, { text, letters }: { text: string; letters: number }): Browser {
  const rows = Array.from({ length: count }, (_, i) => ({
    ...{ id: `${i} ${text}`, image: `${i}.png`, negation: "foil", caption: text, foil: text },
    ...{ s_caption: i, s_foil: 0, d: i, segment: "correct" },
  }));
  const axes = { layers: [1], heads: [1], parts: [] };
  const measures = ["x", "y"].map((name) => (
    { table: "t", name, about: "", decimals: 2, bound: 1, ...axes, packed: "A".repeat(letters) }
  ));
  return {
    rows: fittingRows(rows),
    count: count === 1000 ? 70_000 : count,
    measures,
    tooLarge: [],
    colours: [],
  };
}

/** Pictures that use all the room that the page leaves them. */
function picturesFor(report: Report) {
  const { rows } = report.browser!;
  const each = Math.floor(roomForPictures(report) / rows.length);
  assert(each > 100, `${each}`);
  const picture = { source: "A".repeat(each - 40), width: 96, height: 96 };
  return new Map(rows.map(({ image }) => [image!, picture] as const));
}

Deno.test("reportPage() keeps below 1.5 MB whatever texts, images, values, charts and tables a run has, and says what is left out", () => {
  const long = "é".repeat(20_000);
  const svg = (letters: number) => `<svg><text>${"a".repeat(letters)}</text></svg>`;
  const cells = Array.from({ length: 1000 }, () => [long, "1"]);
  const ids = Array.from({ length: 5000 }, () => long);
  const report: Report = {
    manifest: { ...MANIFEST, rows: { ...MANIFEST.rows, dropped: [{ reason: long, n: 1, ids }] } },
    summary: `trace\n${long.repeat(20)}`,
    figures: [
      { name: "small", svg: svg(500_000), description: "small" },
      { name: "large", svg: svg(3_000_000), description: long },
    ],
    tables: ["a", "b", "c"].map((name) => (
      { name, columns: ["text", "n"], rows: cells, csv: long }
    )),
    browser: browserOf(1000, { text: long, letters: 390_000 }),
  };
  const page = reportPage(report, picturesFor(report));
  assert(bytesOf(page) <= MOST_BYTES && bytesOf(page) > MOST_BYTES / 2, `${bytesOf(page)}`);
  assertStringIncludes(page, `Of 70000 rows ${report.browser!.rows.length} are in this page`);
  assertStringIncludes(page, "The values <code>y</code> of single rows are only in");
  assertStringIncludes(page, "This chart is not here, since it takes 3.0 MB");
  assertStringIncludes(page, svg(500_000).slice(5));
  assertStringIncludes(page, "1,000 rows, the first 10 shown");
  assertStringIncludes(page, 'The summary goes on in <a href="summary.txt">');
});

Deno.test("reportPage() shows all of an ordinary run: 999 rows with pictures and a table of 200 rows", () => {
  const rows = Array.from({ length: 200 }, (_, i) => ["There is no dog.", `${i}`]);
  const report: Report = {
    ...SMALL,
    tables: [{ name: "a", columns: ["text", "n"], rows }],
    browser: browserOf(999, { text: "There is no dog.", letters: 100 }),
  };
  const page = reportPage(report, picturesFor(report));
  assertEquals(page.split("<tr data-d=").length - 1, 999);
  assertEquals(page.split("<tr><td>").length - 1, 200);
  assert(!page.includes("are in this page") && bytesOf(page) <= MOST_BYTES);
});

Deno.test("reportPage() is headed by the experiment and the model, and gives each section a link", () => {
  const sizes = { layers: 1, heads: 1, width: 1, projection: 1 };
  const model = { name: "a <b>", text: sizes, image: sizes };
  const page = reportPage({ ...SMALL, manifest: { ...MANIFEST, model } });
  assertStringIncludes(page, "<h1>trace of a &lt;b&gt;</h1>");
  const links = [...page.matchAll(/<a href="#([^"]+)">/g)].map(([, id]) => id);
  assertEquals(links, ["summary", "tables", "figures", "left-out", "record"]);
  for (const id of links) assertStringIncludes(page, `<section id="${id}">`);
  assertStringIncludes(page, "default-src 'none'; img-src data:;");
});

Deno.test("reportPage() makes the same page of the same run", () => {
  const report = { ...SMALL, browser: browserOf(20, { text: "There is no dog.", letters: 9 }) };
  assertEquals(reportPage(report), reportPage(report));
});
