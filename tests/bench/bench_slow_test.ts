import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { runHere } from "../scripts/task_here.ts";
import { fixture, inFolder, runTask } from "../scripts/task_process.ts";

const TINY = ["--model", fixture("clip-tiny"), "--data", fixture("pairs.json"), "--threads", "1"];

Deno.test("bench prints time, rate and share by phase, and the least arithmetic", async () => {
  const { code, stdout, stderr } = await runTask("bench", [...TINY, "--rounds", "2"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^clip-tiny, \d+ pairs, 1 thread of .+; the machine's own rate \d+ GFLOP\/s/);
  assertMatch(stdout, /\n\d+ pairs by the fast schedule, 0 by the general engine\.\n/);
  const phases = stdout.split("\n").flatMap((line) =>
    /^\| ([a-z][^|]*) \| [\d.e-]+ \|/.exec(line)?.[1] ?? []
  );
  assertEquals(phases, [
    ...["load", "trace", "q, k, v", "attention", "output, MLP", "least arithmetic"],
    ...["least", "median"],
  ]);
});

Deno.test("bench writes its tables between the marks of a document", () =>
  inFolder(async (folder) => {
    const document = `${folder}/speed.md`;
    await Deno.writeTextFile(
      document,
      "# Speed\n\n<!-- threads-1 -->\n<!-- /threads-1 -->\n\nEnd\n",
    );
    const { code, stdout } = await runTask("bench", [
      ...TINY,
      "--pairs",
      "2",
      "--document",
      document,
    ]);
    assertEquals(code, 0);
    assertEquals(
      await Deno.readTextFile(document),
      `# Speed\n\n<!-- threads-1 -->\n\n${stdout.trimEnd()}\n\n<!-- /threads-1 -->\n\nEnd\n`,
    );
  }));

Deno.test("bench names the general engine for half-precision weights", async () => {
  const { code, stdout } = await runTask("bench", [...TINY, "--onnx", "_fp16"]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, 'text_model_fp16.onnx" by the fast schedule: row by row');
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

Deno.test("bench --compare reports the message of a reference that fails", () =>
  inFolder(async (folder) => {
    const script = `${folder}/reference.sh`;
    await Deno.writeTextFile(script, "echo 'no module named torch' >&2; exit 1\n");
    const compare = ["--pairs", "1", "--reference", script];
    const failed = await runTask("bench", [...TINY, ...compare, "--compare", "sh"]);
    assertEquals(failed.code, 2);
    assertStringIncludes(
      failed.stderr,
      `Cannot compare with "sh" and "${script}": no module named torch; --compare needs`,
    );
    const missing = await runTask("bench", [...TINY, ...compare, "--compare", `${folder}/python`]);
    assertEquals(missing.code, 2);
    assertStringIncludes(missing.stderr, `Cannot compare with "${folder}/python": `);
  }));

Deno.test("bench shows an error's code if NEGSCOPE_DEBUG is 1", async () => {
  const variables = { NEGSCOPE_DEBUG: "1" };
  const { code, stderr } = await runTask("bench", ["--document", "/nowhere/speed.md"], {
    variables,
  });
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'code: "file-unreadable"');
});

Deno.test("bench --copies LIST shows how time and memory grow", () =>
  inFolder(async (folder) => {
    const document = `${folder}/speed.md`;
    await Deno.writeTextFile(document, "<!-- growth-1 -->\n<!-- /growth-1 -->\n");
    const growth = ["--copies", "1,3", "--pairs", "4", "--document", document];
    const { code, stdout } = await runTask("bench", [...TINY, ...growth]);
    assertEquals(code, 0);
    const rows = stdout.split("\n").flatMap((line) => /^\| ([\d.]+) \| (\d+) \|/.exec(line) ?? []);
    assertEquals(rows.filter((_, i) => i % 3 > 0), ["1", "4", "3", "12"]);
    assertStringIncludes(await Deno.readTextFile(document), stdout.trimEnd());
  }));

Deno.test("bench refuses a list of copies with anything but numbers in it", async () => {
  const { code, stderr } = await runHere("bench", [...TINY, "--copies", "1,x"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'Cannot use --copies "x": expected whole numbers from 1 to 1000000');
});

Deno.test("bench refuses to compare copies, which have no sentences", async () => {
  const { code, stderr } = await runHere("bench", [...TINY, "--copies", "2", "--compare", "sh"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'Cannot use --copies "2": expected 1 beside --compare');
});
