/** Every error of the kit by its code: one section for each theme, in the order of docs/errors.md, which is generated from this list. */

import { CHECKPOINTS } from "./codes/checkpoints.ts";
import { CIRCUITS } from "./codes/circuits.ts";
import { DATA } from "./codes/data.ts";
import { DOWNLOADS } from "./codes/downloads.ts";
import { FIGURES } from "./codes/figures.ts";
import { FINISHED_RUNS } from "./codes/finished_runs.ts";
import { HOOKS } from "./codes/hooks.ts";
import { IMAGES } from "./codes/images.ts";
import { MODEL_FOLDERS } from "./codes/model_folders.ts";
import { NOTEBOOKS } from "./codes/notebooks.ts";
import { ONNX_FILES } from "./codes/onnx_files.ts";
import { RUNS } from "./codes/runs.ts";
import type { Section } from "./codes/section.ts";
import { SEGMENTATION } from "./codes/segmentation.ts";
import { STATISTICS } from "./codes/statistics.ts";
import { SWEEPS } from "./codes/sweeps.ts";
import { TOKENISERS } from "./codes/tokenisers.ts";
import { TOWERS } from "./codes/towers.ts";
import { USAGE } from "./codes/usage.ts";
import { WEIGHT_NAMES } from "./codes/weight_names.ts";

/** The sections. */
export const SECTIONS = [
  USAGE,
  MODEL_FOLDERS,
  TOKENISERS,
  ONNX_FILES,
  WEIGHT_NAMES,
  CHECKPOINTS,
  TOWERS,
  IMAGES,
  DATA,
  SEGMENTATION,
  RUNS,
  FINISHED_RUNS,
  FIGURES,
  DOWNLOADS,
  SWEEPS,
  CIRCUITS,
  NOTEBOOKS,
  HOOKS,
  STATISTICS,
] as const satisfies readonly Section[];

type CodeOf<Of> = Of extends { readonly codes: infer Codes } ? keyof Codes : never;

/**
 * The code of an error, such as `hook-unknown`: a heading of docs/errors.md. Codes for wrong use of a task begin with `usage-`.
 *
 * @internal
 */
export type ErrorCode = CodeOf<typeof SECTIONS[number]>;
