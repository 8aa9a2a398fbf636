/** The help and usage errors of download. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { runHere } from "./task_here.ts";
import { runTask } from "./task_process.ts";

const NOWHERE = { HF_ENDPOINT: "http://127.0.0.1:9", HF_HOME: "/nowhere" }; // no request must be made

Deno.test("download explains itself without an argument and exits with 2", async () => {
  const { code, stdout, stderr } = await runTask("download", [], { variables: NOWHERE });
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, "Cannot run without clip [NAME[@REVISION]]|clipseg");
  assertStringIncludes(stderr, "\nSee: deno task download --help\n");
});

/** Words after `deno task download`, and how the message about them begins. */
const MISTYPED: readonly (readonly [words: string, says: string])[] = [
  ["clp", 'Cannot download "clp": the nearest is clip'],
  ["Xenova/clip", 'Cannot download "Xenova/clip": for a model write'],
  ["data", "Cannot download data without a name: expected deno task download data negrefcocog or"],
  ["data negbench", 'Cannot download "negbench": its authors give it in a folder of a file'],
  ["clip vit-b-32", 'Cannot download "vit-b-32": expected the name of a repository on the Hub'],
  ["clip a/b main", 'Cannot use "main": expected deno task download clip NAME[@REVISION]'],
  ["valse --onnx _fp16", "Cannot use --onnx to download valse: it is for deno task download clip"],
  ["clip --form pickle", 'Cannot use --form "pickle": expected safetensors or bin or open_clip or'],
];

Deno.test("download refuses mistyped commands, and says what to type instead", async () => {
  for (const [words, says] of MISTYPED) {
    const { code, stdout, stderr } = await runHere("download", words.split(" ")); // a request would be refused, with another message
    assertEquals([code, stdout, stderr.slice(0, says.length)], [2, "", says]);
    assertEquals(stderr.split("\n").slice(1), ["See: deno task download --help", ""]);
  }
});
