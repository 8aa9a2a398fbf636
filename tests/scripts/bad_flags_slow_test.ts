/** The errors of tasks for flags that they do not have, and for values that a flag cannot have. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { fail } from "./failures.ts";
import { fixture, inFolder, runTask } from "./task_process.ts";

/** A task, its flags on one line, and how its message about them begins. */
type Wrong = readonly [task: string, flags: string, says: string];

/** One of each kind: tests/cli and tests/options have the messages of all flags. */
const WRONG: readonly Wrong[] = [
  ["trace", "--modle x", 'Cannot use "--modle": there is no such flag; the nearest is --model'],
  ["trace", "--site Resid", 'Cannot use --site "Resid": expected resid or resid_mid or attn_out'],
  ["figures", "a b --out c", 'Cannot use --out "c": expected only one run with it, since figures'],
  ["score", "--image a.png one --out c", "Cannot use --out without --explain: it does nothing"],
  ["trace", "--control none,image", 'Cannot use --control "none": expected a list of image, deter'],
  ["contrast", "a", "Cannot run without A B: expected two, as in: deno task contrast"],
  ["merge", "a b --out a", 'Cannot use --out "a": expected another folder than that of a shard'],
];

const MODEL = fixture("clip-tiny");
const OWN = `--model ${MODEL} --data ${fixture("pairs.json")}`;
const TUNED = 'Cannot use --weights "tuned.pt" alone: no --model of your own was given, and a file';

const INCOMPLETE: readonly Wrong[] = [
  [
    ...["evaluate", `${OWN} --image-embeddings a.npy --onnx-vision x.onnx`] as const,
    'Cannot use --onnx-vision "x.onnx": expected no image tower beside --image-embeddings',
  ],
  ["evaluate", `--model ${MODEL} --images no`, 'Cannot run with --images "no" alone: exp'],
  ["correlate", "--data a.json", 'Cannot run with --data "a.json" alone: expected --images'],
  ...["evaluate", "inspect", "bench"].map((task): Wrong => [task, "--weights tuned.pt", TUNED]),
];

for (
  const [what, wrong] of [
    ["flags and values that they do not have, before a model is loaded", WRONG],
    ["a model or data without the rest, or with too much", INCOMPLETE],
  ] as const
) {
  Deno.test(`tasks refuse ${what}`, () =>
    inFolder(async (folder) => {
      const failures = wrong.map(([task, flags, says]) => [task, flags.split(" "), says] as const);
      await fail(folder, failures, { usage: true });
    }));
}

Deno.test("a stack trace is shown only if NEGSCOPE_DEBUG is 1", async () => {
  const message = 'Cannot find model folder "nowhere"';
  const run = (debug: string, task: string, ...flags: string[]) =>
    runTask(task, flags, { variables: { NEGSCOPE_DEBUG: debug } });
  for (const debug of ["", "0", "1"]) {
    const { code, stderr } = await run(debug, "inspect", "--model", "nowhere");
    assertEquals(code, 1);
    assertStringIncludes(stderr, message);
    assertEquals(/^ +at .*\.ts:\d+:\d+/m.test(stderr), debug === "1", stderr);
    assertEquals(stderr.split("\n").length > 2, debug === "1", stderr);
  }
  const usage = await run("1", "bench", "--pairs", "x");
  assertEquals(usage.code, 2);
  assertStringIncludes(usage.stderr, 'NegscopeError: Cannot use --pairs "x"');
  assertStringIncludes(usage.stderr, "\nSee: deno task bench --help\n");
});
