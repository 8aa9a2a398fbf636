import { inFolder } from "../scripts/task_process.ts";
import { assert, assertEquals } from "@std/assert";
import type { ClipConfig } from "../../lib/architecture/tower_writer.ts";
import { costOf, type Machine, planOf, type RowCount } from "../../lib/grid/plan.ts";
import { jobsOf } from "../../lib/grid/grid.ts";
import { countRows, dryRunText, timeText } from "../../lib/grid/plan_here.ts";
import { jobNamed } from "../../lib/grid/run_grid.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { gridOf, study } from "./grid_file.ts";

const ROWS: RowCount = { rows: 600, images: 300, pairs: 256 };

/** A machine of 100 GFLOP/s that knows no model's sizes, so that all have those of ViT-B/32. */
const MACHINE: Machine = { rate: () => 1e11, sizes: new Map<string, ClipConfig>() };

const AWAY = study({
  models: { away: { model: "nobody/no-such-clip" }, shapes: {} },
  data: { own: {}, few: { limit: 10 } },
  experiments: { trace: {}, circuit: {}, evaluate: { shards: 1 } },
  except: [{ model: "shapes", data: "few" }],
  shards: 2,
});

Deno.test("jobsOf() gives downloads, embeddings, shards, merges, whole runs and the report, each after what it needs", async () => {
  const jobs = jobsOf(await gridOf(AWAY), "/out");
  assertEquals(
    jobs.filter(({ model }) => model?.name === "away").map((
      { name, kind, after },
    ) => [kind, name, ...after]),
    [
      ["download", "download/away"],
      ["embed", "embed/away/own", "download/away"],
      ["embed", "embed/away/few", "download/away"],
      ["shard", "away/own/trace/1_of_2", "embed/away/own"],
      ["shard", "away/own/trace/2_of_2", "embed/away/own"],
      ["shard", "away/few/trace/1_of_2", "embed/away/few"],
      ["shard", "away/few/trace/2_of_2", "embed/away/few"],
      ["merge", "away/own/trace", "away/own/trace/1_of_2", "away/own/trace/2_of_2"],
      ["merge", "away/few/trace", "away/few/trace/1_of_2", "away/few/trace/2_of_2"],
      ["run", "away/own/circuit", "embed/away/own"],
      ["run", "away/own/evaluate", "embed/away/own"],
      ["run", "away/few/circuit", "embed/away/few"],
      ["run", "away/few/evaluate", "embed/away/few"],
    ],
  );
  const place = new Map(jobs.map(({ name }, i) => [name, i]));
  for (const [i, { after }] of jobs.entries()) {
    assert(after.every((name) => place.get(name)! < i), "a job stands before one that it needs");
  }
  assertEquals(jobs.at(-1)!.kind, "report");
  assertEquals(jobs.at(-1)!.after.length, jobs.filter(({ kind }) => /run|merge/.test(kind)).length);
});

Deno.test("planOf() writes down each job with what it takes, and nothing to execute", async () => {
  const grid = await gridOf(study({ experiments: { trace: {} }, shards: 2, threads: 4 }));
  const rows = new Map([["shapes/own", ROWS]]);
  const { format, out, jobs } = planOf(grid, { out: "/out", rows, machine: MACHINE });
  assertEquals([format, out], [2, "/out"]);
  const shard = jobs.find(({ name }) => name === "shapes/own/trace/2_of_2")!;
  const { memory_mb, seconds, minutes, disk_mb, ...fixed } = shard;
  assertEquals(fixed, {
    name: "shapes/own/trace/2_of_2",
    kind: "shard",
    after: ["embed/shapes/own"],
    rows: 300,
    threads: 4,
  });
  assert(memory_mb > 0 && disk_mb > 0 && minutes > seconds / 60);
  assertEquals(jobsOf(grid, "/out").map(({ folder }) => folder), [
    ...["/out/cache", "/out/shards/shapes/own/trace/1_of_2", "/out/shards/shapes/own/trace/2_of_2"],
    ...["/out/shapes/own/trace", "/out"],
  ]);
});

Deno.test("planOf() names the model of a download", async () => {
  const grid = await gridOf(AWAY);
  const plan = planOf(grid, { out: "/out", rows: new Map(), machine: MACHINE });
  assertEquals(plan.jobs[0]!.model, "nobody/no-such-clip");
});

