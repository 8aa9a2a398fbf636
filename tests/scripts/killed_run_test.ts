/** Runs that are killed, interrupted, in conflict with another run, or started again. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { rewriteManifest } from "../runs/run_folders.ts";
import { RunFolder } from "../../lib/runs/folder/run_folder.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { sha256File } from "../../lib/files/sha256.ts";
import { brokenModel, tinyBut } from "./failures.ts";
import { differingFiles, finishTask, keptRows, killTask, untilKept } from "./killed_run.ts";
import { runHere } from "./task_here.ts";
import { endOf, fixture, inFolder, namesIn, runTask, startTask, TINY } from "./task_process.ts";

/** Enough embedded rows that a kill interrupts work. */
const SOME = ["--limit", "32", "--format", "none", "--threads", "1", "--cache", "none"];

Deno.test("trace resumes after kills at random moments and writes the bytes of an uninterrupted run", () =>
  inFolder(async (folder) => {
    const [whole, out] = [`${folder}/whole`, `${folder}/killed`];
    const start = performance.now();
    assertEquals((await finishTask("trace", SOME, whole)).code, 0);
    const length = Math.round(performance.now() - start);
    const random = seededRandom(7);
    let before = 0;
    for (let kill = 0; kill < 2; kill++) { // tests/scripts/kill_bench.ts kills as often as it is told to
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

Deno.test("trace ends at SIGINT with 130 and one line, and the same command resumes it", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const process = startTask("trace", [...SOME, "--out", out]);
    await untilKept(out, process);
    process.kill("SIGINT");
    const { code, stdout, stderr } = await endOf(process);
    assertEquals([code, stdout], [130, ""]);
    assertEquals(stderr, "Interrupted: finished rows are kept; give the same command to go on\n");
    const left = namesIn(out);
    assert(left.includes("finished.jsonl") && left.includes("manifest.json"));
    assertEquals(left.filter((name) => name === ".lock" || name.endsWith(".partial")), []);
    const other = await runHere("trace", [...SOME, "--out", out, "--seed", "1"]);
    assertStringIncludes(other.stderr, `its --seed is "0", this run's is "1"`);
    const again = await runHere("trace", [...SOME, "--out", out]);
    assertEquals([again.code, again.stderr], [0, ""]);
    assertStringIncludes(again.stdout, "images: goes on after ");
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

Deno.test("a finished run says so without loading the model", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const flags = [...TINY, "--format", "none", "--quiet"];
    assertEquals((await runHere("evaluate", [...flags, "--out", out])).code, 0);
    const file = "onnx/text_model.onnx";
    const content = await Deno.readFile(fixture("clip-tiny/onnx/vision_model.onnx")); // no text tower
    const broken = await brokenModel(folder, { file, content });
    const sums = [fixture("clip-tiny"), broken].map((model) => sha256File(`${model}/${file}`));
    const [whole, other] = await Promise.all(sums);
    await rewriteManifest(
      out,
      (manifest) => manifest.replace(whole!, other!).replace(fixture("clip-tiny"), broken),
    );
    const again = await runHere("evaluate", [
      ...tinyBut("--model", broken),
      ...["--format", "none", "--out", out],
    ]);
    assertEquals([again.code, again.stderr], [0, ""]);
    assertEquals(
      again.stdout.split("\n\nnegscope", 1),
      [`This run is finished already: ${out} (--overwrite repeats it)`],
    );
  }));

Deno.test("trace refuses a folder that another process is writing to", () =>
  inFolder(async (folder) => {
    using held = await RunFolder.create(`${folder}/run`);
    const run = await runTask("trace", [...TINY, "--out", held.path]);
    assertEquals([run.code, run.stdout], [1, ""]);
    assertEquals(
      run.stderr,
      `Cannot write into "${held.path}": another process is writing into it; wait until it is done, or choose another folder (--out)\n`,
    );
    assertEquals(namesIn(held.path), [".lock"]);
  }));

Deno.test("--overwrite leaves no file of the earlier run", () =>
  inFolder(async (folder) => {
    const [out, alone] = [`${folder}/run`, `${folder}/alone`];
    const flags = [...TINY, "--format", "none", "--quiet", "--out"];
    assertEquals((await runHere("correlate", [...flags, out])).code, 0);
    await Deno.writeTextFile(`${out}/notes.txt`, "mine");
    const refused = await runHere("evaluate", [...flags, out]);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, 'its command is "correlate", this run\'s is "evaluate"');
    const runs = await Promise.all([
      runHere("evaluate", [...flags, out, "--overwrite"]),
      runHere("evaluate", [...flags, alone]),
    ]);
    assertEquals(runs.map(({ code }) => code), [0, 0]);
    assertEquals(namesIn(out), [...namesIn(alone), "notes.txt"].sort());
    assertEquals(differingFiles(out, alone), ["notes.txt"]);
  }));
