/** Tries edits of a model; what is fitted on rows is tried on those of other nouns. */

import {
  choiceOf,
  flagOf,
  flagSet,
  type FlagValues,
  flagWrong,
  RUN_FLAGS,
  settingsOf,
  textFlag,
} from "../lib/cli/flags.ts";
import { NegscopeError, wrongValue } from "../lib/errors/errors.ts";
import { circuitIn } from "../lib/experiments/circuit/options.ts";
import { DISK } from "../lib/files/read_file.ts";
import { openEdit } from "../lib/opening/find_model.ts";
import { TRIAL_OPTIONS, trialOnFiles } from "../lib/runs/trial/trial_on_files.ts";
import { readOptions } from "../lib/options/values.ts";
import { FIT_NAMES } from "../lib/trials/fit.ts";
import { runTask } from "../lib/cli/task.ts";

export const help = {
  name: "edit",
  does:
    "tries edits at several strengths: what each gains and harms, beside the same edit with a random direction, random nodes or shuffled labels. What is fitted on rows is tried on those of other nouns. Each edit is written as a file that --edit of the other tasks lays over the model.",
  example:
    "--model openai/clip-vit-base-patch32 --data existence.json --images images --circuit results/circuit",
};

export const flags = {
  ...flagSet(...RUN_FLAGS.filter((name) => !["edit", "data"].includes(name))),
  data: {
    value: "FILE",
    help:
      "pairs; given several times, edits are fitted on the first (default: the drawings and the controlled pairs)",
    many: true,
  },
  benchmark: {
    value: "FILE",
    help: "the file of a benchmark, or several",
    many: true,
  },
  edits: {
    value: "LIST",
    help: `the edits that are fitted, of ${FIT_NAMES.join(", ")} (default: all)`,
  },
  edit: {
    value: "FILE",
    help: "an edit that is tried besides, or several",
    many: true,
  },
  strengths: flagOf(TRIAL_OPTIONS.strengths),
  circuit: {
    value: "FOLDER",
    help: "a run of circuit, whose nodes are scaled",
  },
  prompt: flagOf(TRIAL_OPTIONS.prompt),
  block: flagOf(TRIAL_OPTIONS.block),
  draws: flagOf(TRIAL_OPTIONS.draws),
};

export async function work(values: FlagValues): Promise<void> {
  const { data, benchmark, edit, edits: _, ...rest } = values;
  const listed = (value: typeof data) => Array.isArray(value) ? value as readonly string[] : [];
  const { edit: __, data: ___, shard: ____, ...choice } = choiceOf(rest);
  const options = readOptions(TRIAL_OPTIONS, values, { wrong: flagWrong });
  const task = {
    ...options,
    choice,
    data: listed(data),
    benchmarks: listed(benchmark),
    given: await Promise.all(listed(edit).map(async (path) => (await openEdit({ edit: path }))!)),
    circuit: circuitFlag(values, options.edits),
  };
  await trialOnFiles(task, settingsOf(values, help));
}

function circuitFlag(
  values: FlagValues,
  fits: readonly string[],
): readonly string[] | undefined {
  const folder = textFlag(values, "circuit");
  if (folder === undefined) {
    if (!fits.includes("scale") || fits.length === TRIAL_OPTIONS.edits.standard.length) return; // all that can be tried
    throw new NegscopeError("usage-input-missing", {
      problem: "Cannot try scale without a circuit",
      expected: "--circuit FOLDER, a run of circuit, whose nodes are scaled",
    });
  }
  const { nodes } = circuitIn(folder, DISK) ?? {};
  if (nodes !== undefined) return nodes;
  throw wrongValue(
    "use --circuit",
    folder,
    "a folder in which circuit has run, or its circuit.json",
  );
}

if (import.meta.main) await runTask(help, flags, work);
