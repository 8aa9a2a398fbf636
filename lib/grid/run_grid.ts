/** Runs a whole study on this machine: its jobs one after the other, the same as an engine would run. */

import { NegscopeError } from "../errors.ts";
import { isFinished } from "../parts/parts_folder.ts";
import type { Grid } from "./grid.ts";
import { costOf } from "./plan/costs.ts";
import { timeText } from "./plan/dry_run.ts";
import { type GridJob, jobsOf } from "./plan/jobs.ts";
import { countRows, refuseMissing, sizesOfModels } from "./plan/plan_here.ts";
import { type JobSettings, runJob } from "./run_job.ts";

/** A rate by which jobs are compared with each other; how long they take is then seen. */
const SOME_RATE = 1e11;

/** Runs the jobs of a study. A job that fails does not stop those that do not need it; the report then says what is missing, and the end what failed. */
export async function runGrid(grid: Grid, settings: JobSettings): Promise<void> {
  refuseMissing(grid);
  const { out, overwrite, say, warn } = settings;
  const jobs = jobsOf(grid, out);
  const finished = overwrite ? [] : await finishedAmong(jobs);
  const [rows, sizes] = [await countRows(grid), await sizesOfModels(grid)];
  const secondsOf = (job: GridJob) =>
    costOf(job, grid, rows, { rate: () => SOME_RATE, sizes }).seconds;
  const open = jobs.filter((job) => !finished.includes(job));
  const left = new TimeLeft(new Map(open.map((job) => [job, secondsOf(job)])));
  const failed = new Map<string, string>();
  const skipped = new Map<string, string>();
  for (const [i, job] of jobs.entries()) {
    const stopped = job.after.find((name) => failed.has(name) || skipped.has(name));
    if (job.kind !== "report" && stopped !== undefined) {
      skipped.set(job.name, stopped);
      continue;
    }
    say?.(`${i + 1} of ${jobs.length}: ${job.name}${left.text()}`);
    try {
      await runJob(grid, job, settings);
    } catch (error) {
      if (!(error instanceof NegscopeError)) throw error;
      failed.set(job.name, error.message);
      warn?.(`${job.name} failed: ${error.message}`);
    }
    left.done(job);
  }
  if (failed.size === 0) return;
  const others = skipped.size === 0 ? "" : `, and ${skipped.size} that need them were not run`;
  throw new NegscopeError("run-unfinished", {
    problem: `Cannot finish study "${grid.path}"`,
    reason: `${failed.size} of ${jobs.length} jobs failed${others}`,
    fix: "mend what the lines below say and give the same command: what is finished stays",
    details: [
      ...[...failed].map(([name, message]) => `${name}: ${message}`),
      ...[...skipped].map(([name, after]) => `${name}: not run, since it needs ${after}`),
    ],
  });
}

async function finishedAmong(jobs: readonly GridJob[]): Promise<GridJob[]> {
  const measured = jobs.filter(({ kind }) =>
    kind === "shard" || kind === "run" || kind === "merge"
  );
  const done = await Promise.all(measured.map(({ folder }) => isFinished(folder)));
  return measured.filter((_, i) => done[i]);
}

/** How long the rest takes, if the estimates of jobs are in proportion to their times. */
class TimeLeft {
  readonly #seconds: ReadonlyMap<GridJob, number>;
  readonly #start = performance.now();
  #done = 0;

  constructor(seconds: ReadonlyMap<GridJob, number>) {
    this.#seconds = seconds;
  }

  done(job: GridJob): void {
    this.#done += this.#seconds.get(job) ?? 0;
  }

  text(): string {
    if (this.#done === 0) return "";
    const all = this.#seconds.values().reduce((sum, seconds) => sum + seconds, 0);
    const spent = (performance.now() - this.#start) / 1000;
    return ` (about ${timeText(spent * (all - this.#done) / this.#done)} left)`;
  }
}
