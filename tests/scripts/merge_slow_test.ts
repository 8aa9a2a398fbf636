/** What merge does with shards: all of a run's make the run, and those that are missing, foreign, edited or damaged are named. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { SCREEN } from "../../lib/charts/spec.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { mergeRuns } from "../../lib/runs/merge_runs.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { rewriteFile, rewriteManifest } from "../runs/run_folders.ts";
import { done, runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask, TINY } from "./task_process.ts";

const PICTURES = { formats: [], preset: SCREEN };

/** The files of two shards of a run by their names, made once. */
let made: Promise<Map<string, Uint8Array>[]> | undefined;

async function makeShards(): Promise<Map<string, Uint8Array>[]> {
  const shards: Map<string, Uint8Array>[] = [];
  await inFolder(async (folder) => {
    for (const k of [1, 2]) {
      const out = `${folder}/${k}`;
      const flags = ["--format", "none", "--quiet", "--shard", `${k}/2`, "--out", out];
      await done("trace", [...TINY, ...flags]);
      const names = namesIn(out);
      shards.push(new Map(names.map((name) => [name, Deno.readFileSync(`${out}/${name}`)])));
    }
  });
  return shards;
}

interface Shards extends Readonly<Record<"folder" | "a" | "b" | "out", string>> {
  readonly merge: (into?: string, shards?: readonly string[]) => Promise<unknown>;
  /** What merge has said. */
  readonly said: readonly string[];
}

/** Writes two shards of a run, uses them and removes them. */
async function withShards(
  use: (_: Shards) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const [a, b, out] = [`${folder}/a`, `${folder}/b`, `${folder}/merged`];
    made ??= makeShards();
    for (const [i, files] of (await made).entries()) {
      const shard = [a, b][i]!;
      await Deno.mkdir(shard);
      for (const [name, bytes] of files) await Deno.writeFile(`${shard}/${name}`, bytes);
    }
    const images = fixture("images");
    const say = (line: string) => void said.push(line);
    const said: string[] = [];
    const merge: Shards["merge"] = (into = out, shards = [a, b]) =>
      mergeRuns(shards, ALL_EXPERIMENTS, { out: into, images, pictures: PICTURES, say });
    await use({ folder, a, b, out, merge, said });
  });
}

Deno.test("merge refuses rows that are not those of their shard, by name", () =>
  withShards(async ({ a, b, out, merge }) => {
    const rowsOf = (shard: string) => Deno.readTextFileSync(`${shard}/rows.jsonl`);
    const [one, other] = [rowsOf(a), rowsOf(b)];
    const attacks = [[other, one], [one, other.slice(0, -1)]] as const; // swapped, and cut off
    for (const rows of attacks) {
      await Deno.writeTextFile(`${a}/rows.jsonl`, rows[0]);
      await Deno.writeTextFile(`${b}/rows.jsonl`, rows[1]);
      const edited = rows[0] === one ? b : a;
      await assertRejectsCode(
        merge,
        `run-edited: Cannot trust "${edited}/rows.jsonl": it is not`,
      );
      assertEquals(namesIn(out), []);
    }
    await Deno.writeTextFile(`${a}/rows.jsonl`, one);
    await rewriteFile(b, "rows.jsonl", one); // with a checksum that fits
    await assertRejectsCode(merge, "shards-differ: two rows have the id");
    await rewriteFile(b, "rows.jsonl", other);
    await merge();
    assertEquals(namesIn(out).includes("manifest.json"), true);
  }));

Deno.test("merge shows images only from the folder that its own command names, and only the shards' own", () =>
  withShards(async ({ a, b, out }) => {
    const secret = `${out}-secret`;
    await Deno.mkdir(secret);
    for (const name of namesIn(fixture("images"))) {
      await Deno.copyFile(`${fixture("images")}/${name}`, `${secret}/${name}`);
    }
    const images = namesIn(secret);
    await Deno.copyFile(`${secret}/${images[0]}`, `${secret}/${images[1]}`);
    for (const shard of [a, b]) {
      await rewriteManifest(shard, (text) => text.replace(fixture("images"), secret));
    }
    const said: string[] = [];
    const settings = { out, pictures: PICTURES, say: (line: string) => void said.push(line) };
    const merge = (images?: string) => mergeRuns([a, b], ALL_EXPERIMENTS, { ...settings, images });
    const others = `Cannot show the images of "${secret}": they are not those that the shards were`;
    await assertRejectsCode(() => merge(secret), "shards-differ", others);
    assertEquals([namesIn(out), said], [[], []]);
    await merge();
    assertEquals(said.map((line) => line.slice(0, 24)), ["The report has no images"]);
    const report = () => Deno.readTextFile(`${out}/report.html`);
    assertEquals((await report()).includes("data:image/webp"), false);
    const shown = { ...settings, images: fixture("images"), overwrite: true };
    await mergeRuns([a, b], ALL_EXPERIMENTS, shown);
    assertEquals((await report()).includes("data:image/webp"), true);
  }));

