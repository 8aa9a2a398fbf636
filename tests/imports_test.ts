import { assertEquals } from "@std/assert";
import { filesIn, importsIn, importsOf, loadedBy, roomOf, ROOT } from "./imports.ts";

function roomsOf(names: Readonly<Record<string, string>>): Readonly<Record<string, string[]>> {
  return Object.fromEntries(
    Object.entries(names).map(([room, others]) => [room, others.match(/\w+/g) ?? []]),
  );
}

/** Which rooms each room of the core may import: only rooms above it in this table. The core computes, and takes all that a machine gives as values. */
const CORE = roomsOf({
  errors: "",
  reading: "errors",
  options: "errors reading",
  stats: "errors",
  tables: "errors reading",
  onnx: "errors reading",
  checkpoint: "errors reading",
  architecture: "checkpoint errors onnx reading",
  hooks: "errors",
  engine: "errors hooks onnx",
  data: "errors reading tables",
  edits: "checkpoint data engine errors hooks reading tables",
  model: "architecture checkpoint edits engine errors hooks onnx options reading",
  charts: "data errors reading tables",
  study: "charts data edits engine errors hooks model onnx options reading stats tables",
  experiments: "charts data engine errors hooks model onnx options reading stats study tables",
  benchmark: "charts checkpoint data errors model onnx reading stats study tables",
  trials: "benchmark charts data edits model stats study tables",
  controlled_pairs: "benchmark data errors model reading stats study tables",
});

/** The same of the rooms around it, which read, write, print, and start threads. */
const SHELL = roomsOf({
  std: "",
  threads: "errors",
  files: "data errors hooks reading",
  version: "files",
  hub: "data errors files reading",
  opening:
    "checkpoint data edits engine errors files hub model onnx options reading stats study threads version",
  draw: "charts errors files options threads",
  runtime: "engine errors experiments files model onnx opening options study threads",
  report: "charts data draw errors files opening reading study tables",
  runs:
    "benchmark charts controlled_pairs data draw edits engine errors experiments files model opening options reading report runtime stats study tables trials version",
  segment:
    "charts data errors experiments files hub model onnx opening report runs runtime stats study tables",
  compare:
    "charts data draw errors experiments files model opening options reading report runs runtime stats study tables",
  parts:
    "charts data draw errors experiments files opening options report runs runtime study tables threads",
  atlas:
    "charts compare data errors experiments files opening options parts report runs runtime stats study tables",
  cards: "atlas compare errors experiments files parts reading report runs stats study tables",
  grid:
    "atlas charts compare draw errors experiments files hub model onnx opening options parts reading report runs runtime study tables",
  contrast:
    "atlas benchmark charts compare data errors experiments files model opening parts reading report runs stats study tables",
  paper:
    "atlas charts compare data errors experiments files opening options parts report runs runtime segment stats study tables",
  explore:
    "atlas charts compare data engine errors experiments files hooks model onnx opening parts reading report runs runtime study tables version",
  show: "charts draw engine errors hooks model reading study tables",
  cli: "charts draw errors experiments files opening options runs show study tables",
});

const MAY_IMPORT = { ...CORE, ...SHELL };

/** What is for users of the kit may import any room; nothing in lib imports it. */
const ENDS = ["api", "scripts"];

/** Packages that need a permission of their own, or take long to load. */
const HEAVY = ["onnxruntime-node", "sharp"];

const ALL = [...importsIn("lib"), ...importsIn("scripts")];

Deno.test("every room imports only the rooms that it may, types included", () => {
  const wrong = ALL.filter(({ file, of }) => {
    const [room, other] = [roomOf(file), roomOf(of)];
    const isOwn = /^(lib|scripts)\//.test(of) || of === "mod.ts" || of === "negscope";
    if (!isOwn || room === other) return false;
    if (ENDS.includes(room)) return ENDS.includes(other);
    return !MAY_IMPORT[room]?.includes(other);
  });
  assertEquals(wrong.map(({ file, of }) => `${file} imports ${of}`), []);
});

Deno.test("the table of rooms has every room and lists it below those that it may import", () => {
  const rooms = Object.keys(MAY_IMPORT).filter((room) => room !== "std"); // gone where JSR is reached
  const found = new Set(
    ALL.flatMap(({ file, of }) => [file, of])
      .filter((path) => path.startsWith("lib/")).map(roomOf).filter((room) => !ENDS.includes(room)),
  );
  found.delete("std");
  assertEquals([...found].sort(), rooms.toSorted());
  const cyclic = Object.entries(MAY_IMPORT).filter(([room, others]) =>
    others.some((other) => rooms.indexOf(other) >= rooms.indexOf(room))
  );
  assertEquals(cyclic, []);
});

Deno.test("the core imports neither the shell, nor node:, nor a package that only runs on a machine, and does not name Deno", () => {
  const others = Object.values(CORE).flat().filter((room) => !(room in CORE));
  assertEquals(others, []);
  const inCore = ({ file }: { readonly file: string }) => roomOf(file) in CORE;
  const wrong = ALL.filter(inCore).filter(({ of }) => of.startsWith("node:") || HEAVY.includes(of));
  assertEquals(wrong.map(({ file, of }) => `${file} imports ${of}`), []);
  const files = filesIn("lib").filter((file) => inCore({ file }));
  const naming = files.filter((file) =>
    /\bDeno\.(?!customInspect)\w/.test(Deno.readTextFileSync(ROOT + file))
  );
  assertEquals(naming, []);
});

