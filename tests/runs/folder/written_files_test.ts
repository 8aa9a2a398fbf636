import { SEGMENTS } from "../../../lib/study/rows/score.ts";
import { assertEquals } from "@std/assert";
import { ALL_EXPERIMENTS } from "../../../lib/experiments/all.ts";
import { PAPER_PARTS } from "../../../lib/paper/parts.ts";
import { COMPARISON_FILES } from "../../../lib/compare/published/compare_folders.ts";
import { GENERALISE_FILES } from "../../../lib/compare/generalise/generalise.ts";
import { MODELS_FILES } from "../../../lib/contrast/models/contrast_models.ts";
import { CONTRAST_FILES } from "../../../lib/contrast/runs/contrast_runs.ts";
import { kitFiles } from "../../../lib/runs/folder/kit_files.ts";
import { isOfRun } from "../../../lib/runs/folder/written_files.ts";
import { outcomeFiles } from "../../../lib/study/experiment/outcome.ts";
import { fileNames, SHARD_ROWS } from "../../../lib/runs/run_files.ts";
import { ATLAS_PARTS } from "../../../lib/atlas/parts.ts";
import { VENUES } from "../../../lib/charts/venues.ts";
import { PICTURE_ENDINGS, PICTURE_FORMATS } from "../../../lib/draw/pictures.ts";
import { filesOf } from "../../../lib/parts/part.ts";
import { FILES } from "../../../lib/runs/benchmark/run_benchmark.ts";
import { PAIR_FILES } from "../../../lib/runs/pairs_on_files.ts";
import { GROUPS } from "../../../lib/study/evaluate/groups.ts";
import { EFFECT_GROUPS } from "../../../lib/study/groups/group_estimates.ts";
import { trialFiles } from "../../../lib/runs/trial/trial_on_files.ts";
import { SEGMENT_FILES } from "../../../lib/segment/segment_files.ts";

/** Options with which an experiment gives files that it does not give with the defaults. */
const OTHERWISE: ReadonlyMap<string, Readonly<Record<string, unknown>>> = new Map([
  ["ablate", { tower: "text" }],
  ["trace", { segments: SEGMENTS }],
]);

Deno.test("kitFiles() has the names that each command of the kit gives to its files, and no other", () => {
  const given = new Map<string, readonly string[]>([
    ["compare", fileNames(COMPARISON_FILES, PICTURE_ENDINGS)],
    [
      "contrast",
      [CONTRAST_FILES, MODELS_FILES].flatMap((own) => fileNames(own, PICTURE_ENDINGS)),
    ],
    ["edit", trialFiles([], PICTURE_ENDINGS)],
    ["generalise", fileNames(GENERALISE_FILES, PICTURE_ENDINGS)],
    ...[["paper", PAPER_PARTS.files], ["segment", SEGMENT_FILES], ["pairs", [
      ...PAIR_FILES,
      "report.html",
    ]]] as const,
    ["benchmark", Object.values(FILES).flatMap((files) => fileNames(files, PICTURE_ENDINGS))],
    ["atlas", filesOf(ATLAS_PARTS, { formats: PICTURE_FORMATS, preset: VENUES.get("icml")! })],
  ]);
  const groups = { tables: [GROUPS.name, EFFECT_GROUPS.name], charts: [EFFECT_GROUPS.name] };
  const ofGroups = fileNames(groups, PICTURE_ENDINGS);
  for (const experiment of ALL_EXPERIMENTS) {
    const controls = "control" in experiment.options ? [{ control: ["random"] }] : [];
    const own = [{}, OTHERWISE.get(experiment.name) ?? {}, ...controls].flatMap((options) =>
      fileNames(outcomeFiles(experiment, { scored: true, options }), PICTURE_ENDINGS)
    );
    given.set(experiment.name, [...own, ...ofGroups, SHARD_ROWS]);
  }
  for (const [command, names] of given) {
    assertEquals([...kitFiles(command)].sort(), [...new Set(names)].sort(), command);
  }
});

/** Names of files of other people. */
const MINE = [
  ...["thesis-data.csv", "thesis.vl.json", "photo.png", "package.json", "notes.md", "data.json"],
  ...["Package.json", "tsconfig.json", "tsconfig-base.json", "jsr.json", "package-lock.json"],
  ...["deno.json", "manifest.json", "../trace.csv", "a/b.csv", "a b.csv", ".env", "masks.npy"],
];

Deno.test("isOfRun() takes no name that a command of the kit does not give, though its manifest lists it", () => {
  const own = ["trace.csv", "trace_map.vl.json", "trace_map.svg", "trace_map.tex"];
  const all = [...own, "attention.csv", "circuit.json", "parts.json", ...MINE];
  const names = (command: string) => all.filter((name) => isOfRun(name, { command, files: all }));
  assertEquals(names("trace"), own);
  assertEquals(names("circuit"), ["circuit.json"]);
  assertEquals(names("paper"), ["parts.json"]);
  assertEquals(names("constructor"), []);
});

Deno.test("isOfRun() takes tables, charts and listed JSON of somebody's own experiment, but no settings of a project", () => {
  const files = ["trace.csv", "map.vl.json", "nodes.json", "summary.txt", ...MINE];
  const run = { command: "mine", code: "1f", files: files.filter((name) => name !== "data.json") };
  const names = [...files, "map.png", "other.png"].filter((name) => isOfRun(name, run));
  assertEquals(names, [
    ...["trace.csv", "map.vl.json", "nodes.json", "summary.txt"],
    ...["thesis-data.csv", "thesis.vl.json", "map.png"], // which such an experiment may give
  ]);
});
