import { attentionTables, summarize, summarizeTrace } from "../experiments/finished.ts";
import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { RunFolder } from "../../lib/runs/run_folder.ts";
import { MANIFEST as PUBLISHED, TRACE, withRun } from "../runs/run_folders.ts";
import { goldenTable, scoreStudy, studyPairs, TINY, withClip } from "../studies.ts";
import { runHere } from "./task_here.ts";
import { inFolder, namesIn, runTask } from "./task_process.ts";
import { attendPairs, traceRows } from "../experiments/measured_rows.ts";

/** Activations in float32 are compared with float64; effects are divided by a d of 1.45. */
const TOLERANCE = 2e-4;

const MODEL = { layers: 3, heads: 2, width: 16, projection: 12 };

const MANIFEST = {
  options: { protocol: "rephrased" },
  seed: 0,
  files: [],
  model: { name: "clip-tiny", text: MODEL, image: MODEL },
  versions: { kit: "0", deno: "0", onnxruntime: "0" },
  sources: { model: [{ file: "config.json", sha256: "a1" }], data: [] },
  rows: { read: 8, kept: 8, dropped: [] },
  start: "2024-08-16T09:30:00.000Z",
  seconds: {},
};

/** Runs trace and attend on the committed model and writes the tables as the tasks do. */
async function writeRuns(trace: string, attend: string): Promise<void> {
  await withClip(TINY, async (clip) => {
    const pairs = await studyPairs(TINY);
    const { images, evaluate, rows } = await scoreStudy(clip, TINY, { pairs });
    const effects = await traceRows(clip.text, rows, { site: "resid", images });
    const d = new Map(evaluate.map((row) => [row.id, row.d]));
    const clusters = new Map(evaluate.map(({ id }, i) => [id, rows[i]!.aligned.key]));
    using traced = await RunFolder.create(trace);
    await traced.writeTable(summarizeTrace(effects.rows, { d, clusters, seed: 0 }));
    await traced.writeTable(summarize(pairs, evaluate, { seed: 0 }));
    await traced.finish({ ...MANIFEST, command: "trace", finished: true });

    const heads = await attendPairs(clip.text, rows.map(({ aligned }) => aligned));
    const attended = rows.map(({ scores: { id, negation, d }, aligned: pair }, i) => ({
      ...{ id, negation, d, cluster: pair.key, roles: pair.roles },
      heads: heads[i]!,
    }));
    const tables = attentionTables(attended, { seed: 0 });
    using folder = await RunFolder.create(attend);
    await folder.writeTable(tables.heads);
    await folder.writeTable(tables.headRoles);
    await folder.finish({ ...MANIFEST, command: "attend", finished: true });
  });
}

function rowsOf(path: string): Record<string, string>[] {
  return parse(Deno.readTextFileSync(path), { skipFirstRow: true });
}

function goldenOf(name: string, where: Readonly<Record<string, string>>): Record<string, string> {
  const keys = Object.entries(where);
  return goldenTable(TINY, name).find((row) => keys.every(([key, text]) => row[key] === text))!;
}

