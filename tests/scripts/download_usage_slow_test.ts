/** The help and usage errors of download. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ErrorCode } from "../../lib/errors.ts";
import { runHere } from "./task_here.ts";
import { inFolder, namesIn, runTask, taskCommand, withoutHome } from "./task_process.ts";

const NOWHERE = { HF_ENDPOINT: "http://127.0.0.1:9", HF_HOME: "/nowhere" }; // no request must be made

Deno.test("download explains itself without an argument and exits with 2", async () => {
  const [bare, help] = await Promise.all([
    runTask("download", [], { variables: NOWHERE }),
    runHere("download", ["--help"]),
  ]);
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "\nExample\n  deno task download clip openai/");
  for (
    const word of [
      "--form ",
      "--file ",
      "clip ",
      "valse ",
      "visual7w ",
      "HF_HOME",
      "HF_ENDPOINT",
      "HF_TOKEN",
    ]
  ) {
    assertStringIncludes(help.stdout, word);
  }
  const message =
    'Cannot download without a target: expected one of clip, clipseg, valse, visual7w, cannot, data, coco after "deno task download"\nSee: deno task download --help\n';
  assertEquals([bare.code, bare.stdout, bare.stderr], [2, "", help.stdout + message]);
});

const HUB_NAME =
  "expected the name of a repository on the Hub, OWNER/NAME or OWNER/NAME@REVISION, such as openai/clip-vit-base-patch32";

const MISTYPED: readonly { readonly args: readonly string[]; readonly says: string }[] = [
  { args: ["clp"], says: 'Cannot download "clp": the nearest is clip' },
  { args: ["VALSE"], says: 'Cannot download "VALSE": the nearest is valse' },
  { args: ["visual-7w"], says: 'Cannot download "visual-7w": the nearest is visual7w' },
  {
    args: ["Xenova/clip-vit-base-patch32"],
    says:
      'Cannot download "Xenova/clip-vit-base-patch32": for a model write clip before it, clip Xenova/clip-vit-base-patch32',
  },
  {
    args: ["everything"],
    says:
      'Cannot download "everything": expected clip, clipseg, valse, visual7w, cannot, data, coco',
  },
  {
    args: ["sugarcrepe"],
    says: 'Cannot download "sugarcrepe": for a benchmark write data before it, data sugarcrepe',
  },
  {
    args: ["data"],
    says:
      "Cannot download data without a name: expected deno task download data negrefcocog or sugarcrepe",
  },
  {
    args: ["data", "sugarcrap"],
    says:
      'Cannot download the data of "sugarcrap": expected negrefcocog or sugarcrepe, or for where to find them negbench, ccneg, whatsup, aro, crepe, simpleneg',
  },
  {
    args: ["data", "negbench"],
    says:
      'Cannot download "negbench": its authors give it in a folder of a file service, which has no fixed addresses; expected negrefcocog or sugarcrepe; fetch it by hand, see https://github.com/m1k2zoo/negbench/blob/main/datasets.md, and give benchmark its file with --data',
  },
  {
    args: ["data", "crepe"],
    says:
      'Cannot download "crepe": its authors state no licence; expected negrefcocog or sugarcrepe; fetch it by hand, see https://github.com/RAIVNLab/CREPE, and give benchmark its file with --data',
  },
  {
    args: ["data", "sugarcrepe", "aro"],
    says: 'Cannot use "aro": expected deno task download data NAME',
  },
  {
    args: ["coco"],
    says:
      "Cannot tell which images to download: expected --data FILE, a benchmark about images of COCO's val2017",
  },
  { args: ["clip", "vit-b-32"], says: `Cannot download "vit-b-32": ${HUB_NAME}` },
  {
    args: ["clip", "https://huggingface.co/Xenova/clip-vit-base-patch32"],
    says: `Cannot download "https://huggingface.co/Xenova/clip-vit-base-patch32": ${HUB_NAME}`,
  },
  { args: ["clip", "../models/x"], says: `Cannot download "../models/x": ${HUB_NAME}` },
  {
    args: ["clip", "a/b", "main"],
    says: 'Cannot use "main": expected deno task download clip NAME[@REVISION]',
  },
  { args: ["valse", "visual7w"], says: 'Cannot use "visual7w": expected deno task download valse' },
  {
    args: ["valse", "--onnx", "_fp16"],
    says: "Cannot use --onnx to download valse: it is for deno task download clip or clipseg",
  },
  {
    args: ["clipseg", "--form", "bin"],
    says: "Cannot use --form to download clipseg: it is for deno task download clip",
  },
  { args: ["clipseg", "rd64"], says: `Cannot download "rd64": ${HUB_NAME}` },
  {
    args: ["clipseg", "a/b", "main"],
    says: 'Cannot use "main": expected deno task download clipseg NAME[@REVISION]',
  },
  {
    args: ["valse", "--form", "bin"],
    says: "Cannot use --form to download valse: it is for deno task download clip",
  },
  {
    args: ["visual7w", "--file", "a.pt"],
    says: "Cannot use --file to download visual7w: it is for deno task download clip",
  },
  {
    args: ["clip", "--form", "pickle"],
    says: 'Cannot use --form "pickle": expected safetensors or bin or open_clip or onnx',
  },
  {
    args: ["clip", "--onnx", "_fp16", "--form", "bin"],
    says: "Cannot use --onnx with --form: expected one of them",
  },
  {
    args: ["clip", "--file", "a.pt", "--form", "bin"],
    says: "Cannot use --file with --form: expected one of them",
  },
  {
    args: ["clip", "--file", "a.pt", "--onnx", ""],
    says: "Cannot use --file with --onnx: expected one of them",
  },
  {
    args: ["clip", "--data", "pairs.json"],
    says: "Cannot use --data to download clip: it is for deno task download visual7w or coco",
  },
  {
    args: ["clip", "--model", "a/b"],
    says: 'Cannot use "--model": there is no such flag; --help lists the flags',
  },
  {
    args: ["clip", "--retry", "3"],
    says: 'Cannot use "--retry": there is no such flag; the nearest is --retries',
  },
  { args: ["clip", "--out"], says: "Cannot use --out: expected --out FOLDER" },
  {
    args: ["clip", "--retries", "many"],
    says: 'Cannot use --retries "many": expected a whole number from 0 to 1000',
  },
];

Deno.test("download refuses mistyped commands, and says what to type instead", async () => {
  await Promise.all(MISTYPED.map(async ({ args, says }) => {
    const { code, stdout, stderr } = await runHere("download", args); // a request would be refused, with another message
    assertEquals([code, stdout, stderr], [2, "", `${says}\nSee: deno task download --help\n`]);
  }));
});

Deno.test("download refuses an impossible environment", async () => {
  const cases = [
    [
      { ...NOWHERE, HF_ENDPOINT: "huggingface.co" },
      'Cannot use HF_ENDPOINT "huggingface.co": expected an address such as https://huggingface.co; correct it or unset it',
    ],
    [
      { ...NOWHERE, HF_ENDPOINT: "http://mirror.example", HF_TOKEN: "hf_x" },
      'Cannot send HF_TOKEN to "http://mirror.example": anyone on the way could read it; use https in HF_ENDPOINT, or unset HF_TOKEN',
    ],
    [
      { ...NOWHERE, HF_TOKEN: "hf x" },
      "Cannot use HF_TOKEN: expected a token of the Hub, which has no spaces or line breaks; copy it again",
    ],
    [
      { ...NOWHERE, ...withoutHome() },
      "Cannot find the Hub's cache: none of HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME and HOME is set; set HF_HUB_CACHE to a folder, or give --out FOLDER",
    ],
  ] as const;
  await Promise.all(cases.map(async ([environment, says]) => {
    const { code, stdout, stderr } = await runTask("download", ["clip"], {
      variables: environment,
    });
    assertEquals([code, stdout, stderr], [1, "", `${says}\n`]);
  }));
});

Deno.test("download shows an error's code if NEGSCOPE_DEBUG is 1", () =>
  inFolder(async (folder) => {
    const cases: readonly [args: readonly string[], code: ErrorCode][] = [
      [[], "usage-value-missing"],
      [["clp"], "usage-value-wrong"],
      [["valse", "visual7w"], "usage-argument-unexpected"],
      [["valse", "--onnx", "_fp16"], "usage-argument-unexpected"],
      [["clip", "vit-b-32"], "usage-value-wrong"],
      [["clip", "--file", "a.pt", "--form", "bin"], "usage-flags-exclusive"],
      [["visual7w"], "file-unreadable"],
    ];
    await Promise.all(cases.map(async ([args, code]) => {
      const variables = { ...NOWHERE, NEGSCOPE_DEBUG: "1" };
      const { stderr } = await runTask("download", args, { cwd: folder, variables });
      assertStringIncludes(stderr, `code: "${code}"`);
    }));
  }));

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

Deno.test("no task but download may use the network of other machines, and its variables are named", () => {
  const { tasks }: { tasks: Readonly<Record<string, { command: string }>> } = JSON.parse(
    Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
  );
  const networked = Object.keys(tasks).filter((task) => tasks[task]!.command.includes("-net"));
  assertEquals(networked, [
    "explore",
    "download",
    "check:package",
    "test",
    "test:slow",
    "test:changed",
  ]); // all but the first, this machine
  const { args } = taskCommand("download");
  assertEquals(args.filter((arg) => arg.startsWith("--allow")), [
    ...["--allow-net", "--allow-read", "--allow-write"],
    "--allow-env=NEGSCOPE_DEBUG,HF_ENDPOINT,HF_TOKEN,HF_HUB_CACHE,HUGGINGFACE_HUB_CACHE,HF_HOME,XDG_CACHE_HOME,HOME,USERPROFILE",
  ]);
});
