/** Runs with random weights among those that are compared: what a model that has learnt nothing agrees with the published figures. */

import { NegscopeError } from "../errors.ts";
import type { RunRecord } from "../files/run_record.ts";
import { differingSource } from "./published_model.ts";
import type { RunTables } from "./run_tables.ts";

/** The compared runs, and those that serve as their baselines. */
export interface RunsAndBaselines {
  /** The runs to compare. */
  readonly own: readonly RunTables[];
  /** Runs of the same model and data with random weights. */
  readonly baselines: readonly RunTables[];
}

/**
 * Divides runs into those to compare and their baselines. If all have random weights, they are what is compared.
 *
 * @param runs The runs.
 * @throws {NegscopeError} If a baseline is of another model or other data than a run.
 */
export function withBaselines(runs: readonly RunTables[]): RunsAndBaselines {
  const isRandom = ({ record: { randomWeights } }: RunTables) => randomWeights !== undefined;
  const own = runs.filter((run) => !isRandom(run));
  if (own.length === 0) return { own: runs, baselines: [] };
  const baselines = runs.filter(isRandom);
  for (const baseline of baselines) {
    const other = own.find((run) => differingSource([run, baseline]) !== undefined);
    if (other === undefined) continue;
    const file = differingSource([other, baseline])!;
    throw new NegscopeError("run-baseline-differs", {
      problem: `Cannot use run "${baseline.record.folder}" as a baseline`,
      subject: baseline.record.folder,
      reason: `its "${file}" is another than that of run "${other.record.folder}"`,
      expected: "the same model and data with random weights",
      fix: `make one with ${baselineCommand(other.record) ?? "the same options"}`,
    });
  }
  return { own, baselines };
}

/** The options of a run that its baseline shares. */
const SHARED = [
  ...["model", "onnx", "onnx-text", "onnx-vision", "data", "images", "protocol"],
  ...["limit", "skip-bad", "seed"],
];

/** Defaults, which need not be written. */
const STANDARD: Readonly<Record<string, string>> = {
  ...{ model: "shapes", protocol: "rephrased", seed: "0", "skip-bad": "false" },
};

/**
 * The command that makes a baseline of a run.
 *
 * @param record The run's record.
 * @returns Undefined if it was no task.
 */
export function baselineCommand({ folder, task, options }: RunRecord): string | undefined {
  if (task === undefined || options === undefined) return undefined;
  const flags = SHARED.flatMap((name) => {
    const value = options[name];
    if (value === undefined || String(value) === STANDARD[name]) return [];
    return value === true || value === "true"
      ? [`--${name}`]
      : [`--${name}`, quoted(String(value))];
  });
  const out = quoted(`${folder.replace(/[/\\]+$/, "")}-random-1`);
  return ["deno task", task, ...flags, "--random-weights 1 --out", out].join(" ");
}

/** A word for a shell. */
function quoted(word: string): string {
  return /^[\w./:@=,+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
