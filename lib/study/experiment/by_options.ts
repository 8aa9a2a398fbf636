/** What an experiment says of itself, which may depend on its options: asked once, and passed on as a plain record. */

import type { OptionsOf, OptionSpecs } from "../../options/option.ts";
import { completeOptions, standardOptions } from "../../options/values.ts";
import type { Files } from "../../reading/files.ts";
import type { Word } from "../../tables/words.ts";
import { type Control, controlsIn } from "../controls/control.ts";
import type { AnyExperiment } from "./experiment.ts";

/** What an experiment says of itself, always or depending on its options. */
export type ByOptions<Specs extends OptionSpecs, Value> =
  | Value
  | ((options: OptionsOf<Specs>) => Value);

/** Which tower an experiment runs. */
export type RunsTower = "text" | "image" | "none";

/** What an experiment reads. */
export type ReadFiles = "text and images" | "text, images if given";

/** An experiment with values of its options, and what follows from them. */
export interface ChosenExperiment {
  /** The experiment. */
  readonly experiment: AnyExperiment;
  /** The values of all its options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What it reads. */
  readonly reads: ReadFiles;
  /** The tower that it runs. */
  readonly runs: RunsTower;
  /** Whether it uses which token of a sentence corresponds to which of the other. */
  readonly aligns: boolean;
  /** The other model that it takes; reading it throws if the options must name one and do not. */
  readonly otherModel: string | undefined;
  /** The controls that run besides. */
  readonly controls: readonly Control[];
  /** What the words of its findings and options mean. */
  readonly words: readonly Word[];
}

/**
 * Completes given values of an experiment's options with the defaults of the others.
 *
 * @param experiment The experiment.
 * @param given Values of its options. @default {the defaults}
 * @param files The way to read a file that a text names. @default {none: no file can be named}
 * @throws {NegscopeError} If there is no such option, or an option cannot have its value.
 */
export function chooseOptions(
  experiment: AnyExperiment,
  given: Readonly<Record<string, unknown>> = {},
  files?: Files,
): ChosenExperiment {
  return withOptions(experiment, completeOptions(experiment.options as OptionSpecs, given, files));
}

/** The same of values that are checked already; options without one have their default. */
export function withOptions(
  experiment: AnyExperiment,
  given: Readonly<Record<string, unknown>> = {},
): ChosenExperiment {
  const { reads, runs, aligns = true, words = [] } = experiment;
  const options = { ...standardOptions(experiment.options), ...given };
  return {
    experiment,
    options,
    reads: typeof reads === "function" ? reads(options) : reads,
    runs: typeof runs === "function" ? runs(options) : runs,
    aligns: typeof aligns === "function" ? aligns(options) : aligns,
    get otherModel() {
      return experiment.otherModel?.(options); // which may refuse the defaults
    },
    controls: controlsIn(options),
    words: typeof words === "function" ? words(options) : words,
  };
}
