/** Tasks on weights: the same bytes from every form of the same numbers, shards, and kept embeddings. */

import { assertEquals, assertNotEquals } from "@std/assert";
import { fileOf, FOLDERS, miniFolder, TUNED, WHOLE_FILES } from "../model/forms/mini_folders.ts";
import { differingFiles } from "./killed_run.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask, TINY } from "./task_process.ts";

const QUICK = ["--format", "none", "--quiet"];

async function run(task: string, out: string, flags: readonly string[]): Promise<string> {
  const { code, stderr } = await runHere(task, [...flags, ...QUICK, "--out", out]);
  assertEquals([code, stderr], [0, ""], flags.join(" "));
  return out;
}

function mini(model: string, ...more: string[]): string[] {
  return ["--model", model, ...TINY.slice(2), ...more];
}

Deno.test("trace writes the same bytes whatever form the weights have, and whatever their names", () =>
  inFolder(async (folder) => {
    const runs: [string, string[]][] = [];
    for (const form of Object.keys(FOLDERS)) {
      runs.push([form, mini(await miniFolder(folder, form), "--cache", "none")]);
    }
    for (const name of WHOLE_FILES) {
      const model = `${folder}/open-clip`;
      runs.push([name, mini(model, "--weights", fileOf(name), "--cache", "none")]);
    }
    const texts: string[] = [];
    for (const [name, flags] of runs) {
      const out = await run("trace", `${folder}/out-${name}`, flags);
      const tables = ["effects.csv", "evaluate.csv"].map((file) => `${out}/${file}`);
      texts.push(tables.map((path) => Deno.readTextFileSync(path)).join("\n"));
    }
    assertEquals(new Set(texts).size, 1);
    const tuned = mini(`${folder}/hf`, "--weights", TUNED, "--cache", "none");
    const out = await run("trace", `${folder}/tuned`, tuned);
    assertNotEquals(Deno.readTextFileSync(`${out}/effects.csv`), texts[0]!.split("\n\n")[0]);
  }));

Deno.test("evaluate reads sentences with the tokeniser that --tokenizer names, where rows are checked and where they are scored", () =>
  inFolder(async (folder) => {
    const model = await miniFolder(folder, "hf");
    const flags = ["--cache", "none", "--skip-bad"];
    const own = await run("evaluate", `${folder}/own`, mini(model, ...flags));
    const tokenizer = `${folder}/another-name.json`;
    await Deno.rename(`${model}/tokenizer.json`, tokenizer);
    const more = [...flags, "--tokenizer", tokenizer];
    const named = await run("evaluate", `${folder}/named`, mini(model, ...more));
    const [first, second] = [own, named].map((out) => Deno.readTextFileSync(`${out}/evaluate.csv`));
    assertEquals(second, first);
    const manifest = JSON.parse(Deno.readTextFileSync(`${named}/manifest.json`));
    const files: { readonly file: string }[] = manifest.sources.model;
    assertEquals(files.filter(({ file }) => file.endsWith("another-name.json")).length, 1);
  }));

Deno.test("merge writes the same bytes as a run of weights without --shard", () =>
  inFolder(async (folder) => {
    const flags = [...TINY, "--weights", fixture("weights/tiny.safetensors"), "--cache", "none"];
    const whole = await run("trace", `${folder}/whole`, flags);
    const shards: string[] = [];
    for (const shard of ["1/2", "2/2"]) {
      const out = `${folder}/shard-${shard[0]}`;
      shards.push(await run("trace", out, [...flags, "--shard", shard]));
    }
    const out = `${folder}/merged`;
    const { code, stderr } = await runTask("merge", [
      ...shards,
      ...TINY.slice(4),
      ...QUICK,
      "--out",
      out,
    ]);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(differingFiles(out, whole), []);
  }));

Deno.test("a finished run is not that of other weights", () =>
  inFolder(async (folder) => {
    const model = await miniFolder(folder, "hf");
    const out = await run("evaluate", `${folder}/out`, mini(model, "--cache", "none"));
    const flags = mini(model, "--cache", "none", "--weights", TUNED);
    const again = await runHere("evaluate", [...flags, ...QUICK, "--out", out]);
    assertEquals(again.code, 1);
    assertEquals(again.stderr.includes("model"), true, again.stderr);
  }));

Deno.test("embeddings are kept apart for other weights, and shared by runs of the same", () =>
  inFolder(async (folder) => {
    const model = await miniFolder(folder, "hf-bin-sharded");
    const cache = `${folder}/cache`;
    const scores = async (name: string, ...more: string[]) => {
      const out = await run(
        "evaluate",
        `${folder}/${name}`,
        mini(model, "--cache", cache, ...more),
      );
      return Deno.readTextFileSync(`${out}/evaluate.csv`);
    };
    const kept = () =>
      namesIn(cache).filter((name) => name.endsWith(".bin")).map((name) => name.split("-")[0]);
    const first = await scores("first");
    assertEquals(kept(), ["image", "text"]);
    assertEquals(await scores("again"), first);
    assertEquals(kept(), ["image", "text"]);
    const tuned = await scores("tuned", "--weights", TUNED);
    assertNotEquals(tuned, first);
    assertEquals(kept(), ["image", "text", "text"]); // the image tower is the folder's
    assertEquals(await scores("cold", "--weights", TUNED, "--threads", "1"), tuned);

    // Another model under the same name: the shard of the image tower and the end of the text tower has other numbers.
    const shard = `${model}/pytorch_model-00002-of-00002.bin`;
    const bytes = Deno.readFileSync(shard);
    const start = bytes.findLastIndex((byte, i) => byte === 0x3f && bytes[i + 2] === 0x3f); // two numbers of about 1
    bytes[start] = 0xbf; // of other sign
    Deno.writeFileSync(shard, bytes);
    const changed = await scores("changed");
    assertNotEquals(changed, first);
    const { length } = kept();
    assertEquals(length, 5);
    const cold = await run("evaluate", `${folder}/none`, mini(model, "--cache", "none"));
    assertEquals(Deno.readTextFileSync(`${cold}/evaluate.csv`), changed);
  }));
