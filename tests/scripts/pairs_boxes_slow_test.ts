/** Runs experiments on pairs about parts of images. */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { done, runHere } from "./task_here.ts";
import { inFolder, recordsIn } from "./task_process.ts";
import { sharedFile, testWithShared } from "../reference_material.ts";

const SHARED = sharedFile("fixtures/");
const MODEL = ["--model", `${SHARED}clip-small`, "--images", `${SHARED}images`];

testWithShared(
  "pairs of NegRefCOCOg score the phrase as the benchmark does, in boxes of one image apart, and in their controls",
  () =>
    inFolder(async (folder) => {
      const data = `${SHARED}benchmarks/files/negrefcocog.json`;
      const given = ["--data", data, ...MODEL.slice(0, 2), "--out", `${folder}/pairs`];
      await done("pairs", given);
      const pairs = `${folder}/pairs/controlled_pairs.json`;
      const cache = ["--cache", `${folder}/cache`];
      const rows = JSON.parse(await Deno.readTextFile(pairs));
      const whole = rows.map(({ box: _, ...row }: Record<string, unknown>) => row);
      await Deno.writeTextFile(`${folder}/whole.json`, JSON.stringify(whole));
      const scores = async (name: string, file: string, task = "evaluate", ...more: string[]) => {
        const flags = ["--data", file, ...MODEL, ...cache, "--out", `${folder}/${name}`, ...more];
        await done(task, flags);
        return recordsIn(`${folder}/${name}/evaluate.csv`);
      };
      const ofWhole = await scores("whole", `${folder}/whole.json`); // keeps embeddings of whole images
      const golden = (recordsIn(`${SHARED}benchmarks/golden/negrefcocog.csv`))
        .filter(({ option }) => option === "0").map(({ score }) => Number(score));
      const found = await scores("boxes", pairs);
      assertEquals(found.length, golden.length);
      found.forEach(({ s_caption }, i) => assertAlmostEquals(Number(s_caption), golden[i]!, 2e-4));
      const differs = ({ s_caption }: Record<string, string>, i: number) =>
        Math.abs(Number(s_caption) - Number(ofWhole[i]!["s_caption"])) > 1e-3;
      assert(found.every(differs));
      const flags = ["--control", "image", "--limit", "6"];
      const traced = await scores("trace", pairs, "trace", ...flags);
      const ids = traced.map(({ id }) => id);
      assertEquals([ids.length, traced], [6, found.filter(({ id }) => ids.includes(id))]);
      const manifestOf = async (run: string) =>
        JSON.parse(await Deno.readTextFile(`${folder}/${run}/manifest.json`));
      const known = async (run: string) => (await manifestOf(run)).embeddings.image.cached;
      assertEquals([await known("boxes"), await known("trace")], [0, 6]); // those of boxes are kept apart from those of whole images
      assertEquals((await manifestOf("pairs")).rows, { read: 16, kept: 16, dropped: [] });
      rows[0].box = [9000, 0, 5, 5];
      await Deno.writeTextFile(pairs, JSON.stringify(rows));
      const out = ["--out", `${folder}/refused`];
      const refused = await runHere("evaluate", ["--data", pairs, ...MODEL, ...out]);
      assertStringIncludes(refused.stderr, 'Cannot use box [9000, 0, 5, 5] of row "row_0": image');
    }),
);
