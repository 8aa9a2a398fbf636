import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { readPairs } from "../../lib/data/read.ts";
import { compareHeads, generalise } from "../../lib/compare/generalise/generalise.ts";
import { SCREEN, specText } from "../../lib/charts/spec.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { Study } from "../../lib/runs/study.ts";
import { estimateText } from "../../lib/tables/text_table.ts";
import { tableToCsv } from "../../lib/tables/csv.ts";
import { done, runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, reportIn, runTask } from "./task_process.ts";

const QUICK = ["--limit", "12", "--seed", "5", "--format", "none"];

Deno.test("generalise runs attend on the embedded data and sentences, compares heads, and is what a study gives", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const task = () => runTask("generalise", [...QUICK, "--out", out]);
    const run = await task();
    assertEquals([run.code, run.stderr], [0, ""]);
    assertEquals(namesIn(out), [
      ...["agreement.csv", "data", "effects.json", "estimates.csv", "findings.json"],
      ...["generalise.vl.json", "manifest.json", "report.html", "sentences", "summary.txt"],
    ]);
    assertStringIncludes(run.stdout, "heads in 12 rows of the data and 12 rows elsewhere");
    assertStringIncludes(run.stdout, `Report, which explains the words: ${out}/report.html`);

    const open = (more: { readonly data?: string }) =>
      Study.open({ ...more, limit: 12, seed: 5, cache: false });
    await using data = await open({});
    await using elsewhere = await open({ data: "shapes-sentences" });
    const results = [await data.run("attend"), await elsewhere.run("attend")] as const;
    const { tables, charts, findings } = await compareHeads(...results, { seed: 5 });
    const csv = (name: string) => Deno.readTextFile(`${out}/${name}.csv`);
    assertEquals(await csv("estimates"), tableToCsv(tables.estimates));
    assertEquals(await csv("agreement"), tableToCsv(tables.agreement));
    const [said] = findings.replaceAll("'", "&#39;").split("\n\n");
    assertStringIncludes(reportIn(out), said!.replaceAll(/\s+/g, " "));
    const drawn = JSON.parse(await Deno.readTextFile(`${out}/generalise.vl.json`));
    const { usermeta: _, ...spec } = JSON.parse(specText(charts.get("generalise")!));
    assertEquals({ ...drawn, usermeta: 0 }, { ...spec, usermeta: 0 });

    const [manifest, written] = await Promise.all(
      ["manifest.json", "data/manifest.json"].map((name) => Deno.readTextFile(`${out}/${name}`)),
    );
    const { command, options, seed, sources } = JSON.parse(manifest!);
    assertEquals([command, options.sentences, seed], ["generalise", "shapes-sentences", 5]);
    const files = sources.data.map(({ file }: { readonly file: string }) => file);
    const attend = "run of attend";
    assertEquals(files, ["existence.json", "images", attend, "sentences.txt", attend]);
    const again = await task();
    assertEquals(again.code, 0);
    for (const place of [out, `${out}/data`, `${out}/sentences`]) {
      assertStringIncludes(again.stdout, `This run is finished already: ${place} (`);
    }
    assertEquals(await Deno.readTextFile(`${out}/data/manifest.json`), written);
  }));

Deno.test("generalise runs a circuit of the data on the sentences, and says what it has in both", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const file = `${folder}/circuit.json`;
    const nodes = ["head 1.2", "mlp 1", "head 4.3"];
    const faithfulness = { all: { estimate: 0.75, low: 0.5, high: 0.875 } };
    await Deno.writeTextFile(file, JSON.stringify({ nodes, faithfulness }));
    const flags = [...QUICK, "--out", out, "--circuit", file];
    const run = await runHere("generalise", flags);
    assertEquals([run.code, run.stderr], [0, ""]);
    const open = { data: "shapes-sentences", limit: 12, seed: 5, cache: false } as const;
    await using elsewhere = await Study.open(open);
    const { tables } = await elsewhere.run("circuit", { circuit: file } as object);
    const [whole] = tables.circuit.rows;
    assertEquals(await Deno.readTextFile(`${out}/circuit/circuit.csv`), tableToCsv(tables.circuit));
    const said = run.stdout.replace(/\s+/g, " ");
    const found = `by the embedding ${estimateText(whole!.faithfulness, whole!, 2)} on the other`;
    assertStringIncludes(
      said,
      `The circuit of 3 parts brings about 0.75 of d in its own run, and ${found}`,
    );
    const other = [...QUICK, "--out", `${out}2`, "--circuit", `${file}x`];
    const wrong = await runHere("generalise", other);
    assertStringIncludes(wrong.stderr, "Cannot read file");
    assertEquals(await Deno.stat(`${out}2`).catch(() => "none"), "none");
  }));

Deno.test("generalise runs another model on data and sentences of its own, without images", () =>
  inFolder(async (folder) => {
    const { pairs } = await readPairs(onDisk(fixture("pairs.json")), { protocol: "rephrased" });
    const sentences = `${folder}/own.csv`;
    const lines = pairs.map(({ negation, caption, foil }) =>
      negation === "caption" ? caption : foil
    );
    await Deno.writeTextFile(sentences, ["sentence", ...lines, "There is a dog."].join("\n"));
    const model = ["--model", fixture("clip-tiny"), "--data", fixture("pairs.json")];
    const missing = await runHere("generalise", [...model, "--out", `${folder}/none`]);
    assertEquals(missing.code, 2);
    assertStringIncludes(missing.stderr, "there are no sentences to compare with; expected --sent");
    const settings = { out: folder, seed: 0, pictures: { formats: [], preset: SCREEN } };
    const running = () => generalise({ choice: { model: "some/model" } }, settings);
    const said = 'Cannot compare the heads of model "some/model"';
    await assertRejectsCode(running, "usage-input-missing", said);
    const out = `${folder}/run`;
    const flags = [...model, "--sentences", sentences, "--format", "none", "--out", out];
    await done("generalise", flags);
    assertStringIncludes(reportIn(`${out}/sentences`), " 1 dropped: no negating word ");
    assertEquals(namesIn(`${out}/data`).includes("evaluate.csv"), false);
  }));
