import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { estimatesOf, keysOf } from "../../lib/tables/estimates.ts";
import { allSchemas } from "../experiments/all_schemas.ts";
import { assertSameFiles, filesBelow } from "../composites/paper/files_below.ts";
import { ROOT } from "../imports.ts";
import { run, runHere } from "./task_here.ts";
import { inFolder, recordsIn } from "./task_process.ts";

const QUICK = ["--format", "none", "--quiet"];

const STUDY = {
  models: { relay: { model: "planted/relay" } },
  data: { few: { limit: 12 } },
  experiments: { evaluate: {}, heads: { task: "trace", site: "z" }, attend: { control: "none" } },
  threads: 1,
};

async function write(folder: string, name: string, parts: object): Promise<string> {
  const path = `${folder}/${name}`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify({ ...STUDY, ...parts }, null, 2));
  return path;
}

const runStudy = (file: string, out: string) => run("study", [file], out);

Deno.test("study with shards writes the same bytes as without, and estimates.csv has every estimate of the runs' tables", () =>
  inFolder(async (folder) => {
    const [whole, cut] = [`${folder}/whole`, `${folder}/cut`];
    await runStudy(await write(`${folder}/1`, "study.json", {}), whole);
    const file = await write(`${folder}/2`, "study.json", { shards: 2 });
    for (const _ of ["anew", "finished"]) await runStudy(file, cut);
    const shard = `${cut}/shards/relay/few/heads/2_of_2`;
    assertEquals(filesBelow(shard), ["rows.jsonl"]); // nothing that merging would throw away
    await Deno.remove(`${cut}/shards`, { recursive: true });
    for (const out of [whole, cut]) await Deno.remove(`${out}/cache`, { recursive: true });
    assertSameFiles(whole, cut);

    const rows = recordsIn(`${whole}/estimates.csv`)
      .filter(({ table }) => table !== "blocks_summary"); // of data of blocks alone
    const schemas = [...allSchemas().values()].filter((schema) => !keysOf(schema).includes("id"));
    for (const experiment of ["evaluate", "heads", "attend"]) {
      const own = rows.filter((row) => row["experiment"] === experiment);
      assert(own.every(({ model, data, seed }) => `${model} ${data} ${seed}` === "relay few 0"));
      const place = `${whole}/relay/few/${experiment}`;
      const expected = schemas.flatMap((schema) => {
        if (experiment !== "evaluate" && schema.name === "summary") return [];
        if (!filesBelow(place).includes(`${schema.name}.csv`)) return [];
        const keys = keysOf(schema).filter((key) => key !== "negation" && key !== "segment");
        return recordsIn(`${place}/${schema.name}.csv`).flatMap((row) =>
          estimatesOf(schema).filter(({ name }) => row[name] !== "").map((column) => {
            const { name, interval = { low: "", high: "" }, simultaneous = interval } = column;
            const part = keys.filter((key) => row[key] !== "").map((key) => `${key}=${row[key]}`);
            return [
              ...[schema.name, row["negation"], row["segment"], part.join(";"), name, row["n"]],
              ...[row[name], row[interval.low], row[interval.high]],
              ...column.simultaneous ? [row[simultaneous.low], row[simultaneous.high]] : ["", ""],
            ].map((cell) => cell ?? "");
          })
        );
      });
      assert(expected.length >= 8, `${experiment} ${expected.length}`);
      const columns = [
        ...["table", "negation", "segment", "part", "quantity", "n", "value", "low", "high"],
        ...["simultaneous_low", "simultaneous_high"],
      ];
      assertEquals(own.map((row) => columns.map((column) => row[column])), expected);
    }
  }));

Deno.test("a run that fails does not stop the others; the report shows it as missing until it is mended", () =>
  inFolder(async (folder) => {
    const out = `${folder}/out`;
    const experiments = { evaluate: {}, knockout: { heads: "9.9", control: "none" } };
    const file = await write(folder, "study.json", { experiments });
    const failed = await runHere("study", [file, "--out", out, ...QUICK]);
    assertEquals(failed.code, 1);
    const [first, ...lines] = failed.stderr.trimEnd().split("\n");
    assertStringIncludes(first!, "1 of 4 jobs failed; mend what the lines below say and give");
    assertEquals(lines.length, 1);
    assertStringIncludes(lines[0]!, "relay/few/knockout: Cannot use head 9.9");
    const found = () => {
      const { findings: [{ sentences, notes }] } = JSON.parse(
        Deno.readTextFileSync(`${out}/findings.json`),
      );
      return [...sentences, ...notes].filter((text) => text.includes("missing")).join(". ");
    };
    assertStringIncludes(found(), "1 of 2 runs are missing");
    assertStringIncludes(found(), "missing: relay/few/knockout: there is no such folder");

    experiments.knockout.heads = "1.2";
    await runStudy(await write(folder, "study.json", { experiments }), out);
    assertEquals(found(), "");

    await write(folder, "study.json", { experiments, data: { few: { limit: 8 } } });
    const { code, stderr } = await runHere("study", [file, "--out", out, ...QUICK]);
    assertEquals(code, 1);
    assertStringIncludes(stderr, 'its --limit is "12", this run\'s is "8"');
    assertStringIncludes(stderr, '"relay/few/evaluate", which is missing now: its folder holds');
    assertEquals(found(), ""); // the results stay
    await run("study", [file, "--overwrite"], out);
    assertEquals(found(), "");
  }));