/** Folders in which no file imports itself through others, types included. */
const ACYCLIC = ["errors", "reading", "onnx", "hooks", "engine", "model", "threads", "hub"]
  .map((room) => `lib/${room}/`);

Deno.test("no file imports itself through others, in some rooms types included", () => {
  const inThread = ({ of }: { readonly of: string }) => of.endsWith("worker.ts"); // a module of its own
  const imported = ALL.filter((each) => !inThread(each));
  const all = imported.map((each) => ({ ...each, typeOnly: false }));
  for (const folder of ["lib/", ...ACYCLIC]) {
    const own = (folder === "lib/" ? imported : all)
      .filter(({ file, of }) => file.startsWith(folder) && of.startsWith(folder));
    const cyclic = own.filter(({ file, of, typeOnly }) => !typeOnly && loadedBy(of, own).has(file));
    assertEquals(cyclic.map(({ file, of }) => `${file} imports ${of}`), []);
  }
});

Deno.test("CONTRIBUTING lists the rooms as they are", () => {
  const rooms = [...Object.keys(MAY_IMPORT), ...ENDS].filter((room) => room !== "version")
    .sort();
  const [, section] = Deno.readTextFileSync(`${ROOT}CONTRIBUTING.md`).split("## Rooms\n");
  const lines = section!.split(/^## /m)[0]!.matchAll(/^- `((?:lib|scripts)\/[\w/]*)`/gm);
  assertEquals([...lines].map(([, path]) => roomOf(path!)).sort(), rooms);
});

Deno.test("no published file imports text or bytes, which registries and other runtimes refuse", async () => {
  const wrong: string[] = [];
  for (const file of ["mod.ts", ...filesIn("lib"), ...filesIn("scripts")]) {
    if (/with \{ type: "(?!json")/.test(await Deno.readTextFile(ROOT + file))) wrong.push(file);
  }
  assertEquals(wrong, []);
});

Deno.test("one file imports onnxruntime-node", () => {
  const importing = ALL.filter(({ of }) => of === "onnxruntime-node").map(({ file }) => file);
  assertEquals(importing, ["lib/runtime/node.ts"]);
});

for (const entry of ["charts", "stats"]) {
  Deno.test(`negscope/${entry} reaches no module that imports ${HEAVY.join(" or ")}`, () => {
    const loaded = loadedBy(`lib/api/${entry}.ts`, ALL);
    assertEquals(HEAVY.filter((name) => loaded.has(name)), []);
    assertEquals(HEAVY.filter((name) => !loadedBy("lib/api/model.ts", ALL).has(name)), []);
  });
}

Deno.test("a task without --allow-ffi loads no onnxruntime-node", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const commands = Object.values<{ command: string }>(tasks).map(({ command }) => command);
  const scripts = commands.filter((command) => !command.includes("--allow-ffi"))
    .flatMap((command) => command.match(/scripts\/\S+\.ts/)?.[0] ?? []);
  assertEquals(scripts.includes("scripts/cards.ts"), true);
  assertEquals(scripts.filter((file) => loadedBy(file, ALL).has("onnxruntime-node")), []);
});

Deno.test("a script that imports negscope/stats and negscope/charts runs without --allow-ffi", async () => {
  const script = `
    import { pearson } from "negscope/stats";
    import { renderSvg, scoresChart } from "negscope/charts";
    const chart = scoresChart([], { sources: { model: [], data: [] } });
    console.log(pearson([1, 2, 3], [2, 4, 7]) > 0.9, (await renderSvg(chart)).startsWith("<svg"));
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--frozen", "--cached-only", "--no-prompt", "--allow-read", "-"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(script));
  await input.close();
  const { code, stdout, stderr } = await child.output();
  const text = new TextDecoder();
  assertEquals([code, text.decode(stdout)], [0, "true true\n"], text.decode(stderr));
});

Deno.test("importsOf() finds imports of all kinds, and tells types from what is loaded", () => {
  const text = [
    'import { a } from "./a.ts";',
    'import type { B } from "../b.ts";',
    "export {\n  c,\n  type D,\n} from './x';",
    'export * from "@std/csv/parse";',
    'export type { E } from "./e.ts";',
    'import "./side.ts";',
    'const text = " import { no } from \\"./no.ts\\"";',
    ' * import { example } from "negscope";',
    'const { sharp } = await import("sharp");',
    'type Vega = typeof import("vega");',
    'new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });',
    'export const d = { e: "./f.ts" };',
  ].join("\n").replaceAll("'./x'", '"./c.ts"');
  const found = importsOf("lib/one/file.ts", text);
  assertEquals(found.map(({ of, typeOnly }) => typeOnly ? `type ${of}` : of), [
    ...["lib/one/a.ts", "type lib/b.ts", "lib/one/c.ts", "@std/csv", "type lib/one/e.ts"],
    ...["lib/one/side.ts", "sharp", "type vega", "lib/one/worker.ts"],
  ]);
});
