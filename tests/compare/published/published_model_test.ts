import { assertEquals } from "@std/assert";
import { readRunTables, type RunTables } from "../../../lib/compare/published/figures.ts";
import {
  baselineCommand,
  matchPublished,
  withBaselines,
} from "../../../lib/compare/published/published_model.ts";
import type { Manifest, RunRecord } from "../../../lib/files/manifest.ts";
import { HEADS, MANIFEST, SUMMARY, TRACE, withRun } from "../../runs/run_folders.ts";
import { assertThrowsCode } from "../../error_codes.ts";

const FILES = { "manifest.json": MANIFEST, "trace.csv": TRACE, "summary.csv": SUMMARY };

const { model: _, ...WITHOUT_MODEL } = MANIFEST;
const OTHER_ROWS = { ...WITHOUT_MODEL, rows: { ...MANIFEST.rows, kept: 491 } };

async function withTables(
  files: Readonly<Record<string, string | Manifest>>,
  check: (run: RunTables) => void,
): Promise<void> {
  await withRun(files, async (folder) => check(await readRunTables(folder)));
}

async function differs(
  files: Readonly<Record<string, string | Manifest>>,
  subject: string,
  found: string,
) {
  await withTables({ ...FILES, ...files }, (run) => {
    const { verdict, checks } = matchPublished(run);
    assertEquals(verdict, "not published");
    const wrong = checks.filter(({ found, published }) => found !== published);
    assertEquals(wrong.map(({ subject, found }) => [subject, found]), [[subject, found]]);
  });
}

Deno.test("matchPublished() recognises the published sizes, protocol and row counts", () =>
  withTables(FILES, (run) => {
    const { folder, tables, verdict, checks } = matchPublished(run);
    assertEquals([folder, tables, verdict], [run.record.folder, ["causal_trace"], "as published"]);
    for (const { found, published } of checks) assertEquals(found, published);
    assertEquals(checks.map(({ subject, found }) => `${subject}: ${found}`), [
      "text tower: 12 blocks x 8 heads, width 512, projection 512",
      "image tower: 12 blocks x 12 heads, width 768, projection 512",
      "protocol: rephrased",
      "rows: 490",
      "rows by side: 240 foil-negated, 250 caption-negated",
      "segments: 153 correct, 295 ambiguous, 42 incorrect",
    ]);
  }));

Deno.test("matchPublished() recognises another text tower by each of its sizes", async () => {
  const { model } = MANIFEST;
  for (const size of ["layers", "heads", "width", "projection"] as const) {
    const text = { ...model.text, [size]: 16 };
    const manifest = { ...MANIFEST, model: { ...model, text } };
    const found =
      `${text.layers} blocks x ${text.heads} heads, width ${text.width}, projection ${text.projection}`;
    await differs({ "manifest.json": manifest }, "text tower", found);
  }
});

Deno.test("matchPublished() recognises another image tower, protocol and number of rows", async () => {
  const { model } = MANIFEST;
  const image = { ...model.image, layers: 24 };
  const found = "24 blocks x 12 heads, width 768, projection 512";
  await differs(
    { "manifest.json": { ...MANIFEST, model: { ...model, image } } },
    "image tower",
    found,
  );
  const options = { protocol: "standard" };
  await differs({ "manifest.json": { ...MANIFEST, options } }, "protocol", "standard");
  await differs(
    { "manifest.json": { ...MANIFEST, rows: { ...MANIFEST.rows, kept: 100 } } },
    "rows",
    "100",
  );
});

Deno.test("matchPublished() recognises other weights by the segments", async () => {
  const summary = SUMMARY.replace("240,0.704,81,145,14", "240,0.704,82,144,14");
  const found = "154 correct, 294 ambiguous, 42 incorrect";
  await differs({ "summary.csv": summary }, "segments", found);
});

Deno.test("matchPublished() recognises another data set by its rows by side", async () => {
  const summary = SUMMARY.replace("caption,250", "caption,240").replace("foil,240", "foil,250");
  await differs(
    { "summary.csv": summary },
    "rows by side",
    "250 foil-negated, 240 caption-negated",
  );
});

