/** The identity of a run, and the description of the model and the rows in its manifest. */

import type { ModelSizes } from "../files/manifest.ts";
import { rowCounts } from "../data/read.ts";
import { negationWarnings } from "../data/bad_rows.ts";
import type { ClipModel } from "../model/clip_model.ts";
import type { StudyInputs } from "../study/choice/inputs.ts";
import type { TowerShape } from "../engine/graph/hook_points.ts";
import { sha256Text } from "../reading/sha256.ts";
import { RUNTIME_VERSION } from "../runtime/node.ts";
import { codeVersion, VERSION } from "../version/code.ts";
import type { RunOutput } from "./write_results.ts";
import type { Study } from "../study/study.ts";
import { printChoice } from "../study/choice/study_options.ts";
import type { Sources } from "../reading/path.ts";
import type { RunSource } from "./run_experiment.ts";
import type { AnyExperiment, ChosenExperiment } from "../study/experiment/experiment.ts";
import { ALL_EXPERIMENTS } from "../experiments/all.ts";
import type { RunIdentity } from "./identity.ts";

/** The identity of a run: two runs with the same identity write the same files. */
export function identityOf(
  { experiment, texts }: ChosenExperiment,
  { inputs, sources, seed }: Pick<RunSource, "inputs"> & {
    readonly sources: Sources;
    readonly seed: number;
  },
): RunIdentity {
  return {
    command: experiment.name,
    options: {
      ...printChoice(inputs.choice),
      seed: `${seed}`,
      ...texts,
    },
    versions: versionsNow(),
    sources,
    ...codeOf(experiment),
  };
}

/** The code of an experiment of a user: its own functions, but not those that they call. */
export function codeOf(experiment: AnyExperiment): { readonly code?: string } {
  if (ALL_EXPERIMENTS.includes(experiment)) return {};
  const own = Object.values(experiment).filter((part) => typeof part === "function");
  return { code: sha256Text(own.join("\n")) };
}

export function describeStudy(
  { config, inputs, readImage, taken, text: { family } }: Study,
): Pick<RunOutput, "model" | "rows" | "warnings" | "readImage"> {
  return {
    model: describeModel({ config, family, taken }, inputs),
    rows: rowCounts(inputs),
    warnings: negationWarnings(inputs.pairs),
    readImage,
  };
}

export function describeModel(
  { config, family, taken }: Pick<ClipModel, "config" | "family"> & Pick<Study, "taken">,
  inputs: Pick<StudyInputs, "modelName" | "embeddings" | "choice">,
): RunOutput["model"] {
  return {
    name: inputs.modelName,
    text: sizesOf(config.text),
    ...(config.vision && inputs.embeddings === undefined &&
      { image: sizesOf(config.vision) }),
    taken,
    ...family.scaled === undefined ? {} : { score: family.similarity.formula },
    causal: family.causal,
    threads: inputs.choice.threads ?? navigator.hardwareConcurrency, // as towers are loaded
  };
}

/** Options as text; those that are undefined are left out. */
export function optionTexts(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, `${value}`]));
}

export function versionsNow(): RunIdentity["versions"] {
  return {
    kit: VERSION,
    code: codeVersion("runs"),
    deno: Deno.version.deno,
    onnxruntime: RUNTIME_VERSION,
  };
}

function sizesOf({ layers, heads, width, projection }: TowerShape): ModelSizes {
  return { layers, heads, width, projection };
}
