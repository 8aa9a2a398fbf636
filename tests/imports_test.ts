import { assertEquals } from "@std/assert";
import { importsIn, importsOf, loadedBy, roomOf, ROOT } from "./imports.ts";

/** Which rooms each room may import: only rooms above it in this table. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  std: [],
  errors: [],
  threads: ["errors"],
  disk: ["errors"],
  files: ["disk", "errors"],
  version: ["files"],
  hub: ["disk", "errors", "files"],
  options: ["errors", "files"],
  stats: ["errors"],
  tables: ["errors", "files"],
  onnx: ["errors", "files"],
  checkpoint: ["errors", "files"],
  architecture: ["checkpoint", "errors", "onnx"],
  hooks: ["disk", "errors"],
  engine: ["errors", "hooks", "onnx"],
  model: [
    ...["architecture", "checkpoint", "disk", "engine", "errors", "files", "hooks", "onnx"],
    ...["options", "threads"],
  ],
  data: ["errors", "files", "hub", "tables"],
  charts: ["data", "errors", "files"],
  draw: ["charts", "errors", "files", "threads"],
  subject: [
    ...["checkpoint", "data", "disk", "engine", "errors", "files", "hooks", "hub", "model"],
    ...["onnx", "options", "stats", "tables", "version"],
  ],
  experiments: [
    ...["charts", "data", "engine", "errors", "files", "hooks", "model", "onnx"],
    ...["options", "stats", "subject", "tables", "threads"],
  ],
  runtime: ["engine", "experiments", "model", "onnx", "options", "threads"],
  simulation: ["experiments", "stats", "tables"],
  report: ["charts", "disk", "draw", "errors", "files", "model", "tables"],
  runs: [
    ...["charts", "data", "disk", "draw", "engine", "errors", "experiments", "files", "model"],
    ...["onnx", "options", "report", "runtime", "subject", "tables", "version"],
  ],
  segment: [
    ...["charts", "data", "errors", "files", "hooks", "hub", "model", "onnx", "report", "runs"],
    ...["runtime", "stats", "subject", "tables"],
  ],
  study: [
    ...["charts", "data", "draw", "engine", "errors", "experiments", "files", "hooks", "model"],
    ...["options", "runs", "runtime", "stats", "subject", "tables"],
  ],
  published: [
    ...["charts", "data", "draw", "errors", "experiments", "files", "model", "options", "report"],
    ...["runs", "stats", "study", "subject", "tables"],
  ],
  paper: [
    ...["charts", "data", "disk", "draw", "errors", "experiments", "files", "options", "published"],
    ...["report", "runs", "runtime", "segment", "stats", "subject", "tables"],
  ],
  profile: ["data", "errors", "experiments", "model", "stats", "subject", "tables"],
  bench: [
    ...["data", "disk", "engine", "errors", "experiments", "model", "runs", "stats", "study"],
    ...["subject", "tables"],
  ],
  show: ["charts", "draw", "engine", "errors", "hooks", "model", "study", "tables"],
  cli: [
    ...["charts", "data", "draw", "errors", "experiments", "files", "options", "runs", "show"],
    ...["subject", "tables"],
  ],
  docs: [
    ...["errors", "experiments", "files", "options", "paper", "published", "segment", "stats"],
    ...["study", "tables", "version"],
  ],
};

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

/** Folders in which no file imports itself through others, types included. */
const ACYCLIC = ["lib/hub/", "lib/model/forms/"];

Deno.test(`no file of ${ACYCLIC.join(" or ")} imports itself through others, types included`, () => {
  const all = ALL.map((each) => ({ ...each, typeOnly: false }));
  for (const folder of ACYCLIC) {
    const own = all.filter(({ file, of }) => file.startsWith(folder) && of.startsWith(folder));
    const cyclic = own.filter(({ file, of }) => loadedBy(of, own).has(file));
    assertEquals(cyclic.map(({ file, of }) => `${file} imports ${of}`), []);
  }
});

Deno.test("README and CONTRIBUTING list the rooms as they are", () => {
  const rooms = [...Object.keys(MAY_IMPORT), ...ENDS].filter((room) => room !== "version")
    .map((room) => room === "scripts" ? room : `lib/${room}`).sort();
  for (const [page, heading] of [["README.md", "What is where"], ["CONTRIBUTING.md", "Rooms"]]) {
    const [, section] = Deno.readTextFileSync(ROOT + page!).split(`## ${heading}\n`);
    const lines = section!.split(/^## /m)[0]!.matchAll(/^\| `((?:lib\/\w+)|scripts)\/?` /gm);
    assertEquals([...lines].map(([, room]) => room!).sort(), rooms, page);
  }
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
