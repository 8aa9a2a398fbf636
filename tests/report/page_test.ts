import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { MOST_BYTES, type Report, reportPage } from "../../lib/report/page.ts";

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

function rowsOf(count: number, { text, image }: { text: string; image: string }) {
  const rows = Array.from({ length: count }, (_, i) => ({
    ...{ id: `${i} ${text}`, image: `${i}.png`, negation: "foil", caption: text, foil: text },
    ...{ s_caption: i, s_foil: 0, d: i, segment: "correct" },
  }));
  const thumbnail = { source: `data:image/webp;base64,${image}`, width: 96, height: 96 };
  return { rows, images: new Map(rows.map((row) => [row.image, thumbnail] as const)) };
}

Deno.test("reportPage() keeps below 5 MB whatever texts, images, charts and tables a run has, and says what is left out", () => {
  const long = "é".repeat(20_000);
  const svg = (letters: number) => `<svg><text>${"a".repeat(letters)}</text></svg>`;
  const cells = Array.from({ length: 1000 }, () => [long, "1"]);
  const page = reportPage({
    manifest: MANIFEST,
    summary: `trace\n${long.repeat(20)}`,
    figures: [
      { name: "small", svg: svg(1000), description: "small" },
      { name: "large", svg: svg(3_000_000), description: long },
    ],
    tables: ["a", "b", "c"].map((name) => ({ name, columns: ["text", "n"], rows: cells })),
    browser: { ...rowsOf(1000, { text: long, image: "A".repeat(9000) }), count: 70_000 },
  });
  assert(bytesOf(page) <= MOST_BYTES && bytesOf(page) > MOST_BYTES / 2, `${bytesOf(page)}`);
  const [, lowest] = /Of 70000 rows the (\d+) with the lowest and the \1 with the highest d/.exec(
    page,
  )!;
  assertEquals(page.split("<li data-d=").length - 1, 2 * Number(lowest));
  assert(page.includes('data-d="0"') && page.includes('data-d="999"'));
  assertStringIncludes(page, 'all are in <a href="evaluate.csv">');
  assertStringIncludes(page, "This chart is not here, since it takes 3.0 MB");
  assertStringIncludes(page, svg(1000).slice(5));
  assertStringIncludes(page, "1,000 rows, the first 10 shown");
  assertStringIncludes(page, 'The summary goes on in <a href="summary.txt">');
});

Deno.test("reportPage() shows all of an ordinary run: 1000 rows with thumbnails and a table of 1000 rows", () => {
  const rows = Array.from({ length: 1000 }, (_, i) => ["There is no dog.", `${i}`]);
  const page = reportPage({
    ...SMALL,
    tables: [{ name: "a", columns: ["text", "n"], rows }],
    browser: rowsOf(1000, { text: "There is no dog.", image: "A".repeat(3000) }),
  });
  assertEquals(page.split("<li data-d=").length - 1, 1000);
  assertEquals(page.split("<tr><td>").length - 1, 1000);
  assert(!page.includes("with the lowest") && bytesOf(page) <= MOST_BYTES);
});

Deno.test("reportPage() chooses the same rows for the same run", () => {
  const browser = rowsOf(900, { text: "There is no dog.", image: "A".repeat(20_000) });
  const pages = [0, 1].map(() => reportPage({ ...SMALL, browser }));
  assertEquals(pages[0], pages[1]);
  assert(pages[0]!.includes("Of 900 rows"));
});