Deno.test("compare puts a trace and its heads beside the published figures without claiming agreement", () =>
  inFolder(async (folder) => {
    const [trace, attend, out] = ["trace", "attend", "out"].map((name) => `${folder}/${name}`);
    await writeRuns(trace!, attend!);
    const flags = [trace!, attend!, "--out", out!, "--format", "none"];
    const run = await runTask("compare", flags);
    assertEquals([run.code, run.stderr], [0, ""]);
    assertEquals(namesIn(out!).filter((name) => !name.endsWith(".vl.json")), [
      ...["comparison.csv", "comparison_summary.csv", "manifest.json"],
      ...["report.html", "summary.txt"],
    ]);

    const rows = rowsOf(`${out}/comparison.csv`);
    assertEquals(
      [...Map.groupBy(rows, ({ table }) => table)].map(([name, own]) => [
        ...[name, own.length, own.filter(({ measured }) => measured !== "").length],
      ]),
      [
        ["causal_trace", 312, 3 * 4 * 8], // 3 groups, layers 0 to 3, 8 roles
        ["negator_attention", 192, 2 * 3 * 2], // 2 sides, 3 layers, 2 heads
        ["correlation_with_d", 192, 12],
        ["negator_attention_layer4", 128, 0], // the model has 3 layers
      ],
    );
    const measured = (where: Readonly<Record<string, string>>) =>
      Number(
        rows.find((row) =>
          Object.entries(where).every(([key, text]) => row[key] === text)
        )!["measured"],
      );
    const group = { table: "causal_trace", negation: "foil", segment: "incorrect" }; // one row
    assertAlmostEquals(
      measured({ ...group, layer: "1", role: "negator" }),
      Number(goldenOf("trace_resid", { id: "dog-seen", layer: "1", position: "3" })["cte"]),
      TOLERANCE,
    );
    const foils = ["boat-seen", "dog-seen", "kites-seen", "clock-seen"].map((id) =>
      Number(goldenOf("attention", { id, layer: "2", head: "1" })["max_difference"])
    );
    assertAlmostEquals(
      measured({ table: "negator_attention", negation: "foil", layer: "2", head: "1" }),
      foils.reduce((sum, x) => sum + x) / foils.length,
      TOLERANCE,
    );

    const summary = rowsOf(`${out}/comparison_summary.csv`);
    const verdicts = summary.map((row) => row["model_and_data"]);
    assertEquals(verdicts, Array(4).fill("not published"));
    assertStringIncludes(
      run.stdout,
      `${trace} (causal_trace): not the published model/data: differences are expected and no agreement is claimed\n` +
        "  text tower: 3 blocks x 2 heads, width 16, projection 12; published: 12 blocks x 8 heads, width 512, projection 512\n",
    );
    assertStringIncludes(run.stdout, `Files in ${out}: comparison.csv, comparison_summary.csv`);

    const manifest = JSON.parse(Deno.readTextFileSync(`${out}/manifest.json`));
    assertEquals([manifest.command, manifest.finished], ["compare", true]);
    assertEquals(manifest.options, { runs: [trace, attend] });
    assertEquals(manifest.rows, {
      ...{ read: 824, kept: 120, dropped: [{ reason: "not measured", n: 704 }] },
    });
    assertEquals(manifest.sources.model, MANIFEST.sources.model);
    assertEquals(manifest.sources.data.map(({ file }: { readonly file: string }) => file), [
      ...["published/causal_trace.csv", "published/negator_attention.csv"],
      ...["published/negator_attention_layer4.csv", "trace.csv", "summary.csv"],
      ...["heads.csv", "head_roles.csv"],
    ]);

    const again = await runHere("compare", flags);
    assertEquals(again.code, 0);
    assertStringIncludes(again.stdout, `This run is finished already: ${out} (--overwrite rep`);
    const one = await runHere("compare", [trace!, "--out", out!, "--quiet", "--format", "none"]);
    assertEquals([one.code, one.stdout], [1, ""]);
    assertStringIncludes(one.stderr, "it holds another run");
    const anew = await runHere("compare", [
      ...[trace!, "--out", out!, "--quiet", "--format", "none", "--overwrite"],
    ]);
    assertEquals([anew.code, anew.stdout, anew.stderr], [0, "", ""]);
    assertEquals(rowsOf(`${out}/comparison.csv`).length, 312);
  }));

Deno.test("compare never writes over a run that it reads, even with --overwrite", () =>
  withRun({ "manifest.json": PUBLISHED, "trace.csv": TRACE }, async (folder) => {
    const run = await runHere("compare", [`${folder}/`, "--out", folder, "--overwrite"]);
    assertEquals([run.code, run.stdout], [2, ""]);
    assertStringIncludes(run.stderr, "expected another folder than that of a run");
    assertEquals(namesIn(folder), ["manifest.json", "trace.csv"]);
  }));