Deno.test("matchPublished() claims nothing if nothing differs but something is unknown", async () => {
  const text = { "manifest.json": MANIFEST, "heads.csv": HEADS };
  await withTables(text, (run) => {
    const { verdict, checks } = matchPublished(run);
    assertEquals(verdict, "unknown");
    const open = checks.filter(({ found }) => found === undefined);
    assertEquals(open.map(({ subject }) => subject), ["segments"]);
  });
  await withTables({ ...FILES, "manifest.json": WITHOUT_MODEL }, (run) => {
    const { verdict, checks } = matchPublished(run);
    assertEquals([verdict, checks[0]!.found, checks[1]!.found], ["unknown", undefined, undefined]);
  });
});

Deno.test("matchPublished() ranks a difference above an unknown", () =>
  withTables({ ...FILES, "manifest.json": OTHER_ROWS }, (run) => {
    assertEquals(matchPublished(run).verdict, "not published");
  }));

type Towers = NonNullable<RunRecord["towers"]>;

const SIZES = { layers: 2, heads: 2, width: 4, projection: 4 };

function run(folder: string, record: Partial<RunRecord> = {}, data = "b2"): RunTables {
  const sources = {
    model: [{ file: "config.json", sha256: "a1" }],
    data: [{ file: "existence.json", sha256: data }],
  };
  return {
    record: {
      ...{ folder, text: SIZES, image: SIZES, protocol: "rephrased", kept: 9, sources },
      ...{ task: "trace", ...record },
    },
    ...{ tables: new Map(), counts: new Map(), files: [] },
  };
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
  const error = assertThrowsCode(
    () => withBaselines([run("trace", { options }), run("r1", { randomWeights: 1 }, "c3")]),
    "not-comparable",
  );
  assertEquals(
    error.message,
    'Cannot use run "r1" as a baseline: it differs from run "trace" in the data ("existence.json"); ' +
      "expected the same model and data with random weights; " +
      "make one with deno task trace --limit 40 --random-weights 1 --out trace-random-1",
  );
});

Deno.test("withBaselines() refuses a baseline of another architecture", () => {
  const text = { ...SIZES, layers: 3 };
  assertThrowsCode(
    () => withBaselines([run("trace"), run("r1", { randomWeights: 1, text })]),
    "not-comparable",
    'Cannot use run "r1" as a baseline: it differs from run "trace" in the sizes of the text tower ' +
      "(3 blocks x 2 heads, width 4, projection 4, against 2 blocks x 2 heads, width 4, projection 4); ",
  );
});

Deno.test("withBaselines() refuses a baseline of other files of a tower, whatever they are called", () => {
  const tuned = (towers: Towers) => run("tuned", { towers });
  const baseline = run("r1", { randomWeights: 1, towers: { text: "1", image: "2" } });
  assertEquals(withBaselines([tuned({ text: "1" }), baseline]).baselines, [baseline]);
  for (const [towers, tower] of [[{ text: "3" }, "text"], [{ text: "1", image: "3" }, "image"]]) {
    assertThrowsCode(
      () => withBaselines([run("trace"), tuned(towers as Towers), baseline]),
      "not-comparable",
      `Cannot use run "r1" as a baseline: it differs from run "tuned" in the files of the ${tower} tower; expected`,
    );
  }
});

Deno.test("baselineCommand() repeats what chooses model and rows, in words that a shell reads", () => {
  const options = {
    ...{ model: "my models/a'b", protocol: "standard", data: "existence.json", images: "images" },
    ...{ seed: "0", "skip-bad": "true", segments: "correct", site: "resid", cluster: "noun" },
  };
  assertEquals(
    baselineCommand(run("results/trace/", { options }).record),
    "deno task trace --model 'my models/a'\\''b' --protocol standard --data existence.json --images images --skip-bad " +
      "--segments correct --cluster noun --random-weights 1 --out results/trace-random-1",
  );
  assertEquals(baselineCommand(run("shapes").record), undefined); // results in memory
  assertEquals(
    baselineCommand(run("mine", { task: "mine", options: { depth: "2" } }).record),
    "deno task mine --depth 2 --random-weights 1 --out mine-random-1",
  );
});
