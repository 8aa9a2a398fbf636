/** The keys of a study file: the flags of the tasks, with the same values. */

import { nearestName } from "../../errors/kinds.ts";
import { CONTROL } from "../atlas/atlas.ts";
import { ALL_EXPERIMENTS } from "../../experiments/all.ts";
import { list, numbers, type Option, wholeNumber } from "../../options/option.ts";
import { flagName, STUDY_OPTIONS, type StudyOption } from "../../study/choice/study_options.ts";
import { CONTROLS } from "../../study/controls/control.ts";
import type { AnyExperiment } from "../../study/experiment/experiment.ts";

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
