/** Runs with random weights among those that are compared: what a model that has learnt nothing agrees with the published figures. */

import { NegscopeError } from "../../errors.ts";
import { ALL_EXPERIMENTS } from "../../experiments/all.ts";
import type { RunRecord } from "../../files/manifest.ts";
import { printOptions, shellWord, standardOptions } from "../../options/values.ts";
import type { Option } from "../../options/option.ts";
import { flagName, SEED, STUDY_OPTIONS } from "../../study/choice/study_options.ts";
import type { RunTables } from "./run_tables.ts";
import { studyDifference } from "../study_difference.ts";

/** Divides runs into those to compare and their baselines, of the same model and data with random weights. If all have these, they are what is compared. */
export function withBaselines(
  runs: readonly RunTables[],
): Readonly<Record<"compared" | "baselines", readonly RunTables[]>> {
  const isRandom = ({ record: { randomWeights } }: RunTables) => randomWeights !== undefined;
  const compared = runs.filter((run) => !isRandom(run));
  if (compared.length === 0) return { compared: runs, baselines: [] };
  const baselines = runs.filter(isRandom);
  for (const baseline of baselines) {
    for (const { record } of compared) {
      const difference = studyDifference(baseline.record, record);
      if (difference === undefined) continue;
      throw new NegscopeError("not-comparable", {
        problem: `Cannot use run "${baseline.record.folder}" as a baseline`,
        reason: `it differs from run "${record.folder}" in ${difference}`,
        expected: "the same model and data with random weights",
        fix: `make one with ${baselineCommand(record) ?? "the same options"}`,
      });
    }
  }
  return { compared, baselines };
}

/** Defaults of all tasks, which need not be written. */
const STANDARD: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.entries<Option<unknown>>({ ...STUDY_OPTIONS, seed: SEED })
    .map(([name, { print, standard }]) => [flagName(name), print(standard)]),
);

/** The command that makes a baseline of a run. Undefined if it was no task. */
export function baselineCommand({ folder, task, options }: RunRecord): string | undefined {
  if (task === undefined || options === undefined) return undefined;
  const known = ALL_EXPERIMENTS.find(({ name }) => name === task); // else an experiment of one's own
  const standard: typeof STANDARD = {
    ...STANDARD,
    ...known && printOptions(known.options, standardOptions(known.options)),
  };
  const flags = Object.entries(options).flatMap(([name, value]) => {
    if (name === "random-weights" || String(value) === standard[name]) return [];
    return value === true || value === "true"
      ? [`--${name}`]
      : [`--${name}`, shellWord(String(value))];
  });
  const out = shellWord(`${folder.replace(/[/\\]+$/, "")}-random-1`);
  return ["deno task", task, ...flags, "--random-weights 1 --out", out].join(" ");
}
