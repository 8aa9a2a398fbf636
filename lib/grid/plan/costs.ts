/** What a job takes: time by the arithmetic of its experiment and this machine's rate, memory and disk. All of it is an estimate. */

import type { ClipConfig } from "../../model/config.ts";
import { controlRuns, controlsIn } from "../../study/controls/control.ts";
import type { Grid, GridCell, GridModel } from "../grid.ts";
import type { GridJob } from "./jobs.ts";

/** How many rows data have, and what repeats in them. */
export interface RowCount {
  readonly rows: number;
  readonly images: number;
  /** Distinct sentence pairs: each is measured once. */
  readonly pairs: number;
}

/** Rows by `MODEL/DATA`. */
export type Rows = ReadonlyMap<string, RowCount>;

/** What is known of this machine, and of the models on it. */
export interface Machine {
  /** Floating-point operations in a second with some threads. */
  readonly rate: (threads: number) => number;
  /** The sizes of a model by its name in the study; undefined of a model that is not here. */
  readonly sizes: ReadonlyMap<string, ClipConfig | undefined>;
}

/** What a job takes. */
export interface Cost {
  readonly rows: number;
  readonly seconds: number;
  /** Bytes. */
  readonly memory: number;
  /** Bytes. */
  readonly disk: number;
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

/** What a process needs before a model is loaded: Deno, ONNX Runtime, the code. */
const BASE = { seconds: 1.2, memory: 450e6 };

/** The share of the rate of a large product that a forward pass reaches, and what a run of a small model costs besides its arithmetic. */
const REACHED = 0.5;
const OVERHEAD = 0.0004;

/** Bytes of a row in memory until the end of a run. */
const ROW = 20e3;

/** How an experiment's work grows: in forward passes of both sentences of a pair, and bytes that it writes for a row. */
interface Work {
  readonly passes: (sizes: Sizes) => number;
  readonly bytes: (sizes: Sizes) => number;
}

const nodes = ({ text: { layers, heads } }: Sizes) => layers * (heads + 1);
const layers = ({ text }: Sizes) => text.layers;

/** The work of each task; measured on the embedded model, and in the size of ViT-B/32 (docs/performance.md). */
const WORK: Readonly<Record<string, Work>> = {
  evaluate: { passes: () => 0, bytes: () => 200 },
  correlate: { passes: () => 0, bytes: () => 300 },
  attend: { passes: () => 1, bytes: (sizes) => 60 * nodes(sizes) },
  attribute: { passes: () => 1.7, bytes: (sizes) => 500 * nodes(sizes) },
  trace: { passes: (sizes) => 0.44 * layers(sizes), bytes: (sizes) => 700 * layers(sizes) },
  shares: { passes: (sizes) => 1.2 * layers(sizes), bytes: (sizes) => 300 * layers(sizes) },
  knockout: { passes: (sizes) => 0.3 * nodes(sizes), bytes: (sizes) => 150 * nodes(sizes) },
  ablate: { passes: (sizes) => 0.3 * nodes(sizes), bytes: (sizes) => 150 * nodes(sizes) },
  probe: { passes: (sizes) => layers(sizes), bytes: (sizes) => 100 * layers(sizes) },
  paths: { passes: (sizes) => 0.9 * nodes(sizes), bytes: (sizes) => 1500 * nodes(sizes) },
  circuit: { passes: (sizes) => 0.6 * nodes(sizes), bytes: () => 500 },
  atlas: { passes: (sizes) => 3 * nodes(sizes), bytes: (sizes) => 3000 * nodes(sizes) },
};

/** What a job takes. */
export function costOf(job: GridJob, grid: Grid, rows: Rows, machine: Machine): Cost {
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
  const bytes = work.bytes(sizes) * (1 + runsOfControls(cell!)) * count;
  const statistics = 1 + 1e-3 * all.rows;
  if (kind === "merge") {
    const memory = BASE.memory + 2 * ROW * count;
    return { rows: count, memory, disk: bytes + 2e6, seconds: BASE.seconds + statistics };
  }
  const passes = work.passes(sizes) * (1 + runsOfControls(cell!));
  const seconds = load + passes * pass * Math.ceil(all.pairs / n) + statistics;
  return { ...common, seconds, disk: 2 * bytes + 2e6 };
}

/** How often an experiment runs besides, for its controls. */
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

/** Bytes of a model's weights in float32. */
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
