/** The help and usage errors of download. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { runHere } from "./task_here.ts";
import { inFolder, namesIn, runTask } from "./task_process.ts";

const NOWHERE = { HF_ENDPOINT: "http://127.0.0.1:9", HF_HOME: "/nowhere" }; // no request must be made

Deno.test("download explains itself without an argument and exits with 2", async () => {
  const [bare, help] = await Promise.all([
    runTask("download", [], { variables: NOWHERE }),
    runHere("download", ["--help"]),
  ]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "\nExample\n  deno task download clip openai/");
  const message =
    'Cannot download without a target: expected one of clip, clipseg, valse, visual7w, cannot, data, coco after "deno task download"\nSee: deno task download --help\n';
  assertEquals([bare.code, bare.stdout, bare.stderr], [2, "", help.stdout + message]);
});

const HUB_NAME =
  "expected the name of a repository on the Hub, OWNER/NAME or OWNER/NAME@REVISION, such as openai/clip-vit-base-patch32";

const MISTYPED: readonly { readonly args: readonly string[]; readonly says: string }[] = [
  { args: ["clp"], says: 'Cannot download "clp": the nearest is clip' },
  {
    args: ["Xenova/clip-vit-base-patch32"],
    says:
      'Cannot download "Xenova/clip-vit-base-patch32": for a model write clip before it, clip Xenova/clip-vit-base-patch32',
  },
  {
    args: ["data"],
    says:
      "Cannot download data without a name: expected deno task download data negrefcocog or sugarcrepe",
  },
  {
    args: ["data", "negbench"],
    says:
      'Cannot download "negbench": its authors give it in a folder of a file service, which has no fixed addresses; expected negrefcocog or sugarcrepe; fetch it by hand, see https://github.com/m1k2zoo/negbench/blob/main/datasets.md, and give benchmark its file with --data',
  },
  { args: ["clip", "vit-b-32"], says: `Cannot download "vit-b-32": ${HUB_NAME}` },
  {
    args: ["clip", "a/b", "main"],
    says: 'Cannot use "main": expected deno task download clip NAME[@REVISION]',
  },
  {
    args: ["valse", "--onnx", "_fp16"],
    says: "Cannot use --onnx to download valse: it is for deno task download clip or clipseg",
  },
  {
    args: ["clip", "--form", "pickle"],
    says: 'Cannot use --form "pickle": expected safetensors or bin or open_clip or onnx',
  },
];

Deno.test("download refuses mistyped commands, and says what to type instead", async () => {
  await Promise.all(MISTYPED.map(async ({ args, says }) => {
    const { code, stdout, stderr } = await runHere("download", args); // a request would be refused, with another message
    assertEquals([code, stdout, stderr], [2, "", `${says}\nSee: deno task download --help\n`]);
  }));
});

Deno.test("download visual7w needs a data file that names the images", () =>
  inFolder(async (folder) => {
    const missing = `${folder}/pairs.json`;
    const given = await runHere("download", ["visual7w", "--data", missing]);
    assertEquals([given.code, given.stdout, given.stderr], [
      ...[1, ""],
      `Cannot read data file "${missing}": there is no such file; check the data file\n`,
    ]);
    const bare = await runTask("download", ["visual7w"], { cwd: folder });
    assertEquals([bare.code, bare.stdout, bare.stderr], [
      ...[1, ""],
      'Cannot tell which images to download: there is no "results/download/existence.json"; give --data FILE, or first run: deno task download valse\n',
    ]);
    assertEquals(namesIn(folder), []);
  }));
