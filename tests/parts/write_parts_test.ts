/** Parts of shards that were exchanged: merge names the part and the difference, and removes nothing. */

import { assertEquals } from "@std/assert";
import { SCREEN } from "../../lib/charts/spec.ts";
import { type Manifest, writeManifest } from "../../lib/files/manifest.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { PAPER_PARTS } from "../../lib/paper/parts.ts";
import { checkShardParts, mergeParts } from "../../lib/parts/write_parts.ts";
import { recordText } from "../../lib/parts/parts_folder.ts";
import { type MergeSettings, readShards } from "../../lib/runs/merge_runs.ts";
import { versionsNow } from "../../lib/runs/run_identity.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { MANIFEST } from "../runs/run_folders.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";

const PARTS = { trace: "trace", attend: "attend" };

/** Writes a shard of the paper's results whose parts hold nothing but rows. */
async function writeShard(
  folder: string,
  { shard, model = "a1", parts = PARTS, seed = "0" }: {
    readonly shard: string;
    readonly model?: string;
    readonly parts?: Readonly<Record<string, string>>;
    readonly seed?: string;
  },
): Promise<void> {
  const whole: Manifest = {
    ...MANIFEST,
    ...{ command: "paper", versions: versionsNow(), files: ["parts.json"] },
    options: { protocol: "rephrased", seed, shard },
    sources: { ...MANIFEST.sources, model: [{ file: "config.json", sha256: model }] },
  };
  const checksums: Record<string, Record<string, string>> = {};
  for (const [name, command] of Object.entries(parts)) {
    const rows = `rows of ${name}, ${shard}, ${model}`;
    checksums[name] = { "rows.jsonl": sha256Text(rows) };
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
    await Deno.writeTextFile(`${folder}/${name}/rows.jsonl`, rows);
    const options = { ...whole.options, site: "resid" };
    const own = { ...whole, command, options, files: ["rows.jsonl"] };
    await writeManifest(`${folder}/${name}/manifest.json`, { ...own, checksums: checksums[name] });
  }
  const record = recordText({ format: "valse", parts: checksums, left_out: [] });
  await Deno.writeTextFile(`${folder}/parts.json`, record);
  await writeManifest(`${folder}/manifest.json`, {
    ...whole,
    checksums: { "parts.json": sha256Text(record) },
  });
}

/** Merges shards of the paper's results, of which nothing is written beside the parts. */
const merge = (shards: readonly string[], settings: MergeSettings) =>
  mergeParts(PAPER_PARTS, shards, settings, () => Promise.resolve());

/** Two shards of one run and two of another model's, an earlier result, and the merging of the first two over it. */
async function withShards(
  use: (shards: {
    readonly folder: string;
    readonly refused: (message: string, code?: "shards-differ" | "run-edited") => Promise<void>;
  }) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const own = [1, 2].map((k) => `${folder}/${k}`);
    for (const [i, shard] of own.entries()) {
      await writeShard(shard, { shard: `${i + 1}/2` });
      await writeShard(`${shard}-other`, { shard: `${i + 1}/2`, model: "c3" });
    }
    const out = `${folder}/out`;
    await writeShard(out, { shard: "1/1" });
    await use({
      folder,
      refused: async (message, code = "shards-differ") => {
        const settings = { out, overwrite: true, pictures: { formats: [], preset: SCREEN } };
        const error = await assertRejectsCode(() => merge(own, settings), code);
        assertEquals(error.message.replaceAll(folder, "F"), message);
        assertEquals([namesIn(out), namesIn(`${out}/trace`)], [
          ["attend", "manifest.json", "parts.json", "trace"],
          ["manifest.json", "rows.jsonl"],
        ]);
      },
    });
  });
}

Deno.test("checkShardParts() takes the parts that the shards recorded", () =>
  inFolder(async (folder) => {
    const own = [1, 2].map((k) => `${folder}/${k}`);
    for (const [i, shard] of own.entries()) await writeShard(shard, { shard: `${i + 1}/2` });
    const shards = await readShards(own, versionsNow());
    const { parts } = await checkShardParts(shards as [typeof shards[number]]);
    assertEquals(Object.keys(parts), ["trace", "attend"]);
  }));

Deno.test("merge refuses parts of the paper that are another model's or another shard's, in all shards or in one", () =>
  withShards(async ({ folder, refused }) => {
    const changed = (k: number) =>
      `Cannot use run "F/${k}": its part trace: it has changed since the folder was written; repeat the run that wrote it`;
    for (const k of [2, 1]) {
      await Deno.rename(`${folder}/${k}/trace`, `${folder}/${k}-trace`);
      await Deno.rename(`${folder}/${k}-other/trace`, `${folder}/${k}/trace`);
      await refused(changed(k), "run-edited");
    }
    for (const k of [1, 2]) await Deno.remove(`${folder}/${k}/trace`, { recursive: true });
    for (const k of [1, 2]) {
      await Deno.rename(`${folder}/${k}-trace`, `${folder}/${3 - k}/trace`);
    }
    await refused(changed(1), "run-edited");
  }));

Deno.test("merge reads what every shard of the paper has recorded, not the first only", () =>
  withShards(async ({ folder, refused }) => {
    await writeShard(`${folder}/2`, { shard: "2/2", parts: { trace: "trace" } });
    await refused(
      'Cannot merge "F/2" with "F/1": they have different parts, its parts.json has valse, trace, that one\'s has valse, trace, attend; run the shard again as the others',
    );
  }));

Deno.test("merge --overwrite of the paper's shards does not write into one of them", () =>
  inFolder(async (folder) => {
    const shards = [`${folder}/1`, `${folder}/trace`];
    for (const [i, shard] of shards.entries()) await writeShard(shard, { shard: `${i + 1}/2` });
    await Deno.symlink(`${folder}/1`, `${folder}/link`);
    for (const out of [`${folder}/1`, `${folder}/link`, `${folder}/1/below`, folder]) {
      const settings = { out, overwrite: true, pictures: { formats: [], preset: SCREEN } };
      await assertRejectsCode(
        () => merge(shards, settings),
        "usage-value-wrong: a folder apart from that of shard",
      );
      assertEquals(namesIn(`${folder}/1`), ["attend", "manifest.json", "parts.json", "trace"]);
      assertEquals(namesIn(`${folder}/trace/trace`), ["manifest.json", "rows.jsonl"]);
    }
  }));
