import { assertEquals, assertStringIncludes } from "@std/assert";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask, TINY } from "./task_process.ts";
import { SCREEN } from "../../lib/charts/spec.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { mergeRuns } from "../../lib/runs/merge_runs.ts";
import { rewriteManifest } from "../runs/run_folders.ts";
import { assertRejectsCode } from "../error_codes.ts";

const QUICK = ["--format", "none", "--quiet"];

async function copyRun(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for (const name of namesIn(from)) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
}

Deno.test("merge draws pictures, prints the findings, and refuses a folder with other files", () =>
  inFolder(async (folder) => {
    const [a, b, out] = [`${folder}/a`, `${folder}/b`, `${folder}/merged`];
    for (const [i, shard] of [a, b].entries()) {
      await runHere("evaluate", [...TINY, ...QUICK, "--shard", `${i + 1}/2`, "--out", shard]);
    }
    const merged = await runTask("merge", [a, b, "--out", out]);
    assertEquals([merged.code, merged.stderr], [0, ""]);
    assertStringIncludes(merged.stdout, "negscope evaluate: clip-tiny, 8 of 8 rows, rephrased");
    assertStringIncludes(merged.stdout, `Report, which explains the words: ${out}/report.html\n`);
    assertStringIncludes(Deno.readTextFileSync(`${out}/scores.svg`), "<svg");
    const said: string[] = [];
    const again = (out: string, shards = [a, b]) =>
      mergeRuns(shards, ALL_EXPERIMENTS, {
        ...{ out, images: fixture("images"), say: (line: string) => said.push(line) },
        pictures: { formats: [], preset: SCREEN },
      });
    assertEquals(await again(out, [b, a]), undefined);
    assertEquals(said[0], `This run is finished already: ${out} (--overwrite repeats it)`);
    const over = () => again(`${folder}/deep/../a`);
    await assertRejectsCode(over, "usage-value-wrong: expected another folder than that of a");
    const other = `${folder}/other`;
    await copyRun(out, other);
    await rewriteManifest(other, (text) => text.replace('"seed": "0"', '"seed": "9"'));
    await assertRejectsCode(() => again(other), 'folder-taken: its --seed is "9", this run');
  }));

Deno.test("merge names missing, repeated, unfinished, foreign and damaged shards", () =>
  inFolder(async (folder) => {
    const [a, b] = [`${folder}/a`, `${folder}/b`];
    const shard = (out: string, ...flags: string[]) =>
      runHere("evaluate", [...TINY, ...QUICK, "--out", out, ...flags]);
    const [whole, seed, three] = [`${folder}/whole`, `${folder}/seed`, `${folder}/three`];
    await Promise.all([shard(a, "--shard", "1/2"), shard(b, "--shard", "2/2")]);
    const [twin, half, old, gone] = ["twin", "half", "old", "gone"]
      .map((name) => `${folder}/${name}`) as [string, string, string, string];
    await copyRun(a, twin);
    for (const copy of [whole, seed, three, half, old, gone]) await copyRun(b, copy);
    await rewriteManifest(whole, (text) => text.replace(/"shard": "2\/2",\s*/, ""));
    await rewriteManifest(seed, (text) => text.replace('"seed": "0"', '"seed": "5"'));
    await rewriteManifest(three, (text) => text.replace('"shard": "2/2"', '"shard": "2/3"'));
    await rewriteManifest(half, (text) => text.replace('"finished": true', '"finished": false'));
    await rewriteManifest(old, (text) => text.replace(/"kit": "[^"]*"/, '"kit": "0.0.9"'));
    await Deno.remove(`${gone}/rows.jsonl`);
    const failures: readonly [folders: string[], says: string, code?: ErrorCode][] = [
      [[a], "Cannot merge without shard 2/2: expected every shard of the run; run the same"],
      [[a, twin], `Cannot merge shard 1/2 twice: "${a}" and "${twin}" both hold it; name each`],
      [[a, half], `Cannot read run "${half}": it is not finished`, "run-unfinished"],
      [[a, whole], `Cannot merge "${whole}": it holds a whole run; expected the folders of runs`],
      [[a, three], `Cannot merge "${three}" with "${a}": it is shard 2/3, that is 1/2; expected`],
      [[a, seed], `they are of different runs, its --seed is "5", that one's is "0"; run the`],
      [[a, gone], `from "${gone}/rows.jsonl": there is no such file`, "run-edited"],
    ];
    for (const [folders, says, code = "shards-differ"] of failures) {
      const out = `${folder}/merged`;
      const settings = { out, pictures: { formats: [], preset: SCREEN } };
      await assertRejectsCode(() => mergeRuns(folders, ALL_EXPERIMENTS, settings), code, says);
      assertEquals(namesIn(out), [], says);
    }
    const alone = await runHere("merge", [a, "--out", `${folder}/merged`]);
    assertEquals([alone.code, alone.stdout], [1, ""]);
    assertStringIncludes(alone.stderr, failures[0]![1]);
    await rewriteManifest(a, (text) => text.replace(/"kit": "[^"]*"/, '"kit": "0.0.9"'));
    const older = await runHere("merge", [a, old, "--out", `${folder}/merged`]);
    assertStringIncludes(older.stderr, `"${a}": its version of negscope is "0.0.9", this one's is`);
  }));

Deno.test("merge does not take an option that no run has for the standard one", () =>
  inFolder(async (folder) => {
    const shards = [1, 2].map((k) => `${folder}/${k}`);
    for (const [i, out] of shards.entries()) {
      await runHere("trace", [...TINY, ...QUICK, "--shard", `${i + 1}/2`, "--out", out]);
      await rewriteManifest(out, (text) => text.replace('"site": "resid"', '"site": "nowhere"'));
    }
    const settings = { out: `${folder}/merged`, pictures: { formats: [], preset: SCREEN } };
    const merging = () => mergeRuns(shards, ALL_EXPERIMENTS, settings);
    await assertRejectsCode(merging, 'run-edited: its site is "nowhere"');
  }));
