import { assertEquals } from "@std/assert";
import { PICTURE_ENDINGS } from "../../../lib/draw/pictures.ts";
import { ALL_EXPERIMENTS } from "../../../lib/experiments/all.ts";
import { PAPER_FILES } from "../../../lib/paper/paper_folder.ts";
import { COMPARISON_FILES } from "../../../lib/published/compare_folders.ts";
import { GENERALISE_FILES } from "../../../lib/published/elsewhere/generalise.ts";
import { isOfRun } from "../../../lib/runs/folder/written_files.ts";
import { fileNames, outcomeFiles, SHARD_ROWS } from "../../../lib/runs/outcome.ts";
import { SEGMENT_FILES } from "../../../lib/segment/segment_files.ts";

Deno.test("isOfRun() takes every name that a command of the kit gives to a file", () => {
  const files = new Map<string, readonly string[]>([
    ["compare", fileNames(COMPARISON_FILES, PICTURE_ENDINGS)],
    ["generalise", fileNames(GENERALISE_FILES, PICTURE_ENDINGS)],
    ...[["paper", PAPER_FILES], ["segment", SEGMENT_FILES]] as const,
  ]);
  for (const experiment of ALL_EXPERIMENTS) {
    const own = outcomeFiles(experiment, { scored: true });
    files.set(experiment.name, [...fileNames(own, PICTURE_ENDINGS), SHARD_ROWS]);
  }
  for (const [command, own] of files) {
    assertEquals(own.filter((name) => !isOfRun(name, { command, files: own })), [], command);
  }
});

Deno.test("isOfRun() takes no name that only somebody else can have given", () => {
  const run = { command: "trace", files: ["trace_map.vl.json", "photo.png", "package.json"] };
  const names = [
    "trace_map.svg",
    "trace.json",
    "photo.png",
    "package.json",
    "manifest.json",
    "../trace.csv",
    "a/b.csv",
    ".env",
    "parts.json",
  ];
  assertEquals(names.filter((name) => isOfRun(name, run)), ["trace_map.svg", "trace.json"]);
  assertEquals(isOfRun("package.json", { ...run, code: "1f" }), true); // an experiment of one's own may give it
});
