/** What a study would run, in a table: how many jobs, and about how much time, memory and disk they take. */

import { isFinished } from "../../parts/parts_folder.ts";
import { pinOf } from "../../hub/repository.ts";
import { linesTable } from "../../tables/text_table.ts";
import { wrapText } from "../../tables/words.ts";
import type { Grid } from "../grid.ts";
import { type GridJob, jobsOf } from "./jobs.ts";
import type { Plan, PlannedJob } from "./plan.ts";

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
      `Not here: ${name}${sizeText(name)}; first run deno task download clip ${name}`
    ),
  ];
  return `${linesTable([...lines, total])}\n${notes.map((note) => wrapText(note)).join("\n")}`;
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
