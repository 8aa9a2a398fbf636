/** The core in a browser: its bundle traces the embedded model with ONNX Runtime's WebAssembly, and no server computes. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { onDisk } from "../../lib/files/read_file.ts";
import { readImage, SHARP } from "../../lib/images/image_folder.ts";
import { loadPreprocessConfig } from "../../lib/model/image/preprocess_config.ts";
import { SHAPES } from "../../lib/opening/kit_models.ts";
import { Study } from "../../lib/runs/study.ts";
import { sha256Bytes } from "../../lib/reading/sha256.ts";
import { readCsvLines } from "../../lib/tables/csv.ts";
import { bundle } from "../bundle.ts";
import { CHROMIUM, NEEDS_CHROMIUM, withBrowser } from "../chromium.ts";
import { ROOT } from "../imports.ts";
import { done } from "../scripts/task_here.ts";
import { inFolder } from "../scripts/task_process.ts";
import type { PageAnswer, TraceAnswer, TraceRequest } from "./page/trace_page.ts";

const LIMIT = 12;
const HOOK = "blocks.1.mlp.hook_post";

/** 100 x the cosine of float32 embeddings of 32 numbers, which the two runtimes sum in different orders: 1e-5 is usual. */
const TOLERANCE = 1e-4;

/** The runtime's WebAssembly, served beside the page. */
const WASM = "npm:onnxruntime-web@1.27.0/ort-wasm-simd-threaded.wasm";
void (() => import("../../lib/explore/engine/browser.ts")); // not executed: because of it Deno fetches the package before the tests

const MODEL = [
  ...["config.json", "preprocessor_config.json", "tokenizer.json"],
  ...["onnx/text_model.onnx", "onnx/vision_model.onnx"],
];

const TYPES: Readonly<Record<string, string>> = { js: "text/javascript", wasm: "application/wasm" };

Deno.test({
  name: `a page traces the embedded model as the task does ${NEEDS_CHROMIUM}`,
  ignore: CHROMIUM === undefined,
  fn: () =>
    inFolder(async (folder) => {
      await bundle("tests/core/page/trace_page.ts", `${folder}/page.js`);
      const { effects, pixels, gradients } = await traceInPage(folder, {
        model: MODEL,
        limit: LIMIT,
        hook: HOOK,
      });
      const out = `${folder}/out`;
      const flags = ["--out", out, "--limit", `${LIMIT}`, "--format", "none", "--cache", "none"];
      await done("trace", [...flags, "--quiet"]);
      const rows = assertSameTable(effects, await Deno.readTextFile(`${out}/effects.csv`));
      assert(rows > 100, `${rows}`);
      assertEquals(pixels, await pixelsOf(Object.keys(pixels)));
      assert(Object.keys(pixels).length > LIMIT / 2);
      await using study = await Study.open({ limit: LIMIT, cache: false });
      const { negated } = await study.row(study.pairs[0]!.id);
      const own = (await negated.gradients(HOOK)).get(HOOK);
      assertEquals(gradients.length, own.data.length);
      gradients.forEach((x, i) => assertAlmostEquals(x, own.data[i]!, TOLERANCE));
    }),
});

/** Opens the page in a browser, and waits for its answer. */
async function traceInPage(folder: string, request: TraceRequest): Promise<TraceAnswer> {
  const answered = Promise.withResolvers<PageAnswer>();
  const served = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (asked) => {
    const path = new URL(asked.url).pathname;
    if (path === "/request") return Response.json(request);
    if (path !== "/answer") return await fileAt(path, folder);
    answered.resolve(await asked.json());
    return new Response();
  });
  const address = `http://127.0.0.1:${served.addr.port}`;
  const answer = await withBrowser(folder, address, () => answered.promise)
    .finally(() => served.shutdown());
  if ("error" in answer) throw new Error(answer.error);
  return answer;
}

/** What the server has: the page, which may ask nobody else, its script, the runtime, and the embedded model and data. */
async function fileAt(path: string, folder: string): Promise<Response> {
  if (path === "/") {
    return new Response('<!doctype html><script type="module" src="/page.js"></script>', {
      headers: {
        "content-type": "text/html",
        "content-security-policy": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
      },
    });
  }
  const file = path === "/page.js"
    ? `${folder}/page.js`
    : path === "/ort.wasm"
    ? new URL(import.meta.resolve(WASM))
    : `${ROOT}data/shapes${path}`;
  const bytes = await Deno.readFile(file).catch(() => undefined);
  if (bytes === undefined) return new Response(null, { status: 404 });
  const type = TYPES[path.split(".").at(-1)!] ?? "application/octet-stream";
  return new Response(bytes, { headers: { "content-type": type } });
}

/** The SHA-256 of the image tower's input for each image, by name, as sharp decodes it. */
async function pixelsOf(names: readonly string[]): Promise<Record<string, string>> {
  const config = await loadPreprocessConfig(onDisk(SHAPES.model), { imageSize: 64 });
  const sums: Record<string, string> = {};
  for (const name of names) {
    const bytes = await readImage(SHAPES.images, name);
    const pixels = await SHARP.pixels({ bytes, name }, config);
    sums[name] = await sha256Bytes(new Uint8Array(pixels.buffer));
  }
  return sums;
}

/** Compares tables, whose texts must be equal and whose numbers nearly so; returns the number of lines. */
function assertSameTable(found: string, expected: string): number {
  const [lines, others] = [found, expected].map(readCsvLines) as [string[][], string[][]];
  assertEquals(lines.length, others.length);
  for (const [i, line] of lines.entries()) {
    assertEquals(line.length, others[i]!.length);
    for (const [column, cell] of line.entries()) {
      const other = others[i]![column]!;
      const isNear = cell === other || Math.abs(Number(cell) - Number(other)) <= TOLERANCE;
      assert(isNear, `line ${i}, ${lines[0]![column]}: ${cell} for ${other}`);
    }
  }
  return lines.length;
}
