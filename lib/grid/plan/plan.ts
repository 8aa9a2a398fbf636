/** The plan of a study as engines read it: every job, and what it takes. Engines make the command of a job from its name. */

import type { Grid } from "../grid.ts";
import { costOf, type Machine, type Rows } from "./costs.ts";
import { type JobKind, jobsOf } from "./jobs.ts";

export interface PlannedJob {
  readonly name: string;
  readonly kind: JobKind;
  readonly after: readonly string[];
  /** Of a download: the model's name on the Hub. */
  readonly model?: string;
  /** The rows of the data that it works on. */
  readonly rows: number;
  readonly threads: number;
  readonly memory_mb: number;
  /** The estimate. */
  readonly seconds: number;
  /** A limit that an engine may set: some times the estimate. */
  readonly minutes: number;
  readonly disk_mb: number;
}

export interface Plan {
  /** Raised where a reader must know of a change. */
  readonly format: 2;
  /** The folder of the study. */
  readonly out: string;
  readonly jobs: readonly PlannedJob[];
}

/** A limit is so many times the estimate, since another machine may be slower or busy. */
const SLACK = 3;

export function planOf(
  grid: Grid,
  { out, rows, machine }: {
    readonly out: string;
    readonly rows: Rows;
    readonly machine: Machine;
  },
): Plan {
  const jobs = jobsOf(grid, out).map((job): PlannedJob => {
    const { name, kind, after, model } = job;
    const cost = costOf(job, grid, rows, machine);
    return {
      ...{ name, kind, after },
      ...(kind === "download" && { model: model!.missing! }),
      rows: cost.rows,
      threads: kind === "report" || kind === "merge" ? 1 : model?.choice.threads ?? 1,
      memory_mb: Math.ceil(cost.memory / 50e6) * 50,
      seconds: Number(cost.seconds.toPrecision(3)),
      minutes: Math.ceil(1 + SLACK * cost.seconds / 60),
      disk_mb: Math.ceil(cost.disk / 1e6),
    };
  });
  return { format: 2, out, jobs };
}
