import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import type { Examples } from "../../lib/report/examples.ts";
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

function examplesFor(text: string, parts = 5): Examples {
  const row = { id: text, image: "a.png", caption: text, foil: text, d: 1 };
  const rows = Array.from({ length: 10 }, () => ({ row, at: text, effect: 1 }));
  return { of: text, parts: Array.from({ length: parts }, () => ({ part: text, rows })) };
}

/** Pictures that use all the room that the page leaves them. */
function picturesFor(report: Report) {
  const shown = reportPage(report).split("no picture</span>").length - 1;
  const source = "A".repeat(Math.floor(roomForPictures(report) / shown));
  return new Map([["a.png", { source, width: 96, height: 96 }]]);
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
    examples: examplesFor(long.slice(0, 1000), 40),
  };
  const page = reportPage(report, picturesFor(report));
  assert(bytesOf(page) <= MOST_BYTES && bytesOf(page) > MOST_BYTES / 2, `${bytesOf(page)}`);
  assertMatch(page, /There is no room for the rows of \d+ more parts/);
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
    examples: examplesFor(long),
  };
}

Deno.test("reportPage() keeps below 1.5 MB with every section full, whatever letters the run has", () => {
  for (const letter of ["&", "\u202e"]) {
    const report = everySectionFull(letter);
    const page = reportPage(report, picturesFor(report));
    assert(bytesOf(page) <= MOST_BYTES && bytesOf(page) > 0.9 * MOST_BYTES, `${bytesOf(page)}`);
  }
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
  const places = ["A carries d.</p>", ">Title\n", "  a   b\n", ">Sizes</pre>"].map((text) =>
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
