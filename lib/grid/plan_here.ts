/** What a study would run, in a table: how many jobs, and about how much time, memory and disk they take. */

import { NegscopeError } from "../errors.ts";
import { commandOf } from "../errors/command.ts";
import { onDisk } from "../files/read_file.ts";
import { type ClipConfig, loadClipConfig } from "../model/forms/settings.ts";
import { multiplyRate } from "../onnx/ort_runtime.ts";
import { findModel, ownDataOf } from "../opening/find_model.ts";
import { givenData, readGiven } from "../opening/rows.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { cellsOf, type Grid, type GridJob, jobsOf } from "./grid.ts";
import { type Plan, type PlannedJob, planOf, type RowCount, type Rows } from "./plan.ts";
import { isFinished } from "../parts/parts_folder.ts";
import { pinOf } from "../hub/repository.ts";
import { textTable } from "../tables/text_table.ts";
import { wrapText } from "../tables/words.ts";

/** Counts the rows, measures the rate for each number of threads, and plans the jobs. */
export async function planHere(
  grid: Grid,
  out: string,
): Promise<{ readonly plan: Plan; readonly rate: number }> {
  const rows = await countRows(grid);
  const rates = new Map<number, number>();
  const runtime = await openRuntime();
  for (const { choice: { threads } } of grid.models) {
    if (!rates.has(threads)) rates.set(threads, await multiplyRate(runtime, { threads }));
  }
  const rate = (threads: number) => rates.get(threads)!;
  const machine = { rate, sizes: await sizesOfModels(grid) };
  const plan = planOf(grid, { out, rows, machine });
  return { plan, rate: rate(grid.models[0]!.choice.threads) };
}

export async function sizesOfModels({ models }: Grid): Promise<ReadonlyMap<string, ClipConfig>> {
  const sizes = new Map<string, ClipConfig>();
  for (const { name, choice } of models.filter(({ missing }) => missing === undefined)) {
    const { folder } = await findModel(choice, (option) => option);
    sizes.set(name, await loadClipConfig(onDisk(folder)));
  }
  return sizes;
}

/** Reads all data of a study, each file once, and counts its rows and what repeats in them. */
export async function countRows(grid: Grid): Promise<Rows> {
  const files = new Map<string, Promise<RowCount>>();
  const counts = new Map<string, RowCount>();
  for (const { model, data } of cellsOf(grid)) {
    const { protocol = "rephrased", limit } = data.choice;
    const { name } = givenData(data.choice, ownDataOf(model.choice.model)?.data);
    const all = await files.getOrInsertComputed(
      JSON.stringify([name, protocol]),
      () => countOf(name, protocol),
    );
    const rows = Math.min(all.rows, limit ?? Infinity);
    const [images, pairs] = [Math.min(all.images, rows), Math.min(all.pairs, rows)];
    counts.set(`${model.name}/${data.name}`, { rows, images, pairs });
  }
  return counts;
}

async function countOf(
  name: string,
  protocol: "rephrased" | "standard" | "all",
): Promise<RowCount> {
  const { pairs } = await readGiven(name, { protocol, aligned: true });
  return {
    rows: pairs.length,
    images: new Set(pairs.map(({ image }) => image)).size,
    pairs: new Set(pairs.map(({ caption, foil }) => [caption, foil].sort().join("\n"))).size,
  };
}

export function refuseMissing({ models }: Pick<Grid, "models">): void {
  const names = [...new Set(models.flatMap(({ missing }) => missing ?? []))];
  if (names.length === 0) return;
  throw new NegscopeError("model-missing", {
    problem: `Cannot find ${names.length === 1 ? `model "${names[0]}"` : `${names.length} models`}`,
    subject: names.join(", "),
    reason: "no download of it is on this machine, and this task does not use the network",
    fix: `first run: ${names.map((name) => commandOf(`download clip ${name}`)).join("; ")}`,
  });
}

export async function dryRunText(
  grid: Grid,
  plan: Plan,
  { rate }: { readonly rate: number },
): Promise<string> {
  const jobs = jobsOf(grid, plan.out);
  const byName = new Map(plan.jobs.map((job) => [job.name, job]));
  const groups = Map.groupBy(jobs, ({ kind, cell }) => `${kind} ${cell?.experiment.name ?? ""}`);
  const lines = [];
  for (const alike of groups.values()) {
    const planned = alike.map(({ name }) => byName.get(name)!);
    lines.push(lineOf(alike[0]!, planned, await doneOf(alike)));
  }
  const done = lines.reduce((sum, line) => sum + (Number(line.done) || 0), 0);
  const total = { ...lineOf(jobs.at(-1)!, plan.jobs, done), kind: "all" };
  const missing = [...new Set(grid.models.flatMap(({ missing }) => missing ?? []))];
  const whole = grid.experiments.flatMap(({ name, whole }) =>
    whole === undefined ? [] : [`${name} runs whole: ${whole}`]
  );
  const notes = [
    `Estimates, from this machine's rate of ${
      (rate / 1e9).toFixed(0)
    } GFLOP/s and the arithmetic of each experiment; time is that of all jobs one after the other, memory that of the largest job.`,
    ...whole,
    ...missing.map((name) =>
      `Not here: ${name}${sizeText(name)}; first run ${commandOf(`download clip ${name}`)}`
    ),
  ];
  const columns = Object.keys(total) as (keyof typeof total)[];
  const table = textTable({ name: "jobs", columns, rows: [...lines, total] });
  return `${table}\n${notes.map((note) => wrapText(note)).join("\n")}`;
}

/** A line of the table: jobs of a kind, those of runs by experiment. */
function lineOf({ kind, cell }: GridJob, jobs: readonly PlannedJob[], done: number) {
  const sum = (of: (job: PlannedJob) => number) => jobs.reduce((all, job) => all + of(job), 0);
  return {
    kind: kind as string,
    experiment: kind === "report" ? "" : cell?.experiment.name ?? "",
    jobs: jobs.length,
    done,
    rows: sum(({ rows }) => rows),
    time: timeText(sum(({ seconds }) => seconds)),
    memory: `${Math.max(...jobs.map(({ memory_mb }) => memory_mb))} MB`,
    disk: `${sum(({ disk_mb }) => disk_mb)} MB`,
  };
}

/** How many jobs are finished in the study's folder; whether embeddings are there is not looked up. */
async function doneOf(jobs: readonly GridJob[]): Promise<number> {
  const done = await Promise.all(
    jobs.map(({ kind, folder }) =>
      !["download", "embed", "report"].includes(kind) && isFinished(folder)
    ),
  );
  return done.filter(Boolean).length;
}

/** Seconds as `40 s`, `12 min` or `3.5 h`. */
export function timeText(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

/** The size of a download, if the kit knows the model's files. */
function sizeText(name: string): string {
  const files = Object.values(pinOf(name)?.files ?? {});
  if (files.length === 0) return "";
  return ` (${Math.ceil(files.reduce((sum, { size }) => sum + size, 0) / 1e6)} MB)`;
}
