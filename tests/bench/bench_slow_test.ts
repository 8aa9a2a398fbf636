import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fixture, inFolder, runTask } from "../scripts/task_process.ts";

const TINY = ["--model", fixture("clip-tiny"), "--data", fixture("pairs.json"), "--threads", "1"];

Deno.test("bench prints time, rate and share by phase, and the least arithmetic", async () => {
  const { code, stdout, stderr } = await runTask("bench", [...TINY, "--rounds", "2"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^clip-tiny, \d+ pairs, 1 thread of .+; the machine's own rate \d+ GFLOP\/s/);
  assertMatch(stdout, /\n\d+ pairs by the fast engine, 0 by the general engine\.\n/);
  const phases = stdout.split("\n").flatMap((line) =>
    /^\| ([a-z][^|]*) \| [\d.e-]+ \|/.exec(line)?.[1] ?? []
  );
  assertEquals(phases, [
    ...["load", "trace", "q, k, v", "attention", "output, MLP", "least arithmetic"],
    ...["least", "median"],
  ]);
});

Deno.test("bench names the general engine for half-precision weights", async () => {
  const { code, stdout } = await runTask("bench", [...TINY, "--onnx", "_fp16"]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, 'text_model_fp16.onnx" by the fast engine: row by row');
  assert(!stdout.includes("least arithmetic"));
});

Deno.test("bench --compare runs the reference in turn, on the same pairs", () =>
  inFolder(async (folder) => {
    const script = `${folder}/reference.sh`;
    const seen = `${folder}/seen.json`;
    await Deno.writeTextFile(
      script,
      `cp "$2" ${seen}; echo $1 $3 $4 >> ${folder}/args; echo 1000\n`,
    );
    const compare = ["--compare", "sh", "--reference", script, "--pairs", "3", "--rounds", "2"];
    const { code, stdout } = await runTask("bench", [...TINY, ...compare]);
    assertEquals(code, 0);
    assertMatch(stdout, /\n\| median \| [\d.e-]+ \| 1000 \| [\d.e-]+ \|\n/);
    assertEquals(
      await Deno.readTextFile(`${folder}/args`),
      `${fixture("clip-tiny")} 3 1\n`.repeat(2),
    );
    const pairs = JSON.parse(await Deno.readTextFile(seen));
    assertEquals(pairs.length, 3);
    assertEquals(Object.keys(pairs[0]), ["negation", "caption", "foil"]);
  }));
