import { SCREEN } from "../../lib/charts/spec.ts";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import sharp from "sharp";
import { scoresChart as typedScoresChart } from "../../lib/study/evaluate/chart.ts";
import { traceMap as typedTraceMap } from "../../lib/experiments/trace/chart.ts";
import { type Manifest, readManifest, writeManifest } from "../../lib/files/manifest.ts";
import { RunFolder } from "../../lib/runs/folder/run_folder.ts";
import { writeReport } from "../../lib/report/write_report.ts";
import { examplesOf } from "../../lib/report/examples.ts";
import { NegscopeError } from "../../lib/errors.ts";
import { tableToCsv } from "../../lib/tables/csv.ts";
import { type AnyTable, fillTable, number, table, text } from "../../lib/tables/table.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { ofSomeColumns } from "../charts/fixtures.ts";

const scoresChart = ofSomeColumns(typedScoresChart);
const traceMap = ofSomeColumns(typedTraceMap);

const SOURCES = {
  model: [{ file: "onnx/text_model.onnx", sha256: "0a".repeat(32) }],
  data: [{ file: "pairs.json", sha256: "1b".repeat(32) }],
};

const HOSTILE = '<script>alert("x")</script>';

/** Two rows with one image and one row with another; the last row is not traced. */
const ROWS = [
  { id: "a", image: "one.png", segment: "correct", d: 4.5, foil: "There is no dog." },
  { id: "b", image: "one.png", segment: "incorrect", d: -2.25, foil: HOSTILE },
  { id: "c", image: "-two.png", segment: "ambiguous", d: 0.5, foil: "=1+1" },
].map((row) => ({
  ...row,
  negation: "foil",
  caption: "There is a dog.",
  s_caption: 20 + row.d,
  s_foil: 20,
}));

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

const EXAMPLES = examplesOf(
  {
    of: "effects",
    effects: ["a", "b", "c"].map((id, i) => ({ id, part: "EOT", effect: i + 1 })),
  },
  ROWS,
  "",
);

const COLUMNS = {
  evaluate: ["id", "image", "negation", "caption", "foil", "s_caption", "s_foil", "d", "segment"],
  effects: ["id", "site", "layer", "head", "position", "role", "token", "cte"],
  trace: ["negation", "segment", "site", "layer", "head", "role", "n", "cte"],
} as const;

/** Writes a small run; only the times differ between two runs. */
async function writeRun(path: string, { start = "2024-01-01T00:00:00Z" } = {}): Promise<void> {
  using folder = await RunFolder.create(path);
  await folder.writeTable({ name: "evaluate", columns: COLUMNS.evaluate, rows: ROWS });
  await folder.writeChart("scores", scoresChart(ROWS, { sources: SOURCES }), {
    formats: [],
    preset: SCREEN,
  });
  await folder.writeTable({ name: "effects", columns: COLUMNS.effects, rows: EFFECTS });
  await folder.writeTable({ name: "trace", columns: COLUMNS.trace, rows: TRACE });
  await folder.writeChart("trace_map", traceMap(TRACE, { sources: SOURCES }), {
    formats: ["svg"],
    preset: SCREEN,
  });
  await folder.writeFile("summary.txt", "negscope trace: a & b\n\n3 rows.\n");
  const manifest: Manifest = {
    command: "trace",
    options: { model: "clip", site: "resid" },
    versions: { kit: "0.1.0", deno: "2.9.6", onnxruntime: "1.27.0" },
    sources: SOURCES,
    seed: 7,
    rows: { read: 5, kept: 3, dropped: [{ reason: "too long", n: 2 }] },
    files: folder.files,
    finished: false,
    start,
    seconds: { trace: Number(start.slice(3, 4)) },
  };
  await folder.writeManifest(manifest);
  await Deno.writeTextFile(`${path}/heads.csv`, "left_by_another_run\r\n1\r\n");
}

