/** The identity of a run, and the description of the model and the rows in its manifest. */

import { negationWarnings } from "../data/checks/suspect_negation.ts";
import type { TowerShape } from "../engine/tower_shape.ts";
import { sha256Text } from "../files/sha256.ts";
import type { Manifest, ModelSizes } from "../files/manifest.ts";
import { RUNTIME_VERSION } from "../runtime/node.ts";
import { VERSION } from "../version.ts";
import { codeVersion } from "../version/code.ts";
import { LEFT_OUT, type RunOutput } from "./write_run.ts";
import type { Subject } from "../study/subject.ts";
import { printOptions } from "../options/values.ts";
import type { StudyInputs } from "../study/choice/inputs.ts";
import { printChoice } from "../study/choice/study_options.ts";
import type { RunIdentity } from "./folder/identity_difference.ts";
import type { RunSource } from "./run_settings.ts";
import { ALL_EXPERIMENTS } from "../experiments/all.ts";
import type { AnyExperiment } from "../study/experiment/experiment.ts";

/**
 * The identity of a run: two runs with the same identity write the same files.
 *
 * @param experiment The experiment.
 * @param options The values of its options.
 * @param source The model and the data, and the seed.
 */
export function identityOf(
  experiment: AnyExperiment,
  options: Readonly<Record<string, unknown>>,
  { inputs, checksums: { sources }, seed }: Pick<RunSource, "inputs" | "checksums"> & {
    readonly seed: number;
  },
): RunIdentity {
  return {
    command: experiment.name,
    options: {
      ...printChoice(inputs.choice),
      seed: `${seed}`,
      ...printOptions(experiment.options, options),
    },
    versions: versionsNow(),
    sources,
    ...codeOf(experiment),
  };
}

/**
 * The code of an experiment that is not one of the kit's, whose own version says what it is. It covers the experiment's own functions, but
 * not those that they call.
 *
 * @param experiment The experiment.
 */
export function codeOf(experiment: AnyExperiment): { readonly code?: string } {
  if (ALL_EXPERIMENTS.includes(experiment)) return {};
  const functions = Object.values(experiment).filter((part) => typeof part === "function");
  return { code: sha256Text(functions.join("\n")) };
}

/** The description of a subject in a manifest. */
export function describeSubject(
  { config, inputs, readImage, taken, text: { family } }: Subject,
): Pick<RunOutput, "model" | "rows" | "warnings" | "readImage"> {
  return {
    model: {
      name: inputs.modelName,
      text: sizesOf(config.text),
      ...(config.vision && inputs.embeddings === undefined &&
        { image: sizesOf(config.vision) }),
      taken,
      ...family.scaled === undefined ? {} : { score: family.similarity.formula },
      ...{ causal: family.causal, threads: inputs.choice.threads ?? navigator.hardwareConcurrency }, // as towers are loaded
    },
    rows: rowCounts(inputs),
    warnings: negationWarnings(inputs.pairs),
    readImage,
  };
}

/** The versions of the kit, its code, Deno and ONNX Runtime. */
export function versionsNow(): RunIdentity["versions"] {
  return {
    ...{ kit: VERSION, code: codeVersion("runs") },
    ...{ deno: Deno.version.deno, onnxruntime: RUNTIME_VERSION },
  };
}

/**
 * How many rows were read and used, and why the others were not.
 *
 * @param inputs The rows of the data, those that are used, and those that all shards use together.
 */
export function rowCounts(
  { data, pairs, drawn }: Pick<StudyInputs, "data" | "pairs" | "drawn">,
): Manifest["rows"] {
  const reasons = Map.groupBy(
    data.dropped,
    ({ reason, skipped = false }) => JSON.stringify([reason, skipped]),
  );
  const dropped = [...reasons.values()].map((rows) => {
    const { reason, skipped } = rows[0]!;
    const counted = { reason, n: rows.length, ids: rows.map(({ id }) => id) };
    return skipped ? { ...counted, skipped } : counted;
  });
  const leftOut = [
    { reason: LEFT_OUT.limit, n: data.pairs.length - drawn.length },
    { reason: LEFT_OUT.shard, n: drawn.length - pairs.length },
  ];
  return {
    read: data.rows,
    kept: pairs.length,
    dropped: [...dropped, ...leftOut.filter(({ n }) => n > 0)],
    format: data.format,
  };
}

function sizesOf({ layers, heads, width, projection }: TowerShape): ModelSizes {
  return { layers, heads, width, projection };
}
