/** Runs a whole study on this machine: its jobs one after the other, the same as an engine would run. */

import { NegscopeError } from "../errors.ts";
import type { Grid } from "./grid.ts";
import { type GridJob, jobsOf } from "./plan/jobs.ts";
import { type JobSettings, notHere, runJob } from "./run_job.ts";

/** How a study is run. */
export interface GridSettings extends JobSettings {
  /** Called before each job with its place among all. @default {nothing} */
  readonly begins?: (job: GridJob, place: number, of: number) => void;
}

/**
 * Runs the jobs of a study. A job that fails does not stop those that do not need it; the report then says what is missing.
 *
 * @throws {NegscopeError} At the end, with what failed.
 */
export async function runGrid(grid: Grid, settings: GridSettings): Promise<void> {
  const missing = grid.models.filter((model) => model.missing !== undefined);
  if (missing.length > 0) throw notHere(missing);
  const jobs = jobsOf(grid, settings.out);
  const failed = new Map<string, string>();
  const skipped: string[] = [];
  for (const [i, job] of jobs.entries()) {
    const stops = job.kind !== "report" &&
      job.after.some((name) => failed.has(name) || skipped.includes(name));
    if (stops) {
      skipped.push(job.name);
      continue;
    }
    settings.begins?.(job, i + 1, jobs.length);
    try {
      await runJob(grid, job, settings);
    } catch (error) {
      if (!(error instanceof NegscopeError)) throw error;
      failed.set(job.name, error.message);
    }
  }
  if (failed.size === 0) return;
  const left = skipped.length === 0 ? "" : `, and ${skipped.length} that need them were not run`;
  throw new NegscopeError("run-unfinished", {
    problem: `Cannot finish study "${grid.path}"`,
    subject: grid.path,
    reason: `${failed.size} of ${jobs.length} jobs failed${left}`,
    fix: "mend what the lines say and give the same command: what is finished stays",
    details: [...failed].map(([name, message]) => `${name}: ${message}`),
  });
}