/** 200 x 100 pixels of one colour. */
async function readImage(name: string): Promise<Uint8Array> {
  const background = name === "one.png" ? "#c02040" : "#2040c0";
  return new Uint8Array(
    await sharp({ create: { width: 200, height: 100, channels: 3, background } }).png().toBuffer(),
  );
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function reportOf(
  folder: string,
  images: ((name: string) => Promise<Uint8Array>) | undefined = readImage,
): Promise<string> {
  await writeRun(folder);
  await writeReport(folder, { images, examples: EXAMPLES });
  return await Deno.readTextFile(`${folder}/report.html`);
}

Deno.test("writeReport() shows the summary, every chart, every table and the record of its own run only", () =>
  inFolder(async (folder) => {
    const page = await reportOf(folder);
    assertStringIncludes(page, '<p class="about">negscope trace: a &amp; b</p>');
    assertStringIncludes(page, '<p class="found">3 rows.</p>');
    const parts = [...page.matchAll(/\sid="((?:figure|table)-\w+)"/g)].map(([, id]) => id);
    const [figures, tables] = [["trace_map", "scores"], ["evaluate", "effects", "trace"]];
    assertEquals(parts, [
      ...figures.map((name) => `figure-${name}`),
      ...tables.map((name) => `table-${name}`),
    ]);
    assertEquals(page.match(/<svg/g)?.length, 2);
    assertEquals(page.includes("left_by_another_run"), false);
    for (const { sha256 } of [...SOURCES.model, ...SOURCES.data]) {
      assertStringIncludes(page, sha256);
    }
    for (const text of ["dropped: too long", "clip", "1.27.0"]) assertStringIncludes(page, text);
    assertStringIncludes(page, 'aria-label="layer 0, negator: CTE 1, n = 1"'); // the text of a tooltip
  }));

Deno.test("writeReport() keeps data from becoming markup, and refers to nothing outside the page", () =>
  inFolder(async (folder) => {
    const page = await reportOf(folder);
    assertEquals(page.match(/<script/g)?.length, 1); // the page's own
    assertEquals(page.includes('alert("x")'), false);
    assertEquals(page.match(/\w+:\/\/(?!www\.w3\.org\/2000\/svg")/g), null); // a namespace is no request
    const sources = [...page.matchAll(/\s(?:src|href|srcset|data|action)="([^"]*)"/g)].map((
      [, to],
    ) => to!);
    const own = /^(#[\w-]+|data:image\/(webp|png);base64,.*|(\w+\.(csv|vl\.json|json)))$/;
    assertEquals(sources.filter((source) => !own.test(source)), []);
    assertEquals(page.match(/@import|url\((?!#)/g), null);
  }));

Deno.test("writeReport() shows ids that look like numbers as they were written, with a schema and without", () =>
  inFolder(async (folder) => {
    await writeRun(folder);
    const ids = ["1234567.0001", "1234567.0002"];
    const rows = ids.map((id) => ({ id, d: 0.123456 }));
    const described = fillTable(table("effects", "", { id: text(""), d: number("", "") }), rows);
    const plain: AnyTable = { name: "trace", columns: ["id", "d"], rows };
    const written: AnyTable[] = [described, plain];
    for (const table of written) {
      await Deno.writeTextFile(`${folder}/${table.name}.csv`, tableToCsv(table));
    }
    await writeReport(folder, { written });
    const page = await Deno.readTextFile(`${folder}/report.html`);
    for (const id of ids) {
      assertEquals(page.split(`<tr><td>${id}<td class="number">0.1235\n`).length, 3);
    }
  }));

Deno.test("writeReport() lists each of two files with one name", () =>
  inFolder(async (folder) => {
    await writeRun(folder);
    const path = `${folder}/manifest.json`;
    const manifest = (await readManifest(path))!;
    const data = ["aa", "bb"].map((sha256) => ({ file: "trace.csv", sha256 }));
    await writeManifest(path, { ...manifest, sources: { model: [], data } });
    await writeReport(folder);
    const page = await Deno.readTextFile(`${folder}/report.html`);
    for (const { sha256 } of data) assertStringIncludes(page, `<dt>trace.csv<dd>${sha256}`);
  }));

Deno.test("writeReport() shows the rows behind the findings with their pictures, or says why there is none", () =>
  inFolder(async (folder) => {
    const page = await reportOf(folder);
    const pictures = [...page.matchAll(/<li><img src="data:image\/webp;base64,([^"]*)"/g)];
    const { data, info } = await sharp(Buffer.from(pictures[1]![1]!, "base64")).raw()
      .toBuffer({ resolveWithObject: true });
    assertEquals([pictures.length, info.width, info.height], [3, 200, 100]);
    const off = [0xc0, 0x20, 0x40].map((part, i) => Math.abs(part - data[i]!));
    assert(Math.max(...off) <= 4, `${off}`); // WebP is lossy
    const gone = new NegscopeError("image-missing", { problem: "Cannot find one.png" });
    const missing = await reportOf(
      folder,
      (name) => name === "one.png" ? Promise.reject(gone) : readImage(name),
    );
    assertEquals(missing.match(/<span title="Cannot find one.png">no picture/g)?.length, 2);
    await writeReport(folder, { examples: EXAMPLES });
    const without = await Deno.readTextFile(`${folder}/report.html`);
    assertStringIncludes(without, "the report was made without the images");
  }));

Deno.test("writeReport() throws faults of the kit instead of reporting them on the page", () =>
  inFolder(async (folder) => {
    await writeRun(folder);
    const images = () => Promise.reject(new TypeError("a fault of the kit"));
    await assertRejects(
      () => writeReport(folder, { images, examples: EXAMPLES }),
      TypeError,
      "a fault of the kit",
    );
    const released = new NegscopeError("tower-not-loaded", { problem: "Cannot run" });
    const stopped = () => Promise.reject(released);
    await assertRejectsCode(
      () => writeReport(folder, { images: stopped, examples: EXAMPLES }),
      "tower-not-loaded",
    );
  }));

Deno.test("writeReport() refuses a manifest that is none or absent, and a missing table", () =>
  inFolder(async (folder) => {
    await writeRun(folder);
    await Deno.remove(`${folder}/trace.csv`);
    await assertRejectsCode(
      () => writeReport(folder),
      "run-edited",
      `Cannot read table "${folder}/trace.csv"`,
    );
    await Deno.writeTextFile(`${folder}/manifest.json`, '{"command": "trace"}');
    await assertRejectsCode(
      () => writeReport(folder),
      "run-edited",
      "it is not one of a run; move it away",
    );
    await Deno.remove(`${folder}/manifest.json`);
    await assertRejectsCode(
      () => writeReport(folder),
      "run-edited",
      "there is no such file",
    );
  }));
