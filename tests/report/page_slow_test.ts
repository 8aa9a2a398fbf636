import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { type Examples, examplesOf } from "../../lib/report/examples.ts";
import {
  leftOutHtml,
  MOST_PAGE_BYTES,
  type Report,
  reportOf,
  reportPage,
  roomForPictures,
} from "../../lib/report/page.ts";
import { summaryOf } from "../../lib/report/summary.ts";
import { figureOf } from "../../lib/report/table.ts";
import type { Manifest } from "../../lib/files/manifest.ts";
import { scoresChart as typedScoresChart } from "../../lib/study/evaluate/chart.ts";
import { traceMap as typedTraceMap } from "../../lib/experiments/trace/chart.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";
import { MANIFEST } from "../runs/run_folders.ts";
import { ofSomeColumns, SOURCES } from "../charts/fixtures.ts";

const SMALL: Report = {
  ...{ manifest: MANIFEST, summary: summaryOf("trace", []), figures: [], tables: [] },
};

function examplesFor(text: string, parts: number): Examples {
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
    summary: summaryOf(long, [{
      sentences: many.slice(0, 9).map(() => long),
      tables: [{ title: long, lines: many.map((n) => ({ n, [letter]: long })) }],
    }], { method: [long.repeat(40)] }),
    figures: many.slice(0, 90).map((i) => (
      { name: `f${i}`, svg: `<svg>${"a".repeat(i === 1 ? 3e6 : 9_000)}</svg>`, description: long }
    )),
    tables: many.slice(0, 60).map((i) => (
      {
        ...{ name: `t${i}`, columns: ids.slice(0, 30) },
        rows: Array(i === 0 ? 1000 : 1).fill(
          Object.fromEntries(ids.slice(0, 30).map((id) => [id, id])),
        ),
      }
    )),
    examples: examplesFor(long, 40),
  };
}

Deno.test("reportPage() keeps below 1.5 MB with every section full, whatever letters the run has, and says what is left out", () => {
  for (const letter of ["&", "\u202e"]) {
    const report = everySectionFull(letter);
    const page = reportPage(report, picturesFor(report));
    const bytes = new TextEncoder().encode(page).length;
    assert(bytes <= MOST_PAGE_BYTES && bytes > 0.9 * MOST_PAGE_BYTES, `${bytes}`);
    assertMatch(page, /There is no room for the rows of \d+ more parts/);
    assertStringIncludes(page, "This chart is not here, since it takes 3.0 MB");
    assertStringIncludes(page, "1,000 rows, the first 10 shown");
  }
});

