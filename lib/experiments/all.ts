/** The kit's experiments: the one list of all, in the order of the README. */

import { ablate } from "./ablate/index.ts";
import { attend } from "./attend/index.ts";
import { correlate } from "./correlate/index.ts";
import { evaluate } from "./evaluate/index.ts";
import type { AnyExperiment } from "./experiment.ts";
import { knockout } from "./knockout/index.ts";
import { trace } from "./trace/index.ts";

/** All experiments by name. */
export const EXPERIMENTS = { trace, evaluate, attend, knockout, ablate, correlate };

/** All experiments in their order. */
export const ALL_EXPERIMENTS: readonly AnyExperiment[] = Object.values(EXPERIMENTS);
