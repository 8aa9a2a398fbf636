import { assertEquals } from "@std/assert";
import type { RunRecord } from "../../../lib/files/manifest.ts";
import { baselineCommand, withBaselines } from "../../../lib/compare/published/baselines.ts";
import type { RunTables } from "../../../lib/compare/published/run_tables.ts";
import { assertThrowsCode } from "../../error_codes.ts";

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
