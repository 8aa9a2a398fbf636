/** Runs that are killed at random moments, told to end while they overwrite another, or in conflict with another run. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { seededRandom } from "../../lib/stats/random.ts";
import { differingFiles, finishTask, keptRows, killTask, untilKept } from "./killed_run.ts";
import { runHere } from "./task_here.ts";
import { endOf, inFolder, namesIn, startTask } from "./task_process.ts";

/** Enough embedded rows that a kill interrupts work. */
const SOME = ["--limit", "32", "--format", "none", "--threads", "1", "--cache", "none"];

Deno.test("trace resumes after kills at random moments and writes the bytes of an uninterrupted run", () =>
  inFolder(async (folder) => {
    const [whole, out] = [`${folder}/whole`, `${folder}/killed`];
    const start = performance.now();
    assertEquals((await finishTask("trace", SOME, whole)).code, 0);
    const length = Math.round(performance.now() - start); // within which moments are drawn
    const random = seededRandom(7);
    let before = 0;
    for (let kill = 0; kill < 2; kill++) {
      const { kept } = await killTask("trace", SOME, { out, moment: random.below(length) });
      const rows = Object.values(kept).reduce((sum, n) => sum + n, 0);
      assert(rows >= before || !namesIn(out).includes("finished.jsonl"), "no row is lost");
      before = rows;
    }
    const kept = keptRows(out);
    const { code, stdout, stderr } = await runHere("trace", [...SOME, "--out", out]);
    assertEquals([code, stderr], [0, ""]);
    if (kept["images"] !== undefined) {
      assertStringIncludes(stdout, `images: goes on after ${kept["images"]} finished images\n`);
    }
    if (kept["trace"] !== undefined) {
      assertStringIncludes(stdout, `trace: goes on after ${kept["trace"]} finished rows`);
    }
    assertEquals(differingFiles(out, whole), []);
  }));

Deno.test("trace --overwrite ends at SIGTERM with 143, says how to resume, and does not itself resume", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const flags = [...SOME, "--overwrite", "--out", out];
    const process = startTask("trace", flags);
    await untilKept(out, process);
    process.kill("SIGTERM");
    const { code, stderr } = await endOf(process);
    assertEquals(code, 143);
    assertEquals(
      stderr,
      "Interrupted: finished rows are kept; give the same command without --overwrite to go on\n",
    );
    const again = await runHere("trace", flags);
    assertEquals([again.code, again.stdout.includes("goes on")], [0, false]);
  }));