/** Stands for sbatch: does the tasks of an array one after the other, and prints its number. */
const SBATCH = `#!/bin/bash
for each in "$@"; do case $each in --array=1-*) n=\${each#--array=1-} ;; esac; done
for ((i = 1; i <= n; i++)); do SLURM_ARRAY_TASK_ID=$i bash -c "\${!#}" >&2 || exit 1; done
echo "$*" >> "$CALLS"
wc -l < "$CALLS"
`;

Deno.test("the script for Slurm in docs/cluster.md does job by job what study does here", () =>
  inFolder(async (folder) => {
    const [whole, cut, calls] = ["whole", "cut", "calls"].map((name) => `${folder}/${name}`);
    const file = await write(folder, "study.json", { experiments: { evaluate: {} }, shards: 2 });
    await runStudy(file, whole!);
    const page = Deno.readTextFileSync(`${ROOT}docs/cluster.md`);
    const script = /```bash\n([^]*?)```/.exec(page)![1]!
      .replace("examples/study.json --out results/study", `${file} --out ${cut} ${QUICK.join(" ")}`)
      .replaceAll("jobs.txt", `${folder}/jobs.txt`).replaceAll("stage_", `${folder}/stage_`);
    await Deno.writeTextFile(`${folder}/sbatch`, SBATCH, { mode: 0o755 });
    const env = { PATH: `${folder}:${Deno.env.get("PATH")}`, CALLS: calls! };
    const { success, stderr } = await new Deno.Command("bash", {
      ...{ args: ["-euc", script], cwd: ROOT, env, stdin: "null" },
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    for (const out of [whole, cut]) await Deno.remove(`${out}/cache`, { recursive: true });
    assertSameFiles(whole!, cut!);
    const waits = Deno.readTextFileSync(calls!).match(/afterany:\d|--array=1-\d/g);
    assertEquals(waits, [
      ...["--array=1-1", "afterany:1", "--array=1-2", "afterany:2", "--array=1-1"],
      ...["afterany:3", "--array=1-1"],
    ]);
  }));

Deno.test("study has a folder for each of several seeds, and an atlas with its parts", () =>
  inFolder(async (folder) => {
    const [seeds, out] = [`${folder}/seeds`, `${folder}/out`];
    const two = { experiments: { evaluate: {} }, seeds: [0, 1] };
    await runStudy(await write(folder, "seeds.json", two), seeds);
    const found = new Set(recordsIn(`${seeds}/estimates.csv`).map(({ seed }) => seed));
    assertEquals(found, new Set(["0", "1"]));
    assert(filesBelow(seeds).includes("relay/few/evaluate/seed_1/evaluate.csv"));

    const atlas = { control: "none", shards: 2 };
    await runStudy(await write(folder, "atlas.json", { experiments: { atlas } }), out);
    const rows = recordsIn(`${out}/estimates.csv`);
    const [total] = rows.filter(({ experiment, quantity, part }) =>
      experiment === "atlas" && quantity === "value" && part === "part=head 1.2;method=total"
    );
    const [own] = recordsIn(`${out}/relay/few/atlas/atlas.csv`).filter((
      { part, method, negation },
    ) => part === "head 1.2" && method === "total" && negation === total!["negation"]);
    assertEquals(total!["value"], own!["value"]);
    assert(rows.some(({ experiment }) => experiment === "atlas/paths"));
    const said = Deno.readTextFileSync(`${out}/relay/few/atlas/summary.txt`);
    assertStringIncludes(said, "2 of 20 parts, 1.2 and 3.3, are enough");
  }));

Deno.test("examples/study.json runs, and names what the relay was made with, which random weights have not", () =>
  inFolder(async (folder) => {
    await run("study", [`${ROOT}examples/study.json`], folder);
    const summary = Deno.readTextFileSync(`${folder}/summary.txt`);
    const lineOf = (model: string) => new RegExp(`^${model} +heads .*$`, "m").exec(summary)![0];
    assertStringIncludes(lineOf("relay"), "1.2 subject_first");
    assert(!lineOf("random").includes("1.2 subject_first"));
    const page = Deno.readTextFileSync(`${folder}/report.html`);
    assertStringIncludes(page, '<a href="relay/own/heads/report.html">relay/own/heads</a>');
  }));
