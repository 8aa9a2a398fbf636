/** The errors of tasks for flags that they do not have, and for values that a flag cannot have. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { fail } from "./failures.ts";
import { fixture, inFolder, runTask } from "./task_process.ts";

const VENUES = "screen or icml or icml-full or neurips or acl or acl-full or cvpr or " +
  "cvpr-full or nature or nature-full";
const LIMIT = "a whole number from 1 to 1000000000";
const SEED = "a whole number from 0 to 4294967295";
const HEAD_SET = "all, or different heads such as 1.2,1.3 (layer.head, from 1; or L0H1,L0H2)";
const SHARD = "K/N with K from 1 to N, such as 1/4";
const PICTURES = "a list of svg, png, pdf";
const THREADS = "a whole number from 1 to 256";

/** A task, its flags on one line, and its message about them. */
type Wrong = readonly [task: string, flags: string, says: string];

const MISTYPED: readonly Wrong[] = [
  ["trace", "--modle x", unknown("--modle", "the nearest is --model")],
  ["evaluate", "--site z", unknown("--site", "--help lists the flags")],
  ["notebooks", "--htm x", unknown("--htm", "the nearest is --html")],
  ["shapes", "-", unknown("-", "--help lists the flags")],
];

const MISPLACED: readonly Wrong[] = [
  ["trace", "pairs.json", alone("pairs.json", "--data")],
  ["trace", "--seed 1 --seed 1", "Cannot use --seed twice: give it once"],
  ["correlate", "--limit", "Cannot use --limit: expected --limit N"],
  ["ablate", "--model=", "Cannot use --model: expected --model FOLDER|NAME"],
  ["trace", "--quiet=yes", 'Cannot use --quiet "yes": expected --quiet without a value'],
];

const WRONG_VALUES: readonly Wrong[] = [
  ["trace", "--limit all", value("--limit", "all", LIMIT)],
  ["ablate", "--seed 4294967296", value("--seed", "4294967296", SEED)],
  ["trace", "--shard 1/0", value("--shard", "1/0", SHARD)],
  ["inspect", "--threads 0", value("--threads", "0", THREADS)],
  ["bench", "--copies 2 --compare python3", value("--copies", "2", "1 beside --compare")],
  ["knockout", "--heads 1.2,1.2", value("--heads", "1.2,1.2", HEAD_SET)],
  ["attend", "--layer 0", value("--layer", "0", "a whole number from 1 to 1000")],
  [
    "trace",
    "--site Resid",
    value("--site", "Resid", "resid or resid_mid or attn_out or mlp_out or z"),
  ],
  [
    "trace",
    "--segments correct,none",
    value("--segments", "none", "a list of correct, ambiguous, incorrect"),
  ],
  ["ablate", "--protocol vague", value("--protocol", "vague", "rephrased or standard or all")],
  ["evaluate", "--venue iclm", value("--venue", "iclm", VENUES)],
  ["correlate", "--format none,svg", value("--format", "none", PICTURES)],
  [
    "figures",
    "a b --out c",
    value("--out", "c", "only one run with it, since figures of runs have the same names"),
  ],
  ["explore", "--port 8000 --static x", "Cannot use --static with --port: expected one of them"],
  [
    "merge",
    "a b --out a",
    value("--out", "a", "another folder than that of a shard"),
  ],
];

const MODEL = fixture("clip-tiny");

const INCOMPLETE: readonly Wrong[] = [
  [
    "evaluate",
    `--model ${MODEL} --data ${
      fixture("pairs.json")
    } --image-embeddings a.npy --onnx-vision x.onnx`,
    'Cannot use --onnx-vision "x.onnx": expected no image tower beside --image-embeddings',
  ],
  [
    "evaluate",
    `--model ${MODEL} --images nowhere`,
    'Cannot run with --images "nowhere" alone: expected --data FILE beside it',
  ],
  [
    "correlate",
    "--data pairs.json",
    'Cannot run with --data "pairs.json" alone: expected --images FOLDER beside it',
  ],
  ...["evaluate", "inspect", "export", "bench"].map((task): Wrong => [
    task,
    "--weights tuned.pt",
    'Cannot use --weights "tuned.pt" alone: no --model of your own was given, and a file of weights does not say how many heads there are, which activation, or which tokens; expected --model FOLDER|NAME beside it, the model that they were made from: a folder with config.json or open_clip_config.json, the tokeniser and, for images, preprocessor_config.json',
  ]),
];

function unknown(flag: string, hint: string): string {
  return `Cannot use "${flag}": there is no such flag; ${hint}`;
}

function alone(argument: string, flag: string): string {
  return `Cannot use "${argument}": expected a flag before it, such as ${flag} "${argument}"`;
}

function value(flag: string, found: string, expected: string): string {
  return `Cannot use ${flag} "${found}": expected ${expected}`;
}

for (
  const [what, wrong] of [
    ["a flag that they do not have and name the nearest", MISTYPED],
    ["arguments without a flag, and flags with too few or too many values", MISPLACED],
    ["a value that a flag cannot have, before a model is loaded", WRONG_VALUES],
    ["a model or data without the rest, or with too much", INCOMPLETE],
  ] as const
) {
  Deno.test(`tasks refuse ${what}`, () =>
    inFolder((folder) =>
      fail(
        folder,
        wrong.map(([task, flags, says]) => ({ task, flags: flags.split(" "), says, usage: true })),
      )
    ));
}

Deno.test("a stack trace is shown only if NEGSCOPE_DEBUG is 1", async () => {
  const message = 'Cannot find model folder "nowhere"';
  for (const debug of ["", "0", "1"]) {
    const { code, stderr } = await runTask("inspect", ["--model", "nowhere"], {
      variables: { NEGSCOPE_DEBUG: debug },
    });
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
    assertEquals(/^ +at .*\.ts:\d+:\d+/m.test(stderr), debug === "1", stderr);
    assertEquals(stderr.split("\n").length > 2, debug === "1", stderr);
  }
  const usage = await runTask("bench", ["--pairs", "x"], {
    variables: { NEGSCOPE_DEBUG: "1" },
  });
  assertEquals(usage.code, 2);
  assertStringIncludes(usage.stderr, 'NegscopeError: Cannot use --pairs "x"');
  assertStringIncludes(usage.stderr, "\nSee: deno task bench --help\n");
});
