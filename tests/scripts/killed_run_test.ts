/** Runs that are interrupted, or started again. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { rewriteManifest } from "../runs/run_folders.ts";
import { sha256File } from "../../lib/files/read_file.ts";
import { brokenModel, tinyBut } from "./failures.ts";
import { untilKept } from "./killed_run.ts";
import { done, runHere } from "./task_here.ts";
import { endOf, fixture, inFolder, namesIn, startTask, TINY } from "./task_process.ts";

/** Enough embedded rows that a kill interrupts work. */
const SOME = ["--limit", "32", "--format", "none", "--threads", "1", "--cache", "none"];

Deno.test("trace ends at SIGINT with 130, and the same command resumes it", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const process = startTask("trace", [...SOME, "--out", out]);
    await untilKept(out, process);
    process.kill("SIGINT");
    const { code, stdout, stderr } = await endOf(process);
    assertEquals([code, stdout, stderr], [130, "", ""]);
    const left = namesIn(out);
    assert(left.includes("finished.jsonl") && left.includes("manifest.json"));
    const other = await runHere("trace", [...SOME, "--out", out, "--seed", "1"]);
    assertStringIncludes(other.stderr, `its --seed is "0", this run's is "1"`);
    const again = await done("trace", [...SOME, "--out", out]);
    assertStringIncludes(again, "images: goes on after ");
  }));

Deno.test("a finished run says so without loading the model", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const flags = [...TINY, "--format", "none", "--quiet"];
    await done("evaluate", [...flags, "--out", out]);
    const file = "onnx/text_model.onnx";
    const content = await Deno.readFile(fixture("clip-tiny/onnx/vision_model.onnx")); // no text tower
    const broken = await brokenModel(folder, { file, content });
    const sums = [fixture("clip-tiny"), broken].map((model) => sha256File(`${model}/${file}`));
    const [whole, other] = await Promise.all(sums);
    const [tiny, none] = [fixture("clip-tiny"), ["--format", "none", "--out", out]];
    await rewriteManifest(out, (text) => text.replace(whole!, other!).replace(tiny, broken));
    const again = await done("evaluate", [...tinyBut("--model", broken), ...none]);
    assert(again.startsWith(`This run is finished already: ${out} (--overwrite repeats it)\n\n`));
  }));
