/**
 * Shards of one run into the whole run.
 *
 *     deno task trace --shard 1/2 --out results/one
 *     deno task trace --shard 2/2 --out results/two
 *     deno task merge results/one results/two --out results/trace
 */

import { resolve } from "node:path";
import { flagValueWrong, shardNotOne } from "../lib/errors.ts";
import { RUNTIME_VERSION } from "../lib/onnx/runtime/session.ts";
import type { Manifest } from "../lib/runs/manifest.ts";
import { RunFolder } from "../lib/runs/run_folder.ts";
import {
  interleave,
  readShardRows,
  readShards,
  type Shard,
  wholeIdentity,
} from "../lib/runs/shards.ts";
import { Stopwatch } from "../lib/runs/stopwatch.ts";
import { VERSION } from "../lib/version.ts";
import { picturesFlags, textFlag } from "./flag_values.ts";
import { imagesOf } from "./inputs.ts";
import {
  ABLATE_FILES,
  ATTEND_FILES,
  CORRELATE_FILES,
  KNOCKOUT_FILES,
  SCORE_FILES,
  TRACE_FILES,
  writeAblate,
  writeAttend,
  writeCorrelate,
  writeKnockout,
  writeScores,
  writeTrace,
} from "./outputs.ts";
import {
  CLOSING_FILES,
  finishedAlready,
  finishRun,
  manifestOf,
  type MeasuredRow,
  NOT_USED,
  type RunOutput,
  SHARD_ROWS,
  writtenFiles,
} from "./run_output.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "merge",
  operands: "SHARD…",
  needsOperands: true,
  does:
    "makes one run of its shards: the files that the task writes without --shard, the same bytes. SHARD is the --out of a run with --shard K/N.",
  example: "deno task merge results/one results/two --out results/trace",
};

/** What is made of the rows of a task's shards. */
const MERGED: Readonly<Record<string, Merged>> = {
  evaluate: mergedBy([], () => Promise.resolve([])),
  trace: mergedBy(TRACE_FILES, writeTrace),
  attend: mergedBy(ATTEND_FILES, writeAttend),
  knockout: mergedBy(KNOCKOUT_FILES, writeKnockout),
  ablate: mergedBy(ABLATE_FILES, writeAblate),
  correlate: mergedBy(CORRELATE_FILES, writeCorrelate),
};

await runTask(HELP, ["out", "overwrite", "format", "venue", "quiet"], async (values) => {
  const stopwatch = new Stopwatch();
  const folders = values.operands ?? [];
  const path = textFlag(values, "out") ?? `results/${HELP.name}`;
  if (folders.some((folder) => resolve(folder) === resolve(path))) {
    throw flagValueWrong("--out", path, "another folder than that of a shard");
  }
  const [pictures, quiet, overwrite] = [
    picturesFlags(values),
    values.quiet === true,
    values.overwrite === true,
  ];
  const versions = { kit: VERSION, deno: Deno.version.deno, onnxruntime: RUNTIME_VERSION };
  const shards = await readShards(folders, versions);
  const { manifest, folder: first } = shards[0]!;
  const identity = wholeIdentity(shards[0]!);
  const merged = MERGED[identity.command];
  if (merged === undefined || manifest.model === undefined) throw shardNotOne(first);
  const scored = shards.some((shard) => shard.manifest.files.includes(SCORE_FILES[0]!));
  const writes = [...(scored ? SCORE_FILES : []), ...merged.files, ...CLOSING_FILES];
  const files = writtenFiles({ writes }, pictures);
  using folder = await RunFolder.open(path, identity, { files, overwrite });
  if (folder === undefined) {
    const said = await finishedAlready(path, pictures);
    if (!quiet) console.log(said);
    return;
  }
  const run: RunOutput = {
    ...{ folder, identity, pictures, quiet, stopwatch },
    seed: manifest.seed,
    model: manifest.model,
    rows: countsOf(shards),
    shards: shards.map(({ k, n, manifest: { start, seconds } }) => (
      { shard: `${k}/${n}`, start, seconds }
    )),
    readImage: scored ? imagesOf(identity.options) : undefined,
  };
  await merged.write(run, shards, () => folder.begin(manifestOf(run, files, false), { overwrite }));
  if (!quiet) console.log(`Files in ${path}: ${files.join(", ")}`);
});

/** How the shards of a task become its files. */
interface Merged {
  /** Those beside the scores. */
  readonly files: readonly string[];
  /** Writes all of them; `begin` once the shards are read. */
  readonly write: (
    run: RunOutput,
    shards: readonly Shard[],
    begin: () => Promise<void>,
  ) => Promise<void>;
}

function mergedBy<Row extends MeasuredRow>(
  files: readonly string[],
  write: (run: RunOutput, rows: readonly Row[]) => Promise<string[]>,
): Merged {
  return {
    files,
    write: async (run, shards, begin) => {
      const parts: Row[][] = [];
      for (const shard of shards) parts.push(await readShardRows<Row>(shard, SHARD_ROWS));
      const rows = interleave(parts);
      await begin();
      const scored = rows.flatMap(({ pair, scores }) =>
        scores === undefined ? [] : { pair, scores }
      );
      const findings = scored.length === 0 ? [] : await writeScores(run, scored);
      await finishRun(run, [...findings, ...await write(run, rows)], rows);
    },
  };
}

/** The rows of the whole run: a row that another shard has is not left out. */
function countsOf(shards: readonly Shard[]): Manifest["rows"] {
  const { read, kept, dropped } = shards[0]!.manifest.rows;
  const whole = shards.reduce((sum, { manifest: { rows } }) => sum + rows.kept, 0);
  const counts = dropped.map(({ reason, n }) => (
    { reason, n: reason === NOT_USED ? n + kept - whole : n }
  ));
  return { read, kept: whole, dropped: counts.filter(({ n }) => n > 0) };
}
