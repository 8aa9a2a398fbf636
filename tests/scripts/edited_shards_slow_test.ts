/** What merge does with shards that somebody has edited, exchanged or damaged: it names the file, and makes nothing. */

import { assertEquals } from "@std/assert";
import { SCREEN } from "../../lib/charts/spec.ts";
import { ALL_EXPERIMENTS } from "../../lib/experiments/all.ts";
import { mergeRuns } from "../../lib/runs/merge_runs.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { rewriteFile, rewriteManifest } from "../runs/run_folders.ts";
import { done } from "./task_here.ts";
import { fixture, inFolder, namesIn, TINY } from "./task_process.ts";

const PICTURES = { formats: [], preset: SCREEN };

/** The files of two shards of a run by their names, made once. */
let made: Promise<Map<string, Uint8Array>[]> | undefined;

async function makeShards(): Promise<Map<string, Uint8Array>[]> {
  const shards: Map<string, Uint8Array>[] = [];
  await inFolder(async (folder) => {
    for (const k of [1, 2]) {
      const out = `${folder}/${k}`;
      const flags = ["--format", "none", "--quiet", "--shard", `${k}/2`, "--out", out];
      await done("attribute", [...TINY, ...flags]);
      const names = namesIn(out);
      shards.push(new Map(names.map((name) => [name, Deno.readFileSync(`${out}/${name}`)])));
    }
  });
  return shards;
}

/** Writes two shards of a run, uses them and removes them. */
async function withShards(
  use: (_: { a: string; b: string; out: string; merge: () => Promise<unknown> }) => Promise<void>,
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
    const merge = () => mergeRuns([a, b], ALL_EXPERIMENTS, { out, images, pictures: PICTURES });
    await use({ a, b, out, merge });
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
    const settings = { out, pictures: PICTURES, say: (line: string) => said.push(line) };
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
