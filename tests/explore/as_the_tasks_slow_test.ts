/** The explorer's numbers are those that the tasks write: on this machine, and from a static folder in a browser. */

import { assert, assertEquals } from "@std/assert";
import { engineOf } from "../../lib/explore/engine/explorer.ts";
import type { Explorer } from "../../lib/explore/protocol.ts";
import { loadFiles, openFiles } from "../../lib/explore/serve/open_engine.ts";
import { writeSite } from "../../lib/explore/serve/write_site.ts";
import { bundle } from "../bundle.ts";
import { browserTest, withBrowser } from "../chromium.ts";
import { run } from "../scripts/task_here.ts";
import { inFolder, recordsIn } from "../scripts/task_process.ts";
import { serveFolder } from "./static_folder.ts";
import { compareWithTasks, type Comparison, restsOn, type TaskTables } from "./as_the_tasks.ts";

/** Rows that are compared. */
const LIMIT = 8;

/** 100 x the cosine of float32 embeddings of 32 numbers, which the two runtimes sum in different orders: 1e-5 is usual. */
const TOLERANCE = 1e-4;

/** Uses the engine of the local page. */
async function withEngine<Made>(use: (engine: Explorer) => Promise<Made>): Promise<Made> {
  const options = { cache: "none" };
  const { study, parts } = await loadFiles(await openFiles({ limit: LIMIT }, options), options);
  await using _ = study;
  return await use(engineOf(parts));
}

/** What d of two rows rests on. */
async function explained(engine: Explorer): Promise<TaskTables["explained"]> {
  const found: Record<string, number[]> = {};
  for (const row of (await engine.about()).rows.slice(0, 2)) {
    found[row.row] = restsOn(await engine.explain(row));
  }
  return found;
}

const flags = ["--limit", `${LIMIT}`, "--cache", "none"];
const { promise: tables, resolve } = Promise.withResolvers<TaskTables>();
Deno.test.beforeAll(() => inFolder(async (folder) => resolve(await writtenBelow(folder))));

async function writtenBelow(folder: string): Promise<TaskTables> {
  const read = async (task: string, name: string) => {
    const out = `${folder}/${task}`;
    const isThere = await Deno.stat(out).then(() => true, () => false);
    if (!isThere) await run(task, flags, out);
    return recordsIn(`${out}/${name}.csv`);
  };
  return {
    evaluate: await read("trace", "evaluate"),
    effects: await read("trace", "effects"),
    knockout: await read("knockout", "knockout"),
    attribution: await read("attribute", "attribution"),
    nodes: await read("paths", "nodes"),
    paths: await read("paths", "paths"),
    explained: await withEngine(explained),
  };
}

function assertNear({ compared, largest }: Comparison): void {
  for (const [kind, difference] of Object.entries(largest)) {
    assert(difference <= TOLERANCE, `${kind}: ${difference} of ${compared[kind]} numbers`);
  }
  const kinds = ["S", "d", "explained", "map", "knockouts", "direct", "patch", "knock-out", "cut"];
  assertEquals(Object.keys(compared), [...kinds, "cut at the score"]);
  for (const count of Object.values(compared)) assert(count >= LIMIT, `${count}`);
}

Deno.test("the engine of the local page gives S, d, maps and changes as the tasks do", async () => {
  await withEngine(async (engine) => assertNear(await compareWithTasks(engine, await tables)));
});

Deno.test(browserTest("the engine of a static page gives the same in a browser", async (folder) => {
  const out = `${folder}/site`;
  const { live } = await writeSite({ limit: LIMIT }, { out, overwrite: false, cache: "none" });
  assert(live);
  await bundle("tests/explore/compare_page.ts", `${out}/page.js`);
  const found = Promise.withResolvers<Comparison | { readonly error: string }>();
  const { address, stop } = serveFolder(out, async (path, request) => {
    if (path === "tables.json") return Response.json(await tables);
    if (path !== "found") return undefined;
    found.resolve(await request.json());
    return new Response();
  });
  const comparison = await withBrowser(folder, address, () => found.promise).finally(stop);
  if ("error" in comparison) throw new Error(comparison.error);
  assertNear(comparison);
}));
