import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { type CsvRow, readCsvRows } from "../../lib/tables/csv.ts";
import { done, run, runHere } from "../scripts/task_here.ts";
import { inFolder } from "../scripts/task_process.ts";

const QUICK = ["--format", "none", "--quiet"];

function rowsIn(folder: string, table: string): CsvRow[] {
  return readCsvRows(Deno.readTextFileSync(`${folder}/${table}.csv`), table);
}

const FILE = {
  models: { relay: { model: "planted/relay" }, both: { model: "planted/both" } },
  data: { own: {} },
  experiments: { shares: {}, attend: { control: "none" } },
};

Deno.test("contrast sets runs, an atlas and a study side by side, and finds what is planted in each model", () =>
  inFolder(async (folder) => {
    const file = `${folder}/study.json`;
    await Deno.writeTextFile(file, JSON.stringify(FILE));
    await done("study", [file, "--out", `${folder}/study`, ...QUICK]);
    const atlas = await run("atlas", ["--model", "planted/and"], `${folder}/and`);
    const alone = await run("shares", ["--limit", "24"], `${folder}/six-blocks`);
    const out = await run("contrast", [`${folder}/study`, atlas, alone], `${folder}/models`);
    const lines = rowsIn(out, "estimates");
    const models = [...new Set(lines.map((row) => row.text("model")))];
    assertEquals(models, ["relay", "both", "planted/and", "shapes"]);
    const valuesOf = (model: string, measure: string) =>
      lines.filter((row) => row.text("model") === model && row.text("quantity") === measure)
        .map((row) => row.number("value"));
    // relay: 1.2 reads the negator and 3.3 brings it to the end token; both, and: heads of block 2 read it from there
    assertEquals(
      models.slice(0, 3).map((model) => [
        ...[...valuesOf(model, "eot_layer"), ...valuesOf(model, "heads")],
        ...valuesOf(model, "negator").map((share) => Math.round(100 * share!) / 100 + 0),
      ]),
      [[3, 1, 1, 0, 0, 0, 0], [2, 2, 1, 1, 0, 0, 0], [2, 2, 1, 1, 0, 0, 0]],
    );
    assertEquals(valuesOf("planted/and", "circuit_nodes"), [3]);
    assertEquals(valuesOf("relay", "circuit_nodes"), []);
    assertEquals(valuesOf("relay", "sentences_right"), [1]);
    assertAlmostEquals(valuesOf("relay", "alpha")[0]!, 0, 1e-6);
    const said = Deno.readTextFileSync(`${out}/summary.txt`).replaceAll(/\s+/g, " ");
    assertMatch(
      said,
      /rho of the parts' order is highest for both and planted\/and, 1\.00, and lowest for relay and \S+, 0\.17\. .* relay .* \? of 1 both .* \? of 2 /,
    );
    const chart = Deno.readTextFileSync(`${out}/contrast_models.vl.json`);
    for (const model of models) assertStringIncludes(chart, `${model}: bias, alpha (logits) `);
    assertEquals(valuesOf("shapes", "accuracy").length, 1); // each run has the scores
    const [{ notes }] = JSON.parse(Deno.readTextFileSync(`${out}/findings.json`)).findings;
    assert(notes.includes("shapes has no heads (attend), circuit (circuit)"));
    const points = lines.filter((row) => row.optional("part") !== undefined);
    for (const [model, blocks] of [["relay", 4], ["shapes", 6]] as const) {
      const own = points.filter((row) => row.text("model") === model);
      assertEquals(own.length, 3 * (blocks + 1));
      for (const layer of Array(blocks + 1).keys()) {
        const at = own.filter((row) => row.text("part") === `layer=${layer}`);
        const whole = at.reduce((sum, row) => sum + row.number("value")!, 0);
        assertAlmostEquals(whole, 1, 1e-5); // the shares of a layer are all of d, in float32
      }
    }
    const agreed = rowsIn(out, "agreement")
      .map((row) => [row.text("of"), row.text("first"), row.text("second")].join(" "));
    const two = ["relay both", "relay planted/and", "both planted/and"];
    assertEquals(agreed, [...two.map((of) => `attend ${of}`), ...two.map((of) => `shares ${of}`)]);
    const same = rowsIn(out, "agreement").find((row) =>
      row.text("of") === "shares" && row.text("first") === "both"
    )!;
    assertAlmostEquals(same.number("rho")!, 1, 1e-12); // both models move it at block 2
  }));

Deno.test("contrast refuses what cannot be contrasted, in one line", () =>
  inFolder(async (folder) => {
    const limit = ["--limit", "24"];
    const evaluate = await run("evaluate", limit, `${folder}/evaluate`);
    const fewer = await run("evaluate", ["--limit", "20"], `${folder}/fewer`);
    const compared = await run("contrast", [evaluate, evaluate], `${folder}/itself`);
    await Deno.mkdir(`${folder}/empty`);
    const wrong: readonly (readonly [operands: readonly string[], message: string])[] = [
      [[], "Cannot run without A B…"],
      [[evaluate], "there is one model; expected two runs of one experiment, or folders with two"],
      [[evaluate, fewer], "they are of different rows: 20 with the same id, image and sentences"],
      [[evaluate, `${folder}/none`], "there is no such folder"],
      [[evaluate, `${folder}/empty`], "it holds no manifest.json"],
      [[evaluate, compared], "it is of the task contrast; expected a run of an experiment"],
      [[evaluate, evaluate, "--out", evaluate], "expected another folder than that of a run"],
    ];
    for (const [operands, message] of wrong) {
      const out = operands.includes("--out") ? [] : ["--out", `${folder}/out`];
      const { code, stderr } = await runHere("contrast", [...operands, ...out, "--format", "none"]);
      assert(code === 1 || code === 2, `${operands} ${code}`);
      assertStringIncludes(stderr, message, operands.join(" "));
      assertEquals(stderr.match(/^Cannot/gm)?.length, 1, stderr);
      assert(stderr.trimEnd().split("\n").length <= 2, stderr); // the second names the help
    }
  }));
