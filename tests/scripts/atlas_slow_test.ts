import { assertEquals, assertStringIncludes } from "@std/assert";
import { partsCommandOf } from "../../lib/parts/write_parts.ts";
import { readCsvLines } from "../../lib/tables/csv.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn } from "./task_process.ts";

const RELAY = [
  ...["--model", "planted/relay", "--format", "none", "--cache", "none", "--control", "none"],
];

Deno.test("shards of an atlas merge without a circuit, which cannot be cut; a protocol that is not rephrased is refused at once", () =>
  inFolder(async (folder) => {
    const refused = await runHere("atlas", [
      ...RELAY,
      ...["--protocol", "standard", "--out", `${folder}/none`],
    ]);
    assertEquals([refused.code, refused.stdout, namesIn(folder)], [2, "", []]);
    assertStringIncludes(refused.stderr, 'Cannot make an atlas with --protocol "standard"');

    const shards = ["1/2", "2/2"].map((shard) => [shard, `${folder}/${shard[0]}`] as const);
    for (const [shard, path] of shards) {
      const { code, stdout } = await runHere("atlas", [...RELAY, "--shard", shard, "--out", path]);
      assertEquals([code, stdout.split("\n").at(-2)], [
        0,
        `This shard is finished: ${path} (deno task merge makes the whole of all shards)`,
      ]);
    }
    assertEquals(await partsCommandOf(`${folder}/1`), "atlas");
    const out = `${folder}/merged`;
    const folders = shards.map(([, path]) => path);
    const merged = await runHere("merge", [...folders, "--format", "none", "--out", out]);
    assertEquals([merged.code, merged.stderr], [0, ""]);
    assertStringIncludes(merged.stdout, "Not run: Circuit, since a search decides by all rows");
    assertStringIncludes(merged.stdout, 'Head 1.2 reads "no"; 3.3 writes it into the score.');
    assertStringIncludes(merged.stdout, "\nNo circuit was searched.");
  }));

Deno.test("atlas of a model without a causal mask, on four rows, leaves out what needs one, and names no part", () =>
  inFolder(async (folder) => {
    const out = `${folder}/atlas`;
    const { code, stdout } = await runHere("atlas", [
      ...["--model", fixture("siglip-tiny"), "--data", fixture("existence.json")],
      ...["--images", fixture("images"), "--format", "none", "--cache", "none", "--out", out],
    ]);
    assertEquals(code, 0);
    const text = stdout.replaceAll(/\n +/g, " ");
    assertStringIncludes(text, "Whether siglip-tiny tells negation cannot be told");
    assertStringIncludes(text, "No circuit was searched");
    assertStringIncludes(text, "No part is tested, since an interval takes at least 9 effective");
    const missing = ["Shares of roles", "Direct attribution", "Circuit"];
    for (const part of missing) {
      assertStringIncludes(text, `Not run: ${part}, since SigLIP has no causal mask`);
    }
    const { parts } = JSON.parse(Deno.readTextFileSync(`${out}/parts.json`));
    assertEquals(Object.keys(parts), ["evaluate", "attend", "trace", "knockout", "ablate"]);
    const [columns, ...rows] = readCsvLines(Deno.readTextFileSync(`${out}/atlas.csv`));
    const place = columns!.indexOf("method");
    assertEquals(new Set(rows.map((row) => row[place])), new Set(["attend", "knockout", "ablate"]));
  }));
