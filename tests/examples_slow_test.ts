import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sha256Text } from "../lib/reading/sha256.ts";
import { parseTsv } from "../examples/own_benchmark.ts";
import { importsOf, ROOT } from "./imports.ts";
import { endOf, inFolder, namesIn, recordsIn } from "./scripts/task_process.ts";

const EXAMPLES = ["own_benchmark", "own_experiment", "steering_vector", "sweep"];

/** Starts an example in a folder, by the command that its first lines give. */
function start(name: string, folder: string, ...flags: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${ROOT}examples/${name}.ts`, ...flags],
    cwd: folder,
    env: { NO_COLOR: "1" },
    ...{ stdin: "null", stdout: "piped", stderr: "piped" },
  }).spawn();
}

/** Runs an example to its end, which must be a good one. */
async function run(name: string, folder: string, ...flags: string[]): Promise<string> {
  const { code, stdout, stderr } = await endOf(start(name, folder, ...flags));
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

Deno.test("examples import negscope alone, and begin with the command that runs them", () => {
  const names = namesIn(`${ROOT}examples`).filter((name) => name.endsWith(".ts"));
  assertEquals(names, EXAMPLES.map((name) => `${name}.ts`));
  for (const name of names) {
    const text = Deno.readTextFileSync(`${ROOT}examples/${name}`);
    assertEquals(importsOf(`examples/${name}`, text).filter(({ of }) => of !== "negscope"), []);
    assertStringIncludes(text.split("*/")[0]!, `\n *     deno run -A examples/${name}`);
  }
});

Deno.test("own_experiment has at most 40 lines, and is a task like those of the kit", () =>
  inFolder(async (folder) => {
    const lines = Deno.readTextFileSync(`${ROOT}examples/own_experiment.ts`).split("\n").length - 1;
    assert(lines <= 40, `${lines} lines`);
    const said = await run("own_experiment", folder, "--limit", "20");
    assertStringIncludes(said, "20 of 600 rows");
    const rows = recordsIn(`${folder}/results/negator_parts/negator_parts.csv`);
    assertEquals(rows.length, 20 * 6);
    const last = recordsIn(`${folder}/results/negator_parts/negator_parts_summary.csv`)
      .filter(({ layer, segment }) => layer === "6" && segment === "all"); // which no later token reads
    const effects = last.map((row) => [row["mean_effect"], row["low"], row["high"]].map(Number));
    assertEquals(effects, [[0, 0, 0], [0, 0, 0], [0, 0, 0]]); // of each side, and of both
    const help = await run("own_experiment", folder, "--help");
    assertStringIncludes(help, "deno run -A examples/own_experiment.ts [SENTENCE SENTENCE");
    assertStringIncludes(help, "--part mlp|attn         of a block (default: mlp)");
    const refused = await endOf(start("own_experiment", folder, "--part", "mlp_out"));
    assertEquals([refused.code, refused.stdout], [2, ""]);
    const message = 'Cannot use --part "mlp_out": expected mlp or attn\nSee: ';
    assertStringIncludes(refused.stderr, message);
  }));

Deno.test("steering_vector changes nothing at factor 0, and steers towards the negated sentence at 2", () =>
  inFolder(async (folder) => {
    const said = await run("steering_vector", folder);
    assertStringIncludes(said, "factor  negation");
    const out = `${folder}/results/steering_vector`;
    assertEquals(namesIn(out), ["steering.csv", "steering.svg", "steering.vl.json"]);
    const rows = recordsIn(`${out}/steering.csv`);
    const factors = ["0", "0.5", "1", "1.5", "2"].flatMap((x) => [x, x]);
    assertEquals(rows.map(({ factor }) => factor), factors);
    for (const { factor, change, low, high } of rows) {
      if (factor === "0") assertEquals([change, low, high], ["0", "0", "0"]);
    }
    for (const side of ["caption", "foil"]) {
      const own = rows.filter(({ negation }) => negation === side).map(({ share }) =>
        Number(share)
      );
      assert(own[4]! > own[2]! && own[4]! > 0.25, `${own}`); // a quarter of the way, at the least
    }
  }));

Deno.test("own_benchmark evaluates its pairs, whose checksum the manifest has", () =>
  inFolder(async (folder) => {
    const said = await run("own_benchmark", folder);
    assertStringIncludes(said, "24 of 24 rows, standard protocol; 24 distinct sentence pairs");
    assertStringIncludes(said, "\nfoil     24 ");
    const pairs = parseTsv(Deno.readTextFileSync(`${ROOT}examples/own_benchmark.tsv`));
    const out = `${folder}/results/own_benchmark`;
    const manifest = JSON.parse(Deno.readTextFileSync(`${out}/manifest.json`));
    assertEquals(manifest.sources.data[0], {
      ...{ file: "pairs", sha256: sha256Text(JSON.stringify(pairs)) },
    });
    const scored = recordsIn(`${out}/evaluate.csv`);
    assertEquals(scored.map(({ id, caption, foil }) => ({ id, caption, foil })), [
      ...pairs.map(({ id, caption, foil }) => ({ id, caption, foil })),
    ]);
    await run("own_benchmark", folder); // the run is finished already, and is left alone
    assertEquals(JSON.parse(Deno.readTextFileSync(`${out}/manifest.json`)), manifest);
  }));

Deno.test("examples refuse arguments that they do not know", () =>
  inFolder(async (folder) => {
    const cases = [
      ["own_benchmark", ["--limit", "3"], 'Cannot use "--limit": expected no arguments'],
      ["own_experiment", ["three"], 'Cannot use "three": expected a flag before it'],
      ["own_experiment", ["--limits", "3"], 'Cannot use "--limits": there is no such flag'],
      ["steering_vector", ["7"], 'Cannot use "7": expected a block from 1 to 6, or nothing'],
    ] as const;
    await Promise.all(cases.map(async ([name, args, says]) => {
      const { code, stdout, stderr } = await endOf(start(name, folder, ...args));
      assert(code > 0, `${name} ${args}`);
      assertEquals(stdout, "");
      assertStringIncludes(stderr, says);
    }));
    assertEquals(namesIn(folder), []);
  }));

Deno.test("sweep has fewer than 20 lines of code, and names its runs", () =>
  inFolder(async (folder) => {
    const text = Deno.readTextFileSync(`${ROOT}examples/sweep.ts`);
    assert(text.split("*/")[1]!.trim().split("\n").length < 20);
    const said = await run("sweep", folder);
    assertStringIncludes(said, "54 runs of ");
    assertStringIncludes(said, "heads 4.1 and 4.2 at eot");
  }));
