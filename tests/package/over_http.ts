/** The gate's last step: what would be published is what a user needs, and runs where there is no checkout. Run by `deno task dev check:package`. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { inFolder, runDeno } from "../scripts/task_process.ts";
import { publishedFiles, servePackage } from "./published.ts";

const KIT = fileURLToPath(new URL("../..", import.meta.url));

/** Bytes of the archive that is uploaded. */
const MOST_BYTES = 8e6;

const files = await publishedFiles();

Deno.test("the package has what a user runs and what its README links to, and no tests, fixtures, recipes or tools of its developers", async () => {
  const foreign = files.filter((path) =>
    /_test\.ts$|^(?:tests|notebooks|examples|docs\/notebooks|\.)|\brecipe\b|\bdev\b|^lib\/std\//
      .test(path)
  );
  assertEquals(foreign, []);
  const readme = await Deno.readTextFile(KIT + "README.md");
  const links = Array.from(readme.matchAll(/\]\((?!\w+:)([^)#]+)/g), ([, path]) => path!);
  assertEquals(links.filter((path) => !files.includes(path)), []);
  const entries = Object.values(config.exports).map((path) => path.slice(2));
  for (const entry of entries) {
    const [doc] = /\/\*\*[^]*?\*\//.exec(await Deno.readTextFile(KIT + entry)) ?? [""];
    assertStringIncludes(doc, "\n * @module\n", entry);
  }
  const data = Object.keys(JSON.parse(await Deno.readTextFile(KIT + "data/files.json")));
  const needed = [...entries, ...data, ...STARTED, ...OTHERS, "deno.json", "README.md", "LICENSE"];
  assertEquals(needed.filter((path) => !files.includes(path)), []);
  const sizes = await Promise.all(files.map((path) => gzippedSize(KIT + path)));
  const size = sizes.reduce((sum, each) => sum + each, 0);
  assert(size < MOST_BYTES, `${size} bytes`);
});

/** The threads that the script and the task start: for images, for pictures, and for parts of an atlas. */
const STARTED = [
  "lib/opening/images/pixel_worker.ts",
  "lib/draw/worker.ts",
  "lib/composites/parts/part_worker.ts",
];

/** Threads for long runs alone. */
const OTHERS = ["lib/runtime/stream_worker.ts"];

const IMPORTED = Object.keys(config.exports).filter((path) => path !== "./cli");

const script = `
import { renderPdf, renderPng, Study } from "negscope";
${IMPORTED.map((path) => `import "${path.replace(".", "negscope")}";`).join("\n")}
import { SCREEN } from "negscope/charts";
import { SHAPES } from "negscope/data";
import { loadPreprocessConfig, onDisk, SHARP } from "negscope/model";
import { readPublished } from "negscope/published";
import { drawFigures } from "negscope/runs";

await using study = await Study.open({ limit: 40, threads: 2 });
const trace = await study.run("trace");
const [chart] = trace.charts.values();
const kind = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(1, 4));
console.log(study.pairs.length, kind(await renderPng(chart)), kind(await renderPdf(chart)));

const config = await loadPreprocessConfig(onDisk(SHAPES.model), { imageSize: 64 });
const threads = SHARP.startThreads!(2000, { pixels: 64 * 64 * 3, threads: 2, config })!;
const bytes = await Deno.readFile(SHAPES.images + "/" + study.pairs[0]!.image);
console.log((await threads.pixels({ bytes, name: "image" })).length);
await threads.release();

await trace.save("run", { formats: [] });
console.log(await drawFigures("run", { formats: ["svg"], preset: SCREEN }));

console.log((await readPublished()).size);
await using planted = await Study.open({ model: "planted/relay" });
console.log(planted.pairs.length);
await Study.open({ model: "shapes/tuned" }).catch(({ message }) => console.log(message));
`;

Deno.test("a script in a folder of its own imports the package over HTTP, runs an experiment with threads, and draws", () =>
  inFolder(async (folder) => {
    await using server = servePackage(files);
    await Deno.writeTextFile(join(folder, "main.ts"), script);
    await Deno.writeTextFile(join(folder, "import_map.json"), JSON.stringify(mapTo(server.url)));
    await Deno.writeTextFile(join(folder, "deno.lock"), await lockFile());
    const deno = denoIn(folder, new URL(server.url).host);
    assertEquals(await deno("main.ts"), {
      code: 0,
      out: '40 PNG PDF\n12288\n[ "trace_map.svg" ]\n11\n48\n' +
        'Cannot find model "shapes/tuned": the package leaves it out, since it would be too large; ' +
        "name the folder data/shapes/models/tuned of a clone of the repository\n",
    });
    const cli = new URL(config.exports["./cli"], server.url).href;
    assertStringIncludes(
      (await deno(cli)).out,
      "negscope NAME runs one of\n\n  trace ",
    );
    const task = await deno(cli, "atlas", "--limit", "12", "--threads", "2", "--quiet");
    assertEquals(task, { code: 0, out: "" });
    for (const table of ["evaluate/evaluate", "attend/heads", "atlas"]) {
      const [, , third] = (await Deno.readTextFile(join(folder, `results/atlas/${table}.csv`)))
        .split("\r\n");
      assert(third !== undefined && third !== "", table);
    }
    assertEquals(server.absent, []);
    assertEquals(STARTED.filter((path) => !server.served.has(path)), []);
  }));

async function gzippedSize(path: string): Promise<number> {
  using file = await Deno.open(path);
  const gzipped = file.readable.pipeThrough(new CompressionStream("gzip"));
  let size = 0;
  for await (const piece of gzipped) size += piece.length;
  return size;
}

/** The import map of a user who has no configuration; @std/cli is the stand-in. */
function mapTo(url: string): { readonly imports: Readonly<Record<string, string>> } {
  const entries = Object.entries(config.exports).map(([name, path]) => [
    name.replace(".", "negscope"),
    new URL(path, url).href,
  ]);
  return { imports: { ...Object.fromEntries(entries), "@std/cli": `${url}lib/std/cli/mod.ts` } };
}

/** The kit's lock of npm packages, so that no registry is asked. */
async function lockFile(): Promise<string> {
  const { workspace: _, ...lock } = JSON.parse(await Deno.readTextFile(KIT + "deno.lock"));
  return JSON.stringify(lock);
}

/** Runs scripts with modules and data cached in the folder, and npm packages where they are. */
function denoIn(folder: string, host: string) {
  return async (...args: string[]): Promise<{ code: number; out: string }> => {
    const rights = ["--allow-read", "--allow-write", "--allow-env", "--allow-ffi"];
    const net = [`--allow-net=${host}`, `--allow-import=${host}`];
    const own = ["--no-check", "--no-prompt", "--import-map=import_map.json", "--lock=deno.lock"];
    const { code, stdout: out, stderr } = await runDeno(
      ["run", ...own, ...rights, ...net, ...args],
      {
        cwd: folder,
        env: { DENO_DIR: await cacheIn(folder), XDG_CACHE_HOME: join(folder, "cache") },
      },
    );
    if (code !== 0) console.error(stderr);
    return { code, out };
  };
}

async function cacheIn(folder: string): Promise<string> {
  const cache = join(folder, "deno");
  await Deno.mkdir(cache, { recursive: true });
  const { npmCache } = JSON.parse((await runDeno(["info", "--json"])).stdout);
  await Deno.symlink(npmCache, join(cache, "npm")).catch(() => {}); // made by an earlier call
  return cache;
}