async function copyRun(from: string, to: string): Promise<void> {
  await Deno.mkdir(to);
  for (const name of namesIn(from)) await Deno.copyFile(`${from}/${name}`, `${to}/${name}`);
}

Deno.test("merge draws pictures, prints the findings, and refuses a folder with other files", () =>
  withShards(async ({ folder, a, b, out, merge, said }) => {
    const merged = await runTask("merge", [a, b, "--out", out]);
    assertEquals([merged.code, merged.stderr], [0, ""]);
    assertStringIncludes(merged.stdout, "negscope trace: clip-tiny, 8 of 8 rows, rephrased");
    assertStringIncludes(merged.stdout, `Report, which explains the words: ${out}/report.html\n`);
    assertStringIncludes(Deno.readTextFileSync(`${out}/trace_map.svg`), "<svg");
    assertEquals(await merge(out, [b, a]), undefined);
    assertEquals(said[0], `This run is finished already: ${out} (--overwrite repeats it)`);
    const over = () => merge(`${folder}/deep/../a`);
    await assertRejectsCode(over, "usage-value-wrong: expected another folder than that of a");
    const other = `${folder}/other`;
    await copyRun(out, other);
    await rewriteManifest(other, (text) => text.replace('"seed": "0"', '"seed": "9"'));
    await assertRejectsCode(() => merge(other), 'folder-taken: its --seed is "9", this run');
  }));

Deno.test("merge names missing, repeated, unfinished, foreign and damaged shards", () =>
  withShards(async ({ folder, a, b, out, merge }) => {
    const copies: Readonly<Record<string, readonly [part: string | RegExp, other: string]>> = {
      whole: [/"shard": "2\/2",\s*/, ""],
      seed: ['"seed": "0"', '"seed": "5"'],
      three: ['"shard": "2/2"', '"shard": "2/3"'],
      half: ['"finished": true', '"finished": false'],
      old: [/"kit": "[^"]*"/, '"kit": "0.0.9"'],
      gone: ["", ""],
    };
    const place = (name: string) => `${folder}/${name}`;
    for (const [name, [part, other]] of Object.entries(copies)) {
      await copyRun(b, place(name));
      await rewriteManifest(place(name), (text) => text.replace(part, other));
    }
    await copyRun(a, place("twin"));
    await Deno.remove(`${place("gone")}/rows.jsonl`);
    const failures: readonly [with_: string | undefined, says: string, code?: ErrorCode][] = [
      [undefined, "Cannot merge without shard 2/2: expected every shard of the run; run the same"],
      ["twin", `Cannot merge shard 1/2 twice: "${a}" and "${place("twin")}" both hold it; name`],
      ["half", `Cannot read run "${place("half")}": it is not finished`, "run-unfinished"],
      ["whole", `Cannot merge "${place("whole")}": it holds a whole run; expected the folders of`],
      ["three", `Cannot merge "${place("three")}" with "${a}": it is shard 2/3, that is 1/2; exp`],
      ["seed", `they are of different runs, its --seed is "5", that one's is "0"; run the`],
      ["gone", `from "${place("gone")}/rows.jsonl": there is no such file`, "run-edited"],
    ];
    for (const [with_, says, code = "shards-differ"] of failures) {
      const shards = with_ === undefined ? [a] : [a, place(with_)];
      await assertRejectsCode(() => merge(out, shards), code, says);
      assertEquals(namesIn(out), [], says);
    }
    const alone = await runHere("merge", [a, "--out", out]);
    assertEquals([alone.code, alone.stdout], [1, ""]);
    assertStringIncludes(alone.stderr, failures[0]![1]);
    await rewriteManifest(a, (text) => text.replace(...copies["old"] as [RegExp, string]));
    const older = await runHere("merge", [a, place("old"), "--out", out]);
    assertStringIncludes(older.stderr, `"${a}": its version of negscope is "0.0.9", this one's is`);
  }));

Deno.test("merge does not take an option that no run has for the standard one", () =>
  withShards(async ({ a, b, merge }) => {
    for (const shard of [a, b]) {
      await rewriteManifest(shard, (text) => text.replace('"site": "resid"', '"site": "nowhere"'));
    }
    await assertRejectsCode(() => merge(), 'run-edited: its site is "nowhere"');
  }));