Deno.test("reportPage() is in the order of a reader: found, figures, tables, words, method", () => {
  const summary = summaryOf("trace: m", [
    { sentences: ["A carries d"], tables: [{ title: "Title", lines: [{ a: 1 }] }] },
  ], { method: ["Sizes"], words: [{ word: "carries", means: "b" }] });
  const page = reportPage({ ...SMALL, summary });
  const ids = [...page.matchAll(/<section id="([^"]+)">/g)].map(([, id]) => id);
  assertEquals(ids, ["found", "figures", "tables", "words", "left-out", "record"]);
  const texts = ["A carries d.</p>", "<p>Title</p>", "<dt>carries<dd>b", ">Sizes</pre>"];
  const places = texts.map((text) => page.indexOf(text));
  assertEquals(places, places.filter((at) => at > 0).toSorted((a, b) => a - b));
  assertStringIncludes(page, '<p class="about">trace: m</p>');
  assertStringIncludes(page, "<h1>trace of ");
  const figure = { name: "map", title: "Where <no> is", svg: "<svg></svg>", description: "Map" };
  const answered = reportPage({ ...SMALL, figures: [figure] });
  assertStringIncludes(answered, "<h1>Where &lt;no&gt; is</h1>"); // headed by its first figure
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

Deno.test("leftOutHtml() gives the reason and the ids of dropped, skipped and doubtful rows", () => {
  const dropped: Manifest["rows"]["dropped"] = [
    { reason: "too long", n: 2, ids: ["a", "<b>"] },
    { reason: "no image", n: 1, ids: ["c"], skipped: true },
    { reason: "left out by --limit", n: 2 },
  ];
  const warnings = [{ warning: "no known negating word", n: 1, ids: ["d"] }];
  const { source } = leftOutHtml({ ...MANIFEST, rows: { read: 9, kept: 4, dropped }, warnings });
  assertStringIncludes(source, "Of 9 rows 4 were used.");
  assertStringIncludes(source, "<b>2</b> dropped: too long");
  assertStringIncludes(source, "<code>a</code>, <code>&lt;b&gt;</code>");
  assertStringIncludes(source, "<b>1</b> skipped: no image");
  assertStringIncludes(source, '<p class="reason"><b>2</b> dropped: left out by --limit');
  assertStringIncludes(source, "<b>1</b> used, but doubtful: no known negating word");
});

const scoresChart = ofSomeColumns(typedScoresChart);
const traceMap = ofSomeColumns(typedTraceMap);

const HOSTILE = '<script>alert("x")</script>';

/** Two rows with one image and one row with another; the last row is not traced. */
const ROWS = [
  { id: "a", image: "one.png", segment: "correct", d: 4.5, foil: "There is no dog." },
  { id: "b", image: "one.png", segment: "incorrect", d: -2.25, foil: HOSTILE },
  { id: "c", image: "-two.png", segment: "ambiguous", d: 0.5, foil: "=1+1" },
].map((row) => (
  { ...row, negation: "foil", caption: "There is a dog.", s_caption: 20 + row.d, s_foil: 20 }
));

const EFFECTS = ["a", "b"].flatMap((id) =>
  [0, 1].flatMap((layer) =>
    ["sot", "negator", "eot"].map((role, position) => ({
      ...{ id, site: "resid", layer, head: undefined, position, role, token: role },
      cte: id === "b" && position === 0
        ? undefined
        : Number(layer === 0 ? position === 1 : position === 2),
    }))
  )
);

const TRACE = EFFECTS.filter(({ id }) => id === "a").map(({ site, layer, role, cte }) => {
  return { negation: "foil", segment: "correct", site, layer, head: undefined, role, n: 1, cte };
});

const effects = ["a", "b", "c"].map((id, i) => ({ id, part: "EOT", effect: i + 1 }));
const EXAMPLES = examplesOf({ of: "effects", effects }, ROWS, "");

const COLUMNS = {
  evaluate: ["id", "image", "negation", "caption", "foil", "s_caption", "s_foil", "d", "segment"],
  effects: ["id", "site", "layer", "head", "position", "role", "token", "cte"],
  trace: ["negation", "segment", "site", "layer", "head", "role", "n", "cte"],
} as const;

/** The report of a small run. */
async function pageOf(
  { images = readImage, ...given }: Partial<Report> & {
    readonly images?: ((name: string) => Promise<Uint8Array>) | undefined;
  } = {},
): Promise<string> {
  const figures = [
    await figureOf("trace_map", traceMap(TRACE, { sources: SOURCES })),
    await figureOf("scores", scoresChart(ROWS, { sources: SOURCES })),
  ];
  const manifest: Manifest = {
    ...MANIFEST,
    options: { model: "clip", site: "resid" },
    ...{ sources: SOURCES, seed: 7 },
    rows: { read: 5, kept: 3, dropped: [{ reason: "too long", n: 2 }] },
  };
  const report: Report = {
    ...{ manifest, figures },
    summary: summaryOf("negscope trace: a & b", [{ sentences: ["3 rows"] }]),
    tables: [
      { name: "evaluate", columns: COLUMNS.evaluate, rows: ROWS },
      { name: "effects", columns: COLUMNS.effects, rows: EFFECTS },
      { name: "trace", columns: COLUMNS.trace, rows: TRACE },
    ],
    examples: EXAMPLES,
  };
  return await reportOf({ ...report, ...given }, images);
}

/** 200 x 100 pixels of one colour. */
async function readImage(name: string): Promise<Uint8Array> {
  const background = name === "one.png" ? "#c02040" : "#2040c0";
  return new Uint8Array(
    await sharp({ create: { width: 200, height: 100, channels: 3, background } }).png().toBuffer(),
  );
}

Deno.test("reportOf() shows the summary, every chart, every table and the record of its own run only", async () => {
  const page = await pageOf();
  assertStringIncludes(page, '<p class="about">negscope trace: a &amp; b</p>');
  assertStringIncludes(page, '<p class="found">3 rows.</p>');
  const parts = [...page.matchAll(/\sid="((?:figure|table)-\w+)"/g)].map(([, id]) => id);
  const tables = ["table-evaluate", "table-effects", "table-trace"];
  assertEquals(parts, ["figure-trace_map", "figure-scores", ...tables]);
  assertEquals(page.match(/<svg/g)?.length, 2);
  const record = ["dropped: too long", "clip", "1.27.0", "0a".repeat(32), "1b".repeat(32)];
  for (const text of record) assertStringIncludes(page, text);
  assertStringIncludes(page, 'aria-label="negator in layer 0: CTE 1, n = 1"'); // the text of a tooltip
});

Deno.test("reportOf() keeps data from becoming markup, and refers to nothing outside the page", async () => {
  const page = await pageOf();
  assertEquals(page.match(/<script/g)?.length, 1); // the page's own
  assertEquals(page.includes('alert("x")'), false);
  assertEquals(page.match(/\w+:\/\/(?!www\.w3\.org\/2000\/svg")/g), null); // a namespace is no request
  const sources = page.matchAll(/\s(?:src|href|srcset|data|action)="([^"]*)"/g);
  const own = /^(#[\w-]+|data:image\/(webp|png);base64,.*|(\w+\.(csv|vl\.json|json)))$/;
  assertEquals([...sources].filter(([, source]) => !own.test(source!)), []);
  assertEquals(page.match(/@import|url\((?!#)/g), null);
});

Deno.test("reportOf() shows the rows behind the findings with their pictures, or says why there is none", async () => {
  const page = await pageOf();
  const pictures = [...page.matchAll(/<li><img src="data:image\/webp;base64,([^"]*)"/g)];
  const { data, info } = await sharp(Buffer.from(pictures[1]![1]!, "base64")).raw()
    .toBuffer({ resolveWithObject: true });
  assertEquals([pictures.length, info.width, info.height], [3, 200, 100]);
  const off = [0xc0, 0x20, 0x40].map((part, i) => Math.abs(part - data[i]!));
  assert(Math.max(...off) <= 4, `${off}`); // WebP is lossy
  const gone = new NegscopeError("image-missing", { problem: "Cannot find one.png" });
  const missing = await pageOf({
    images: (name) => name === "one.png" ? Promise.reject(gone) : readImage(name),
  });
  assertEquals(missing.match(/<span title="Cannot find one.png">no picture/g)?.length, 2);
  const without = await reportOf({ ...SMALL, examples: EXAMPLES });
  assertStringIncludes(without, "the report was made without the images");
});

Deno.test("reportOf() throws faults of the kit instead of reporting them on the page", async () => {
  const faults = [
    new TypeError("a fault of the kit"),
    new NegscopeError("tower-not-loaded", { problem: "Cannot run" }),
  ];
  for (const fault of faults) {
    const report = { ...SMALL, examples: EXAMPLES };
    const thrown = await assertRejects(() => reportOf(report, () => Promise.reject(fault)));
    assertEquals(thrown, fault);
  }
});
