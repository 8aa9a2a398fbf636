import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { type Browser, fewerRows } from "../../lib/report/rows/rows.ts";
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

const AXES = { layers: [1], heads: [1], parts: [] };

function bytesOf(page: string): number {
  return new TextEncoder().encode(page).length;
}

function browserOf(count: number, { text, letters }: { text: string; letters: number }): Browser {
  const rows = Array.from({ length: count }, (_, i) => ({
    ...{ id: `${i} ${text}`, image: `${i}.png`, negation: "foil", caption: text, foil: text },
    ...{ s_caption: i, s_foil: 0, d: i, segment: "correct" },
  }));
  const measures = ["x", "y"].map((name) => (
    { table: "t", name, about: "", decimals: 2, bound: 1, ...AXES, packed: "A".repeat(letters) }
  ));
  const shown = rows.slice(0, fewerRows(rows)); // all are of one size
  const choice = shown.length === count ? "all" : "by d";
  return { rows: shown, count, choice, measures, tooLarge: [], colours: [] };
}

/** Pictures that use all the room that the page leaves them. */
function picturesFor(report: Report) {
  const { rows } = report.browser!;
  const each = Math.floor(roomForPictures(report) / rows.length);
  assert(each > 100, `${each}`);
  const picture = { source: "A".repeat(each - 40), width: 96, height: 96 };
  return new Map(rows.map(({ image }) => [image!, picture] as const));
}

Deno.test("reportPage() says what is left out of a page that is too long", () => {
  const long = "é".repeat(20_000);
  const svg = (letters: number) => `<svg><text>${"a".repeat(letters)}</text></svg>`;
  const cells = Array.from({ length: 1000 }, () => [long, "1"]);
  const report: Report = {
    manifest: MANIFEST,
    summary: `trace\n\n${long.repeat(20)}`,
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
  assertStringIncludes(page, `Of 1000 rows ${report.browser!.rows.length} are in this page`);
  assertStringIncludes(page, "The values <code>y</code> of single rows are only in");
  assertStringIncludes(page, "This chart is not here, since it takes 3.0 MB");
  assertStringIncludes(page, svg(500_000).slice(5));
  assertStringIncludes(page, "1,000 rows, the first 10 shown");
  assertStringIncludes(page, 'The summary goes on in <a href="summary.txt">');
});

/** A run of which every section has more than the page can hold, in one letter. */
function everySectionFull(letter: string): Report {
  const long = letter.repeat(2_000);
  const many = Array.from({ length: 700 }, (_, i) => i);
  const rows = { read: 1, kept: 1, dropped: many.map((n) => ({ reason: `${long}${n}`, n })) };
  const ids = many.map((i) => `${i}${letter.repeat(30)}`);
  const files = many.map((i) => ({ file: `${i}${long}`, sha256: "0a".repeat(32) }));
  const tower = { layers: 1, heads: 1, width: 1, projection: 1 };
  const browser = browserOf(80, { text: long, letters: 20_000 });
  const [measure] = browser.measures;
  return {
    manifest: {
      ...{ ...MANIFEST, rows, warnings: [{ warning: long, n: 1, ids }] },
      options: Object.fromEntries(ids.map((id) => [id, long])),
      sources: { model: files, data: files },
      model: { name: long, text: tower, image: tower },
    },
    summary: `${long}\n\n${`a  ${letter}  c\n`.repeat(1000)}`,
    figures: many.slice(0, 90).map((i) => (
      { name: `f${i}`, svg: `<svg>${"a".repeat(9_000)}</svg>`, description: long }
    )),
    tables: many.slice(0, 60).map((i) => (
      { name: `t${i}`, columns: ids.slice(0, 30), rows: [ids.slice(0, 30)], about: long }
    )),
    browser: {
      ...browser,
      measures: many.map((i) => ({ ...measure!, name: ids[i]!, about: long })),
      tooLarge: many.map((i) => `t${i}`),
    },
  };
}

Deno.test("reportPage() keeps below 1.5 MB with every section full, whatever letters the run has", () => {
  for (const letter of ["&", "\u202e"]) {
    const report = everySectionFull(letter);
    const page = reportPage(report, picturesFor(report));
    assert(bytesOf(page) <= MOST_BYTES && bytesOf(page) > 0.9 * MOST_BYTES, `${bytesOf(page)}`);
  }
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
  assertEquals(links, ["figures", "tables", "left-out", "record"]);
  for (const id of links) assertStringIncludes(page, `<section id="${id}">`);
});

Deno.test("reportPage() is in the order of a reader: found, figures, tables, words, method", () => {
  const summary =
    "trace: m\n\nA carries d.\n\nTitle\na  b  c\n1  2  3\n\nModel, rows and options\nSizes\n\nWords (docs/glossary.md has all, docs/tables every column)\n  a   b\n  c   d\n";
  const page = reportPage({ ...SMALL, summary });
  const ids = [...page.matchAll(/<section id="([^"]+)">/g)].map(([, id]) => id);
  assertEquals(ids, ["found", "figures", "tables", "words", "left-out", "record"]);
  const places = ["A carries d.</p>", ">Title</p>", "<dt>a<dd>b", ">Sizes</p>"].map((text) =>
    page.indexOf(text)
  );
  assertEquals(places, places.filter((at) => at > 0).toSorted((a, b) => a - b));
  assertStringIncludes(page, '<p class="about">trace: m</p>');
});

Deno.test("reportPage() lets a browser run its own script only, and neither a base nor a form", () => {
  const page = reportPage(SMALL);
  const [, policy] = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)!;
  const [, script] = /<script>([^]*?)<\/script>/.exec(page)!;
  const hash = createHash("sha256").update(script!).digest("base64");
  assertEquals(policy!.split("; "), [
    ...["default-src 'none'", "img-src data:", "style-src 'unsafe-inline'"],
    ...[`script-src 'sha256-${hash}'`, "base-uri 'none'", "form-action 'none'"],
  ]);
});

Deno.test("reportPage() makes the same page of the same run", () => {
  const report = { ...SMALL, browser: browserOf(20, { text: "There is no dog.", letters: 9 }) };
  assertEquals(reportPage(report), reportPage(report));
});
