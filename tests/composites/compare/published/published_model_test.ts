import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  matchPublished,
  withBaselines,
} from "../../../../lib/composites/compare/published/published_model.ts";
import { HEADS } from "../../../../lib/experiments/attend/tables.ts";
import { TRACE } from "../../../../lib/experiments/trace/tables.ts";
import { type RunRecord, UNKNOWN } from "../../../../lib/files/manifest.ts";
import type { MeasuredRun } from "../../../../lib/runs/open_run.ts";
import { SUMMARY, type SummaryRow } from "../../../../lib/study/evaluate/summary.ts";
import { assertThrowsCode } from "../../../error_codes.ts";
import { measuredRun, tableWith } from "../../../runs/measured_runs.ts";
import { MANIFEST } from "../../../runs/run_folders.ts";

/** What a trace on the published model and data has. */
const ROWS = [
  { negation: "foil", n: 240, correct: 81, ambiguous: 145, incorrect: 14 },
  { negation: "caption", n: 250, correct: 72, ambiguous: 150, incorrect: 28 },
  { negation: "all", n: 490, correct: 153, ambiguous: 295, incorrect: 42 },
] as const;

type Rows = readonly Partial<SummaryRow>[];

function traced(record: Partial<RunRecord> = {}, rows: Rows = ROWS): MeasuredRun {
  return measuredRun([tableWith(TRACE, []), tableWith(SUMMARY, rows)], record);
}

function differs(run: MeasuredRun, subject: string, found: string): void {
  const { verdict, checks } = matchPublished(run);
  assertEquals(verdict, "not published");
  const wrong = checks.filter(({ found, published }) => found !== published);
  assertEquals(wrong.map(({ subject, found }) => [subject, found]), [[subject, found]]);
}

Deno.test("matchPublished() recognises the published sizes, protocol and row counts", () => {
  const { folder, tables, verdict, checks } = matchPublished(traced());
  assertEquals([folder, tables, verdict], ["run", ["causal_trace"], "as published"]);
  for (const { found, published } of checks) assertEquals(found, published);
  assertEquals(checks.map(({ subject, found }) => `${subject}: ${found}`), [
    "text tower: 12 blocks x 8 heads, width 512, projection 512",
    "image tower: 12 blocks x 12 heads, width 768, projection 512",
    "protocol: rephrased",
    "rows: 490",
    "rows by side: 240 foil-negated, 250 caption-negated",
    "segments: 153 correct, 295 ambiguous, 42 incorrect",
  ]);
});

Deno.test("matchPublished() recognises another model, protocol or number of rows by each size", () => {
  for (const size of ["layers", "heads", "width", "projection"] as const) {
    const text = { ...MANIFEST.model.text, [size]: 16 };
    const { layers, heads, width, projection } = text;
    const sizes = `${layers} blocks x ${heads} heads, width ${width}, projection ${projection}`;
    differs(traced({ text }), "text tower", sizes);
  }
  const image = { ...MANIFEST.model.image, layers: 24 };
  differs(traced({ image }), "image tower", "24 blocks x 12 heads, width 768, projection 512");
  differs(traced({ protocol: "standard" }), "protocol", "standard");
  differs(traced({ kept: 100 }), "rows", "100");
});

Deno.test("matchPublished() recognises other weights by the segments, and other data by the rows by side", () => {
  const [foil, caption, all] = ROWS;
  const weights = [{ ...foil, correct: 82, ambiguous: 144 }, caption, all];
  differs(traced({}, weights), "segments", "154 correct, 294 ambiguous, 42 incorrect");
  const data = [{ ...foil, n: 250 }, { ...caption, n: 240 }, all];
  differs(traced({}, data), "rows by side", "250 foil-negated, 240 caption-negated");
});

Deno.test("matchPublished() claims nothing if nothing differs but something is unknown", () => {
  const sides = [{ negation: "foil", n: 240 }, { negation: "caption", n: 250 }] as const;
  const { verdict, checks } = matchPublished(measuredRun([tableWith(HEADS, sides)]));
  assertEquals(verdict, "unknown");
  const open = checks.filter(({ found }) => found === undefined);
  assertEquals(open.map(({ subject }) => subject), ["segments"]);
  const unknown = matchPublished(traced({ text: UNKNOWN, image: UNKNOWN }));
  assertEquals([unknown.verdict, unknown.checks[0]!.found], ["unknown", undefined]);
  const other = traced({ text: UNKNOWN, image: UNKNOWN, kept: 491 });
  assertEquals(matchPublished(other).verdict, "not published"); // a difference is above an unknown
});

const SIZES = { layers: 2, heads: 2, width: 4, projection: 4 };

function run(folder: string, record: Partial<RunRecord> = {}, data = "b2"): MeasuredRun {
  const sources = {
    model: [{ file: "config.json", sha256: "a1" }],
    data: [{ file: "existence.json", sha256: data }],
  };
  const sizes = { text: SIZES, image: SIZES };
  return measuredRun([], { folder, ...sizes, kept: 9, sources, task: "trace", ...record });
}

Deno.test("withBaselines() takes runs with random weights as baselines of the others", () => {
  const [trace, attend] = [run("trace"), run("attend")];
  const [first, second] = [run("r1", { randomWeights: 1 }), run("r0", { randomWeights: 0 })];
  assertEquals(withBaselines([trace, first, attend, second]), {
    compared: [trace, attend],
    baselines: [first, second],
  });
  assertEquals(withBaselines([first]), { compared: [first], baselines: [] }); // nothing else to compare
});

Deno.test("withBaselines() refuses a baseline on other data", () => {
  const options = { model: "shapes", limit: "40" };
  const runs = [run("trace", { options }), run("r1", { randomWeights: 1 }, "c3")];
  const { message } = assertThrowsCode(() => withBaselines(runs), "not-comparable");
  const [problem, , fix] = message.split("; ");
  assertStringIncludes(problem!, 'it differs from run "trace" in the data ("existence.json")');
  assertStringIncludes(fix!, "run the same command with --random-weights N");
});
