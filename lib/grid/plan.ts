/** The plan of a study as engines read it: every job, and what it takes. Engines make the command of a job from its name. */

import type { ClipConfig } from "../model/forms/settings.ts";
import { controlRuns, controlsIn } from "../study/controls/control.ts";
import {
  type Grid,
  type GridCell,
  type GridJob,
  type GridModel,
  type JobKind,
  jobsOf,
} from "./grid.ts";

/** How many rows data have, and what repeats in them. */
export interface RowCount {
  readonly rows: number;
  readonly images: number;
  readonly pairs: number; // distinct sentence pairs: each is measured once
}

export type Rows = ReadonlyMap<string, RowCount>; // rows by `MODEL/DATA`

export interface Machine {
  /** Floating-point operations in a second with some threads. */
  readonly rate: (threads: number) => number;
  /** The sizes of a model by its name in the study; undefined of a model that is not here. */
  readonly sizes: ReadonlyMap<string, ClipConfig>;
}

/** The sizes that matter; those of CLIP ViT-B/32 for a model that is not here. */
interface Sizes {
  readonly text: { readonly layers: number; readonly heads: number; readonly width: number };
  readonly image: { readonly layers: number; readonly width: number; readonly patches: number };
  readonly vocabulary: number;
}

const B32: Sizes = {
  text: { layers: 12, heads: 8, width: 512 },
  image: { layers: 12, width: 768, patches: 50 },
  vocabulary: 49_408,
};

/** Tokens of a sentence such as "There are no dogs in the photo.", with the start and the end. */
const TOKENS = 9;

/** What a process needs before a model is loaded: Deno, ONNX Runtime, the code. Then seconds for the pictures and the report of a run. */
const BASE = { seconds: 0.4, memory: 800e6 }; // paths took 700 MB of the embedded model at 400 rows
const PICTURES = 1.2;

/** The share of the rate of a large product that a forward pass reaches, and the seconds of one besides its arithmetic. */
const REACHED = 0.6;
const OVERHEAD = 0.001;
const ROW = 20e3; // bytes of a row in memory until the end of a run

interface Work {
  readonly passes: (sizes: Sizes) => number; // forward passes of both sentences of a distinct pair
  readonly row: (sizes: Sizes) => number; // seconds of a row in tables, statistics and the report
  readonly bytes: (sizes: Sizes) => number; // bytes of a row in the run's folder
}

const nodes = ({ text: { layers, heads } }: Sizes) => layers * (heads + 1);
const layers = ({ text }: Sizes) => text.layers;

/** Work in so many passes, seconds and bytes for each of something. */
function each(
  of: (sizes: Sizes) => number,
  passes: number,
  { row, bytes }: { readonly row: number; readonly bytes: number },
): Work {
  return {
    passes: (sizes) => passes * of(sizes),
    row: (sizes) => SCORES_ROW + row * of(sizes),
    bytes: (sizes) => 2e3 + bytes * of(sizes),
  };
}

const SCORES_ROW = 0.005; // seconds of a row's scores in tables and the report

/** The work of each task: measured on the embedded model at 100 and 400 rows, and in the size of ViT-B/32 (docs/performance.md). */
const WORK: Readonly<Record<string, Work>> = {
  evaluate: each(() => 1, 0, { row: 0, bytes: 0 }),
  correlate: each(() => 1, 0, { row: 0.001, bytes: 2e3 }),
  attend: each(nodes, 0.05, { row: 2e-4, bytes: 600 }),
  attribute: each(nodes, 0.04, { row: 2e-4, bytes: 900 }),
  trace: each(layers, 0.44, { row: 5e-4, bytes: 1200 }),
  shares: each(layers, 1.2, { row: 5e-4, bytes: 700 }),
  knockout: each(nodes, 0.3, { row: 2e-4, bytes: 200 }),
  ablate: each(nodes, 0.15, { row: 2e-4, bytes: 250 }),
  probe: each(layers, 3.5, { row: 5e-3, bytes: 200 }),
  paths: each(nodes, 0.9, { row: 1e-3, bytes: 2000 }),
  circuit: each(nodes, 0.6, { row: 1e-3, bytes: 500 }),
  atlas: each(nodes, 3, { row: 3e-3, bytes: 6000 }),
};

