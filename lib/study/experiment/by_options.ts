/** What an experiment says of itself, which may depend on its options. */

import type { OptionsOf, OptionSpecs } from "../../options/option.ts";
import { standardOptions } from "../../options/values.ts";
import type { Word } from "../../tables/words.ts";
import type { AnyExperiment } from "./experiment.ts";

/** What an experiment says of itself, always or depending on its options. */
export type ByOptions<Specs extends OptionSpecs, Value> =
  | Value
  | ((options: OptionsOf<Specs>) => Value);

/** Which tower an experiment runs. */
export type RunsTower = "text" | "image" | "none";

/** What an experiment reads. */
export type ReadFiles = "text and images" | "text, images if given";

export function readsOf(
  { reads, options: specs }: Pick<AnyExperiment, "reads" | "options">,
  options: Readonly<Record<string, unknown>>,
): ReadFiles {
  return typeof reads === "function" ? reads({ ...standardOptions(specs), ...options }) : reads;
}

export function towerOf(
  { runs, options: specs }: Pick<AnyExperiment, "runs" | "options">,
  options: Readonly<Record<string, unknown>>,
): RunsTower {
  return typeof runs === "function" ? runs({ ...standardOptions(specs), ...options }) : runs;
}

export function needsAlignment(
  { aligns = true }: Pick<AnyExperiment, "aligns">,
  options: Readonly<Record<string, unknown>>,
): boolean {
  return typeof aligns === "function" ? aligns(options) : aligns;
}

export function wordsOf(
  { words = [] }: Pick<AnyExperiment, "words">,
  options: Readonly<Record<string, unknown>>,
): readonly Word[] {
  return typeof words === "function" ? words(options) : words;
}

/** The code of an experiment's own functions, without those that they call. */
export function codeTextOf(experiment: AnyExperiment): string {
  return Object.values(experiment).filter((part) => typeof part === "function").join("\n");
}
