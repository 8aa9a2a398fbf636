/** The core in a browser: its bundle traces the embedded model with ONNX Runtime's WebAssembly, and no server computes. */

import { assert, assertEquals } from "@std/assert";
import { chromium } from "playwright-core";
import { onDisk } from "../../lib/files/disk.ts";
import { readImage } from "../../lib/images/image_folder.ts";
import { SHARP } from "../../lib/images/sharp.ts";
import { loadPreprocessConfig } from "../../lib/model/image/preprocess_config.ts";
import { SHAPES } from "../../lib/opening/data/shapes.ts";
import { sha256Bytes } from "../../lib/reading/sha256.ts";
import { readCsvLines } from "../../lib/tables/csv_lines.ts";
import { CHROMIUM, CHROMIUM_FLAGS, NEEDS_CHROMIUM } from "../chromium.ts";
import { ROOT } from "../imports.ts";
import { runHere } from "../scripts/task_here.ts";
import { inFolder } from "../scripts/task_process.ts";
import type { TraceAnswer, TracePage, TraceRequest } from "./page/trace_page.ts";

/** Rows that are traced. */
const LIMIT = 24;
/** Effects are logits of about 25, each the cosine of two float32 embeddings times 100: the two runtimes add the same numbers in another order. */
const TOLERANCE = 1e-4;
const IMAGE_SIZE = 64;
const MODEL = [
  ...["config.json", "preprocessor_config.json", "tokenizer.json"],
  ...["onnx/text_model.onnx", "onnx/vision_model.onnx"],
];

Deno.test({
  name: `a page traces the embedded model by the core, as the task does ${NEEDS_CHROMIUM}`,
  ignore: CHROMIUM === undefined,
  fn: () =>
    inFolder(async (folder) => {
      await bundle("tests/core/page/trace_page.ts", `${folder}/page.js`);
      const { effects, pixels } = await traceInPage(folder, { model: MODEL, limit: LIMIT });
      const out = `${folder}/out`;
      const flags = ["--limit", `${LIMIT}`, "--out", out, "--format", "none", "--cache", "none"];
      assertEquals((await runHere("trace", [...flags, "--quiet"])).stderr, "");
      const expected = await Deno.readTextFile(`${out}/effects.csv`);
      assertSameTable(effects, expected);
      assertEquals(pixels, await pixelsOf(Object.keys(pixels)));
      assertEquals(Object.keys(pixels).length > LIMIT / 2, true);
    }),
});

/** Bundles a page's script for a browser. */
async function bundle(entry: string, to: string): Promise<void> {
  const args = ["bundle", "--frozen", "--platform", "browser", "--check=false", "-o", to, entry];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).output();
  assert(success, new TextDecoder().decode(stderr));
}

async function traceInPage(folder: string, request: TraceRequest): Promise<TraceAnswer> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, serving(folder));
  const context = await chromium.launchPersistentContext(`${folder}/profile`, {
    ...{ executablePath: CHROMIUM!, headless: true, args: [...CHROMIUM_FLAGS] },
  });
  try {
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("pageerror", (e) => console.log(String(e)));
    page.on("console", (m) => console.log(m.text()));
    page.on("request", (request) => asked.push(new URL(request.url()).origin));
    const { origin } = new URL(`http://127.0.0.1:${server.addr.port}`);
    await page.goto(origin);
    const answer = await page.evaluate(
      (request) => (globalThis as unknown as TracePage).traceRows(request),
      request,
    );
    assertEquals([...new Set(asked)], [origin]);
    return answer;
  } finally {
    await context.close();
    await server.shutdown();
  }
}

/** Serves the page, its script, the runtime, and the embedded model and data. */
function serving(folder: string): (request: Request) => Promise<Response> {
  return async ({ url }) => {
    const path = decodeURIComponent(new URL(url).pathname);
    if (path === "/") {
      return new Response('<!doctype html><script type="module" src="/page.js"></script>', {
        headers: { "content-type": "text/html" },
      });
    }
    const file = path === "/page.js"
      ? `${folder}${path}`
      : path === "/ort.wasm"
      ? new URL(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"))
      : `${SHAPES.model.replace(/model$/, "")}${path}`;
    const bytes = await Deno.readFile(file).catch(() => undefined);
    if (bytes === undefined) return new Response(null, { status: 404 });
    const type = path.endsWith(".js") ? "text/javascript" : "application/octet-stream";
    return new Response(bytes, {
      headers: { "content-type": path.endsWith("wasm") ? "application/wasm" : type },
    });
  };
}

/** The SHA-256 of the image tower's input for each image, by name, as sharp decodes it. */
async function pixelsOf(names: readonly string[]): Promise<Record<string, string>> {
  const config = await loadPreprocessConfig(onDisk(SHAPES.model), { imageSize: IMAGE_SIZE });
  const sums: Record<string, string> = {};
  for (const name of names) {
    const pixels = await SHARP.pixels(
      { bytes: await readImage(SHAPES.images, name), name },
      config,
    );
    sums[name] = await sha256Bytes(new Uint8Array(pixels.buffer));
  }
  return sums;
}

/** Compares tables: equal texts, and numbers within the tolerance. */
function assertSameTable(found: string, expected: string): void {
  const [rows, others] = [found, expected].map(readCsvLines) as [string[][], string[][]];
  assertEquals(rows.length, others.length);
  let largest = 0;
  for (const [i, row] of rows.entries()) {
    for (const [column, cell] of row.entries()) {
      const other = others[i]![column]!;
      if (cell === other) continue;
      const difference = Math.abs(Number(cell) - Number(other));
      assert(difference <= TOLERANCE, `row ${i}, ${rows[0]![column]}: ${cell} for ${other}`);
      largest = Math.max(largest, difference);
    }
  }
  console.log("largest", largest, rows.length);
}

/** The package that the page loads; Deno finds it by this import, which is never executed. */
export const RUNTIME = () => import("onnxruntime-web/wasm");
