/** Names and texts of foreign files with escape sequences, in what a task prints and in the files that it writes for readers. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { done, runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn } from "./task_process.ts";

const EVIL = "\x1b]0;owned\x07\u202egpj.\u2066x\u2028";
const SHOWN = "\\u{1b}]0;owned\\u{7}\\u{202e}gpj.\\u{2066}x\\u{2028}";
// deno-lint-ignore no-control-regex -- these must not be in what a reader sees
const UNSEEN = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

Deno.test("a run with escape sequences in its ids and model's name shows them in all that is read", () =>
  inFolder(async (folder) => {
    const model = `${folder}/${EVIL}`;
    await Deno.symlink(fixture("clip-tiny"), model);
    const pairs = JSON.parse(await Deno.readTextFile(fixture("pairs.json"))).slice(0, 2);
    for (const pair of pairs) pair.id += EVIL;
    await Deno.writeTextFile(`${folder}/pairs.json`, JSON.stringify(pairs));
    const flags = ["--data", `${folder}/pairs.json`, "--images", fixture("images")];
    const out = `${folder}/run`;
    const run = await done("correlate", ["--model", model, ...flags, "--out", out]);
    const read = (name: string) => Deno.readTextFile(`${out}/${name}`);
    const seen = [run, await read("summary.txt"), await read("report.html")];
    for (const name of namesIn(out)) if (name.endsWith(".svg")) seen.push(await read(name));
    for (const text of seen) assertEquals(UNSEEN.exec(text)?.[0], undefined);
    for (const text of seen.slice(0, 3)) assertStringIncludes(text, SHOWN);
    assertStringIncludes(await read("manifest.json"), "owned"); // the record keeps what was given
  }));

Deno.test("an error about a file with escape sequences in its name is one plain line", () =>
  inFolder(async (folder) => {
    const path = `${folder}/${EVIL}.json`;
    await Deno.writeTextFile(path, "{");
    const { code, stderr } = await runHere("attend", ["--data", path]);
    assertEquals([code, UNSEEN.exec(stderr)?.[0]], [1, undefined]);
    assertStringIncludes(stderr, SHOWN);
    const usage = await runHere("attend", [`--seed=${EVIL}`]);
    assertEquals([usage.code, UNSEEN.exec(usage.stderr)?.[0]], [2, undefined]);
  }));