export function costOf(job: GridJob, grid: Grid, rows: Rows, machine: Machine): {
  readonly rows: number;
  readonly seconds: number;
  readonly memory: number; // bytes
  readonly disk: number; // bytes
} {
  const { kind, model, data, cell, shard } = job;
  if (kind === "report") {
    const n = grid.models.length * grid.data.length * grid.experiments.length;
    return { rows: 0, seconds: BASE.seconds + 0.1 * n, memory: BASE.memory, disk: 1e6 + 1e5 * n };
  }
  const sizes = sizesOf(model!, machine);
  if (kind === "download") {
    return { rows: 0, seconds: 120, memory: BASE.memory, disk: weightBytes(sizes) };
  }
  const all = rows.get(`${model!.name}/${data!.name}`) ?? { rows: 0, images: 0, pairs: 0 };
  const n = shard?.n ?? 1;
  const count = Math.ceil(all.rows / n);
  const common = { rows: count, memory: BASE.memory + 2.5 * weightBytes(sizes) + ROW * count };
  const rate = REACHED * machine.rate(model!.choice.threads);
  const pass = 2 * (textFlops(sizes) / rate + OVERHEAD);
  const load = BASE.seconds + weightBytes(sizes) / 500e6;
  if (kind === "embed") {
    const image = imageFlops(sizes) / rate + 4 * OVERHEAD;
    const seconds = load + all.images * image + all.pairs * pass;
    return { ...common, seconds, disk: 4 * 512 * (all.images + 2 * all.pairs) };
  }
  const work = WORK[cell!.experiment.task]!;
  const times = 1 + runsOfControls(cell!);
  const written = 1e6 + work.bytes(sizes) * count;
  const statistics = PICTURES + times * work.row(sizes) * all.rows;
  if (kind === "merge") {
    const memory = BASE.memory + 2 * ROW * count;
    return { rows: count, memory, disk: written, seconds: BASE.seconds + statistics };
  }
  const measuring = load + times * work.passes(sizes) * pass * Math.ceil(all.pairs / n);
  return { ...common, seconds: measuring + (kind === "run" ? statistics : 0), disk: written };
}

function runsOfControls({ experiment: { options } }: GridCell): number {
  return controlsIn(options).flatMap(controlRuns).length;
}

function sizesOf({ name }: GridModel, { sizes }: Machine): Sizes {
  const config = sizes.get(name);
  if (config === undefined) return B32;
  const { text, vision } = config;
  const patches = vision && Math.floor(vision.imageSize / vision.patchSize) ** 2 + 1;
  return {
    text,
    image: vision === undefined
      ? { layers: 0, width: 0, patches: 0 }
      : { ...vision, patches: patches! },
    vocabulary: text.vocabSize,
  };
}

function weightBytes({ text, image, vocabulary }: Sizes): number {
  const block = 12 * (text.layers * text.width ** 2 + image.layers * image.width ** 2);
  return 4 * (block + vocabulary * text.width);
}

/** Arithmetic of a sentence's forward pass: two operations for each weight of a block and token. */
function textFlops({ text: { layers, width } }: Sizes): number {
  return TOKENS * layers * 24 * width ** 2;
}

function imageFlops({ image: { layers, width, patches } }: Sizes): number {
  return patches * layers * (24 * width ** 2 + 4 * patches * width);
}

export interface PlannedJob {
  readonly name: string;
  readonly kind: JobKind;
  readonly after: readonly string[];
  readonly model?: string; // of a download: the model's name on the Hub
  readonly rows: number; // rows of the data that it works on
  readonly threads: number;
  readonly memory_mb: number;
  readonly seconds: number;
  readonly minutes: number; // limit that an engine may set: some times the estimate
  readonly disk_mb: number;
}

export interface Plan {
  readonly format: 2; // raised where a reader must know of a change
  readonly out: string;
  readonly jobs: readonly PlannedJob[];
}

const SLACK = 3; // limit is so many times the estimate, since another machine may be slower or busy

export function planOf(
  grid: Grid,
  { out, rows, machine }: { readonly out: string; readonly rows: Rows; readonly machine: Machine },
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