Deno.test("costOf() grows with the rows, falls with shards and with the machine's rate, and each control is a run more", async () => {
  const costIn = async (parts: object, rows: RowCount, rate = 1e11) => {
    const grid = await gridOf(study({ experiments: { trace: parts } }));
    const job = jobsOf(grid, "/out").find(({ kind }) => kind === "run" || kind === "shard")!;
    const machine = { ...MACHINE, rate: () => rate };
    return costOf(job, grid, new Map([["shapes/own", rows]]), machine);
  };
  const none = await costIn({}, { rows: 0, images: 0, pairs: 0 });
  const one = await costIn({}, ROWS);
  const ten = await costIn({}, { rows: 6000, images: 3000, pairs: 2560 });
  for (const what of ["seconds", "memory", "disk"] as const) {
    const ratio = (ten[what] - none[what]) / (one[what] - none[what]);
    assert(Math.abs(ratio - 10) < 0.01, `${what} grows ${ratio} times`);
  }
  const slower = await costIn({}, ROWS, 5e10);
  const arithmetic = slower.seconds - one.seconds;
  const half = await costIn({ shards: 2 }, ROWS);
  assert(half.seconds < one.seconds / 2 + none.seconds && arithmetic > 0);
  const controlled = await costIn({ control: "random" }, ROWS); // three towers
  const work = one.seconds - none.seconds;
  assert(Math.abs((controlled.seconds - none.seconds) / work - 4) < 0.01);
});

Deno.test("countRows() counts what repeats in data once, and as many rows as the limit leaves", () =>
  inFolder(async (folder) => {
    const rows = [
      "1,a.png,foil,There is a dog.,There is no dog.",
      "2,b.png,foil,There is a dog.,There is no dog.",
      "3,b.png,foil,There is a cat.,There is no cat.",
      "4,b.png,caption,There is no dog.,There is a dog.",
    ];
    const text = `id,image,negation,caption,foil\r\n${rows.join("\r\n")}\r\n`;
    await Deno.writeTextFile(`${folder}/mine.csv`, text);
    const mine = { data: `${folder}/mine.csv`, images: folder };
    const counts = await countRows(
      await gridOf(study({ data: { mine, few: { ...mine, limit: 3 } } })),
    );
    assertEquals(counts.get("shapes/mine"), { rows: 4, images: 2, pairs: 2 });
    assertEquals(counts.get("shapes/few")!.rows, 3);
  }));

Deno.test("dryRunText() adds up the jobs of each kind and experiment, and says what is not here or not cut", async () => {
  const grid = await gridOf(AWAY);
  const rows = new Map(["away/own", "away/few", "shapes/own"].map((name) => [name, ROWS]));
  const plan = planOf(grid, { out: "/nowhere", rows, machine: MACHINE });
  const text = await dryRunText(grid, plan, { rate: 1e11 });
  const lines = text.split("\n").map((line) => line.trim().split(/ {2,}/));
  const trace = lines.find(([kind, name]) => kind === "shard" && name === "trace")!;
  assertEquals(trace.slice(2, 5), ["6", "0", "1800"]);
  assert(text.includes("circuit runs whole: the search decides by all rows what to run next"));
  assert(text.includes("Not here: nobody/no-such-clip; first run deno task download clip"));
  assert(text.includes("rate of 100 GFLOP/s"));
});

Deno.test("timeText() writes seconds, minutes and hours", () => {
  assertEquals([0.2, 99.5, 101, 7200].map(timeText), ["1 s", "100 s", "2 min", "2.0 h"]);
});

Deno.test("jobNamed() refuses a job that a study does not have, with the nearest", async () => {
  const grid = await gridOf(study({ experiments: { trace: {} } }));
  const named = (name: string) => () => jobNamed(grid, name, "/out");
  assertThrowsCode(named("shapes/own/trac"), "name-unknown: it is none of the 3 jobs of");
  assertThrowsCode(named("shapes/own/trac"), 'name-unknown: the nearest is "shapes/own/trace"');
  assertThrowsCode(named("elsewhere"), "name-unknown: --plan lists them");
});
