/** A study by Snakemake, with its local executor, against the same study by `deno task study`. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { differingFiles } from "../killed_run.ts";
import { done } from "../task_here.ts";
import { endOf, inFolder, type TaskResult } from "../task_process.ts";
import { freshCache } from "../../own_cache.ts";

const SNAKEMAKE = Deno.env.get("NEGSCOPE_SNAKEMAKE");
const SNAKEFILE = fileURLToPath(
  new URL("../../../scripts/cluster/Snakefile", import.meta.url),
);
const SHAPES = fileURLToPath(new URL("../../../data/shapes", import.meta.url));

/** Two models, two sets of data, three experiments, two shards each. */
const STUDY = {
  models: { shapes: {}, relay: { model: "planted/relay" } },
  data: {
    few: { limit: 6 },
    mine: { data: `${SHAPES}/existence.json`, images: `${SHAPES}/images`, limit: 8 },
  },
  experiments: { evaluate: {}, attend: { control: "none" }, heads: { task: "trace", site: "z" } },
  threads: 1,
  shards: 2,
};

/** The shard that is killed. */
const KILLED = "shapes/mine/heads/1_of_2";

/** As often as Snakemake starts a job in one go. */
const ATTEMPTS = 3;

/** Stands for `deno`: notes each job, and kills one with `kill -9` as soon as it has kept a row, as often as Snakemake starts it. */
const deno = (folder: string, out: string) =>
  `#!/bin/bash
job=plan
while [ "$#" -gt 0 ]; do
  if [ "$1" = --job ]; then job=$2; fi
  arguments+=("$1")
  shift
done
echo "$job" >> "${folder}/started"
if [ "$job" != "${KILLED}" ] || [ "$(grep -cx "$job" "${folder}/started")" -gt ${ATTEMPTS} ]; then
  exec "${Deno.execPath()}" "\${arguments[@]}"
fi
set -m # a process group for the task and what it starts
"${Deno.execPath()}" "\${arguments[@]}" &
until [ -s "${out}/shards/$job/finished.jsonl" ] || ! kill -0 %1 2> /dev/null; do sleep 0.005; done
kill -9 -- -$!
wait $!
`;

/** Starts Snakemake in a folder and waits for its end. */
async function snakemakeIn(
  cwd: string,
  config: readonly string[],
  flags: readonly string[] = [],
  snakefile = SNAKEFILE,
): Promise<TaskResult> {
  const args = ["-s", snakefile, "--cores", "2", ...flags, "--config", ...config];
  const env = { ...freshCache(), NO_COLOR: "1" };
  const piped = { stdin: "null", stdout: "piped", stderr: "piped" } as const;
  return await endOf(new Deno.Command(SNAKEMAKE!, { args, cwd, env, ...piped }).spawn());
}

/** Stands for `deno`: prints a plan, or makes the folder of a job and says so; all jobs fail as long as there is a file `broken`. */
const shamDeno = (folder: string, out: string) =>
  `#!/bin/bash
if [ "\${!#}" = --plan ]; then
  echo "$*" >> "${folder}/plans"
  exec cat "${folder}/plan.json"
fi
echo "did $*"
job="$(printf '%s\n' "$@" | sed -n '/^--job$/{n;p}')"
mkdir -p "${out}/cache" "${out}/shards/$job" "${out}/$job"
[ ! -e "${folder}/broken" ]
`;

