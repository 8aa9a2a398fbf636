/** A study: models x data x experiments, each cell a run in one folder, the jobs that a machine does for them, and the keys of its file: the flags of the tasks, with the same values. */

import { join } from "node:path";
import type { AnyExperiment, ChosenExperiment } from "../../study/experiment/experiment.ts";
import {
  flagName,
  type Shard,
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "../../study/choice/study_options.ts";
import { nearestName } from "../../errors/kinds.ts";
import { CONTROL } from "../atlas/atlas.ts";
import { ALL_EXPERIMENTS } from "../../experiments/all.ts";
import { list, numbers, type Option, wholeNumber } from "../../options/option.ts";
import { CONTROLS } from "../../study/controls/control.ts";

export interface GridModel {
  readonly name: string;
  readonly choice: StudyChoice & { readonly threads: number };
}

export interface GridData {
  readonly name: string;
  readonly choice: StudyChoice;
}

export interface GridExperiment {
  readonly name: string;
  readonly task: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** The experiment with these values; absent of the atlas, which runs several. */
  readonly chosen?: ChosenExperiment;
  readonly shards: number; // into how many shards its runs are cut; 1 if it cannot be cut
}

/** Cells that are left out: those that have all of its names. */
export interface GridException {
  readonly model?: string;
  readonly data?: string;
  readonly experiment?: string;
}

export interface Grid {
  readonly path: string; // its path from the root
  readonly models: readonly GridModel[];
  readonly data: readonly GridData[];
  readonly experiments: readonly GridExperiment[];
  readonly seeds: readonly number[];
  readonly except: readonly GridException[];
}

export interface GridCell {
  readonly model: GridModel;
  readonly data: GridData;
  readonly experiment: GridExperiment;
  readonly seed: number;
  readonly folder: string; // its folder in that of the study
}

export function cellsOf({ models, data, experiments, seeds, except }: Grid): GridCell[] {
  const isLeftOut = (cell: Omit<GridCell, "folder" | "seed">) =>
    except.some((names) =>
      (["model", "data", "experiment"] as const).every((key) =>
        names[key] === undefined || names[key] === cell[key].name
      )
    );
  return models.flatMap((model) =>
    data.flatMap((data) =>
      experiments.filter((experiment) => !isLeftOut({ model, data, experiment }))
        .flatMap((experiment) =>
          seeds.map((seed): GridCell => {
            const folder = `${model.name}/${data.name}/${experiment.name}`;
            const own = seeds.length > 1 ? `${folder}/seed_${seed}` : folder;
            return { model, data, experiment, seed, folder: own };
          })
        )
    )
  );
}

/** Whether the rows of data have images, or embeddings of them, as far as the file says. */
export function hasImages({ choice: { data, images, imageEmbeddings } }: GridData): boolean {
  return data === undefined || images !== undefined || imageEmbeddings !== undefined;
}

export function choiceOf({ model, data }: GridCell): StudyChoice {
  return { ...data.choice, ...model.choice };
}

/** The kinds of jobs, with their stage: a job may start once all those of the stages before its own are done. */
export const STAGES = { embed: 1, shard: 2, run: 2, merge: 3, report: 4 } as const;

export interface GridJob {
  readonly name: string; // its name, which says its place in the study
  readonly kind: keyof typeof STAGES;
  readonly folder: string;
  readonly cell?: GridCell; // run that it is, or is a part of, or the first of those that it embeds for; the report has none
  readonly shard?: Shard;
}

/** The folder of the embeddings that the jobs of a study share. */
export function cacheFolder(out: string): string {
  return join(out, "cache");
}

/** The jobs of a study in the order of their stages. */
export function jobsOf(grid: Grid, out: string): GridJob[] {
  const jobs = new Map<string, GridJob>();
  for (const cell of cellsOf(grid)) {
    const { model, data, folder: name } = cell;
    const embed = `embed/${model.name}/${data.name}`;
    if (hasImages(data) && data.choice.imageEmbeddings === undefined) {
      jobs.getOrInsert(embed, { name: embed, kind: "embed", folder: cacheFolder(out), cell });
    }
    const shards = shardsOf(cell);
    for (const { name, shard } of shards) {
      const folder = join(out, "shards", name);
      jobs.set(name, { name, kind: "shard", folder, cell, shard });
    }
    const kind = shards.length === 0 ? "run" : "merge";
    jobs.set(name, { name, kind, folder: join(out, name), cell });
  }
  const sorted = [...jobs.values()].toSorted((a, b) => STAGES[a.kind] - STAGES[b.kind]);
  return [...sorted, { name: "report", kind: "report", folder: out }];
}

/** The shards of a run; none of one that is not cut. */
export function shardsOf({ experiment: { shards: n }, folder }: GridCell) {
  return Array.from({ length: n === 1 ? 0 : n }, (_, i) => (
    { name: `${folder}/${i + 1}_of_${n}`, shard: { k: i + 1, n } }
  ));
}

export type GridKeys = Readonly<Record<string, Option<unknown>>>;

function keysOf(names: readonly StudyOption[]): GridKeys {
  return Object.fromEntries(names.map((name) => [flagName(name), STUDY_OPTIONS[name]]));
}

export const MODEL_KEYS: GridKeys = keysOf([
  ...["model", "onnx", "onnxText", "onnxVision", "weights", "tokenizer", "edit"] as const,
  ...["randomWeights", "device", "threads"] as const,
]);
export const DATA_KEYS: GridKeys = keysOf([
  ...["data", "images", "imageEmbeddings", "subjectSizes", "protocol", "limit"] as const,
  ...["skipBad", "cluster"] as const,
]);

/** Keys of the whole file that every model, or all data, have unless they have one themselves. */
export const SHARED_KEYS = {
  models: keysOf(["device", "threads"]),
  data: keysOf(["protocol", "limit", "cluster"]),
};

/** The names of models, data and experiments, which are those of folders. */
export const NAME = /^(?!.*\.\.)\w[\w.-]{0,98}[\w-]$|^\w$/;

export const SHARDS: Option<number | undefined> = wholeNumber({
  min: 1,
  max: 10_000,
  help: "into how many shards a run is cut",
});

const SEEDS = numbers({ min: 0, max: 2 ** 32 - 1, help: "the seeds; several have a folder each" });

/** Keys of the whole file alone. */
export const WHOLE_KEYS = {
  seeds: {
    ...SEEDS,
    expected: "a list of whole numbers from 0, such as [0, 1]",
    parse: (text: string) => {
      const seeds = SEEDS.parse(text);
      return seeds?.every(Number.isInteger) ? seeds : undefined;
    },
  },
  controls: list(CONTROLS, {
    standard: [],
    help: "the controls of every experiment that takes some",
  }),
  shards: SHARDS,
};

export const TASKS: readonly string[] = [...ALL_EXPERIMENTS.map(({ name }) => name), "atlas"];

/** The experiment of a task; undefined of the atlas, which runs several. */
export function experimentOf(task: string): AnyExperiment | undefined {
  return ALL_EXPERIMENTS.find(({ name }) => name === task);
}

export function optionsOfTask(task: string): GridKeys {
  return experimentOf(task)?.options ?? { control: CONTROL };
}

/** The keys that say where a file or a folder is. */
const PLACES = new Set([
  ...["model", "onnx-text", "onnx-vision", "weights", "tokenizer", "edit", "data", "images"],
  ...["image-embeddings", "subject-sizes"],
]);

export function isPlace(name: string, { placeholder }: Option<unknown>): boolean {
  return PLACES.has(name) || placeholder === "FILE";
}

/** Whether a value of JSON may stand in place of the file that a key names. */
export function isContent({ placeholder, expected }: Option<unknown>): boolean {
  return placeholder === "FILE" && expected !== STUDY_OPTIONS.weights.expected;
}

/** The text of a value of JSON, as a flag would have it; undefined of a value that no flag can have. */
export function textOfValue(value: unknown, option: Option<unknown>): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== "object") return String(value);
  if (!Array.isArray(value)) return isContent(option) ? JSON.stringify(value) : undefined;
  const isFlat = value.every((item) => typeof item !== "object");
  return isFlat ? value.join() : undefined;
}

export function nearestOf(name: string, known: readonly string[], all: string): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? `${all} ${known.join(", ")}` : `the nearest is "${nearest}"`;
}
