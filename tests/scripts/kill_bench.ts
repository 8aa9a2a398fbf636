/**
 * Kills a task, with its flags, on the embedded default at seeded moments, each time in a new folder, runs the same command again and compares
 * every file with that of an uninterrupted run. Fails if one differs.
 *
 *     deno run --frozen -A tests/scripts/kill_bench.ts trace 20
 *     deno run --frozen -A tests/scripts/kill_bench.ts "trace --site z --threads 1" 20
 *     deno run --frozen -A tests/scripts/kill_bench.ts "compare results/trace" 20
 */

import { seededRandom } from "../../lib/stats/random.ts";
import { differingFiles, finishTask, killTask } from "./killed_run.ts";
import { inFolder } from "./task_process.ts";

const [command = "trace", count = "20", seed = "0"] = Deno.args;
const [task, ...FLAGS] = command.split(" ") as [string, ...string[]];

await inFolder(async (folder) => {
  const start = performance.now();
  await finishTask(task, FLAGS, `${folder}/whole`);
  const length = performance.now() - start;
  console.log(`${task}: uninterrupted in ${(length / 1000).toFixed(1)} s`);
  const random = seededRandom(Number(seed));
  let failures = 0;
  let kills = 0;
  for (let trial = 1; kills < Number(count); trial++) {
    const out = `${folder}/${trial}`;
    const moment = random.below(Math.round(length));
    const { killed, kept, names } = await killTask(task, FLAGS, { out, moment });
    const half = names.filter((name) => name.endsWith(".partial"));
    const { code, stdout, stderr } = await finishTask(task, FLAGS, out);
    const differing = differingFiles(out, `${folder}/whole`);
    if (killed) kills++;
    if (code !== 0 || differing.length > 0) failures++;
    console.log([
      `${trial}`.padStart(2),
      `${moment} ms`.padStart(8),
      killed ? "killed" : "done before",
      `kept ${JSON.stringify(kept)}, files ${names.length}${half.length > 0 ? ` (${half})` : ""}`,
      `then: ${stdout.split("\n").filter((line) => /goes on|already/.test(line)).join("; ")}`,
      code !== 0
        ? `FAILED ${stderr}`
        : differing.length === 0
        ? "identical"
        : `DIFFER ${differing}`,
    ].join(" | "));
  }
  if (failures > 0) Deno.exit(1);
});