/** All files below a folder, from it on. */
function* filesBelow(folder: string, under = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${under}`)) {
    if (isDirectory) yield* filesBelow(folder, `${under}${name}/`);
    else yield `${under}${name}`;
  }
}

Deno.test({
  name:
    "Snakemake writes the bytes of deno task study, also after a job was killed (needs Snakemake: NEGSCOPE_SNAKEMAKE names it, see scripts/cluster/requirements.txt)",
  ignore: SNAKEMAKE === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const [study, whole, out] = ["study.json", "whole", "out"].map((name) => `${folder}/${name}`);
      await Deno.writeTextFile(study!, JSON.stringify(STUDY));
      await Deno.writeTextFile(`${folder}/deno`, deno(folder, out!), { mode: 0o755 });
      const config = [`study=${study}`, `out=${out}`, `deno=${folder}/deno`];
      config.push("flags=--format none");
      const snakemake = () => snakemakeIn(folder, config);
      const started = async () => {
        const jobs = (await Deno.readTextFile(`${folder}/started`)).trimEnd().split("\n");
        const often = Map.groupBy(jobs, (job) => job);
        return new Map([...often].map(([job, { length }]) => [job, length]));
      };

      const killed = await snakemake();
      assertEquals(killed.code, 1);
      assertStringIncludes(killed.stderr, `${out}/.jobs/shard/${KILLED}.log`);
      assertEquals((await started()).get(KILLED), ATTEMPTS);

      const { code, stderr } = await snakemake();
      assertEquals(code, 0, stderr);
      const log = await Deno.readTextFile(`${out}/.jobs/shard/${KILLED}.log`);
      assertStringIncludes(log, "goes on after");
      const jobs = await started();
      assertEquals([...jobs].filter(([, often]) => often > 1), [[KILLED, ATTEMPTS + 1]]);
      assertEquals(jobs.size, 1 + 4 + 24 + 12 + 1); // the plan, embeddings, shards, merged runs, the report

      await done("study", [study!, "--out", whole!, "--format", "none"]);
      const results = (path: string) =>
        [...filesBelow(path)].filter((name) => !/^(\.jobs|cache)\//.test(name)).sort();
      assertEquals(results(out!), results(whole!));
      const folders = new Set(results(whole!).map((name) => name.replace(/[^/]*$/, "")));
      for (const under of folders) {
        assertEquals(differingFiles(`${out}/${under}`, `${whole}/${under}`), [], under);
      }

      const again = await snakemake();
      assertStringIncludes(again.stderr, "Nothing to be done");
      assertEquals(again.code, 0);
    }),
});

Deno.test({
  name: "Snakemake executes nothing that is in a plan, nor in the name of the kit's folder",
  ignore: SNAKEMAKE === undefined,
  fn: () =>
    inFolder(async (folder) => {
      const [study, out] = [`${folder}/study.json`, `${folder}/out`];
      const kit = `${folder}/$(touch planted)`;
      const snakefile = `${kit}/scripts/cluster/Snakefile`;
      await Deno.mkdir(`${kit}/scripts/cluster`, { recursive: true });
      await Deno.copyFile(SNAKEFILE, snakefile);
      await Deno.writeTextFile(study, "{}");
      await Deno.writeTextFile(`${folder}/deno`, shamDeno(folder, out), { mode: 0o755 });
      const command = ["deno", "; touch", "planted"];
      const job = { name: "report", kind: "report", after: [], command, folder: out };
      const takes = { rows: 1, threads: 1, memory_mb: 50, seconds: 1, minutes: 1, disk_mb: 1 };
      const run = async (changes: object) => {
        const jobs = [{ ...job, ...takes, ...changes }];
        return await runPlan(JSON.stringify({ format: 2, out, jobs }));
      };
      const runPlan = async (plan: string) => {
        await Deno.writeTextFile(`${folder}/plan.json`, plan);
        await Deno.remove(`${out}/.jobs`, { recursive: true }).catch(() => {});
        const config = [`study=${study}`, `out=${out}`, `deno=${folder}/deno`];
        return await snakemakeIn(folder, config, [], snakefile);
      };
      const { code, stderr } = await run({});
      assertEquals(code, 0, stderr);
      const did = await Deno.readTextFile(`${out}/.jobs/report/report.log`);
      assertEquals(did, `did task study ${study} --out ${out} --job report\n`);
      const wrong = [{ name: "--plan" }, { name: "../report" }, { kind: "other" }, {
        threads: "1",
      }];
      for (const changes of wrong) {
        assertStringIncludes((await run(changes)).stderr, "it has a job");
      }
      const unusable = [
        ['{"jobs": [', "it is no JSON"],
        ["[]", "it is no object"],
        ["{}", "it has no jobs"],
        ['{"jobs": []}', "it has no jobs"],
        ['{"jobs": [{"name": "report"}]}', "it has a job that lacks a part"],
      ] as const;
      for (const [plan, reason] of unusable) {
        const { stderr } = await runPlan(plan);
        assertStringIncludes(stderr, `Cannot use the plan ${out}/.jobs/plan.json: ${reason}`);
      }
      const awaiting = await run({ after: ["gone"] });
      assertStringIncludes(awaiting.stderr, "it has no job gone, which others wait for");
      const config = [`study=${study}`, `out=${folder}/{job}`, `deno=${folder}/deno`];
      const braces = await snakemakeIn(folder, config, [], snakefile);
      assertStringIncludes(braces.stderr, "take paths without { and }");
      assertEquals([...filesBelow(folder)].filter((name) => name.endsWith("planted")), []);
    }),
});
