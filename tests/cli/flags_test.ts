import { assertEquals } from "@std/assert";
import {
  choiceOf,
  type Flag,
  flagSet,
  type FlagValues,
  numberFlag,
  picturesFlags,
  readFlags,
  refuseTogether,
} from "../../lib/cli/flags.ts";
import { VENUES } from "../../lib/charts/spec.ts";
import { assertThrowsCode } from "../error_codes.ts";
import type { ErrorCode } from "../../lib/errors/codes.ts";
import { isUsage } from "../../lib/errors/negscope_error.ts";

const OWN = { segments: { value: "LIST", help: "rows to trace", default: "correct,incorrect" } };
const FLAGS = {
  ...flagSet("model", "onnx", "limit", "shard", "seed", "out"),
  ...OWN,
  ...flagSet("quiet"),
};

function read(...args: string[]): FlagValues {
  const values = readFlags(args, FLAGS);
  if (values === "help") throw new TypeError("asked for help");
  return values;
}

function refuses(use: () => unknown, code: ErrorCode, message: string): void {
  const error = assertThrowsCode(use, code);
  assertEquals([error.message, isUsage(error)], [message, true]);
}

Deno.test("readFlags() gives values as text, with defaults for flags that are not given", () => {
  assertEquals(read(), {
    ...{ model: "shapes", seed: "0", segments: "correct,incorrect", quiet: false },
  });
  assertEquals(read("--model", "clip", "--limit=007", "--quiet"), {
    ...{ model: "clip", limit: "007", seed: "0", segments: "correct,incorrect", quiet: true },
  });
});

Deno.test("readFlags() takes the argument after a flag as its value, even with a minus sign or, of --onnx, empty, and ignores a leading --", () => {
  assertEquals([read("--onnx", "").onnx, read("--onnx=", "--quiet").onnx], ["", ""]);
  assertEquals(read("--", "--limit", "3")["limit"], "3"); // as npm's users write it
  assertEquals(read("--seed", "-1").seed, "-1");
  assertEquals(read("--out", "-x=y").out, "-x=y");
  assertEquals(read("--out=--a=b").out, "--a=b");
  assertEquals(read("--model", "a b", "--out", "c").model, "a b");
});

const UNKNOWN = "there is no such flag; ";
const ALONE = 'Cannot use "pairs.json": expected a flag before it, such as --model "pairs.json"';

const REFUSED: readonly (readonly [ErrorCode, args: string, message: string])[] = [
  ["usage-value-missing", "--out=", "Cannot use --out: expected --out FOLDER"],
  ["usage-value-missing", "--limit", "Cannot use --limit: expected --limit N"],
  ["usage-value-missing", "--limit --quiet", "Cannot use --limit: expected --limit N"],
  ["usage-value-missing", "--onnx", "Cannot use --onnx: expected --onnx SUFFIX"],
  [
    "usage-argument-unexpected",
    "--quiet=maybe",
    'Cannot use --quiet "maybe": expected --quiet without a value',
  ],
  ["usage-argument-unexpected", "pairs.json", ALONE],
  ["usage-argument-unexpected", "--quiet pairs.json", ALONE],
  ["usage-argument-unexpected", "--quiet -- pairs.json", ALONE],
  ["usage-argument-unexpected", "--limit 3 --limit=3", "Cannot use --limit twice: give it once"],
  ["usage-argument-unexpected", "--quiet --quiet", "Cannot use --quiet twice: give it once"],
  ["usage-flag-unknown", "--modle x", `Cannot use "--modle": ${UNKNOWN}the nearest is --model`],
  ["usage-flag-unknown", "--sead=3", `Cannot use "--sead": ${UNKNOWN}the nearest is --seed`],
  ["usage-flag-unknown", "--hlep", `Cannot use "--hlep": ${UNKNOWN}the nearest is --help`],
  ["usage-flag-unknown", "-quiet", `Cannot use "-quiet": ${UNKNOWN}the nearest is --quiet`],
  ["usage-flag-unknown", "--no-quiet", `Cannot use "--no-quiet": ${UNKNOWN}the nearest is --quiet`],
  ["usage-flag-unknown", "--Seed 3", `Cannot use "--Seed": ${UNKNOWN}the nearest is --seed`],
  ["usage-flag-unknown", "--site z", `Cannot use "--site": ${UNKNOWN}--help lists the flags`],
  ["usage-flag-unknown", "-", `Cannot use "-": ${UNKNOWN}--help lists the flags`],
];

Deno.test("readFlags() refuses what is missing, too much or unknown, as it was written, and tells the nearest flag", () => {
  for (const [code, args, message] of REFUSED) {
    refuses(() => read(...args.split(" ")), code, message);
  }
  const alone = () => readFlags(["x"], flagSet("quiet", "data"));
  assertThrowsCode(alone, "usage-argument-unexpected", 'such as --data "x"');
});

Deno.test("readFlags() collects arguments without a flag for a task that takes them", () => {
  const args = ["a", "--out", "b", "007", "--quiet", "--", "--c"];
  const values = readFlags(args, FLAGS, { operands: true });
  if (values === "help") throw new TypeError("asked for help");
  assertEquals([values.operands, values["out"]], [["a", "007", "--c"], "b"]);
});

Deno.test(`readFlags() returns "help" for --help or -h, whatever the other values`, () => {
  assertEquals(readFlags(["--help"], FLAGS), "help");
  assertEquals(readFlags(["--limit", "none", "-h"], FLAGS), "help");
});

Deno.test("numberFlag() names the flag and the range of a number that it refuses", () => {
  const limit = (text: string) => numberFlag({ limit: text }, "limit", { min: 1, max: 300 });
  assertEquals(limit("007"), 7);
  assertEquals(numberFlag({}, "limit", { min: 1, max: 300 }), undefined);
  const said = 'Cannot use --limit "301": expected a whole number from 1 to 300';
  refuses(() => limit("301"), "usage-value-wrong", said);
});

Deno.test("picturesFlags() names the flag and the part of a list that it refuses", () => {
  const pictures = (format: string, venue = "screen") => picturesFlags({ format, venue });
  assertEquals(pictures("none").formats, []);
  assertEquals(pictures("pdf, svg").formats, ["svg", "pdf"]);
  assertEquals(picturesFlags({ spreadsheet: true }).spreadsheet, true);
  assertEquals(pictures("svg", "ICML-full").preset, VENUES.get("icml-full")); // as venues write their names
  const format = 'Cannot use --format "jpg": expected a list of svg, png, pdf, or none by itself';
  refuses(() => pictures("svg,jpg"), "usage-value-wrong", format);
  refuses(() => pictures("svg,none"), "usage-value-wrong", format.replace("jpg", "none"));
  const venue = `Cannot use --venue "ICLR": expected ${[...VENUES.keys()].join(" or ")}`;
  refuses(() => pictures("svg", "ICLR"), "usage-value-wrong", venue);
});

Deno.test("choiceOf() reads the choice of a study, and names the flag that it refuses", () => {
  const choice = choiceOf({ "onnx-text": "a.onnx", limit: "3", shard: "2/3", threads: "4" });
  const { onnxText, limit, shard, threads, protocol } = choice;
  assertEquals([onnxText, limit, threads, protocol], ["a.onnx", 3, 4, "rephrased"]);
  assertEquals(shard, { k: 2, n: 3 });
  assertEquals(choiceOf({}).threads, navigator.hardwareConcurrency);
  const said = 'Cannot use --protocol "rephrase": expected rephrased or standard or all';
  refuses(() => choiceOf({ protocol: "rephrase" }), "usage-value-wrong", said);
  for (const text of ["5/4", "0/4", "1", "1/2/3", "a/b", "1 / 2", "-1/2"]) {
    const message = `Cannot use --shard "${text}": expected K/N with K from 1 to N, such as 1/4`;
    refuses(() => choiceOf({ shard: text }), "usage-value-wrong", message);
  }
});

Deno.test("readFlags() collects a flag that may be given several times", () => {
  const image: Flag = { value: "FILE", help: "a picture", many: true };
  const flags = { image, ...flagSet("seed") };
  const read = (...args: string[]) => readFlags(args, flags, { operands: true }) as FlagValues;
  const values = read("--image", "a.png", "There is a dog.", "--image=b c.png");
  assertEquals([values["image"], values.operands], [["a.png", "b c.png"], ["There is a dog."]]);
});

Deno.test("refuseTogether() names the first two flags that exclude each other", () => {
  refuseTogether({ plan: true, job: undefined, quiet: false }, ["job", "quiet", "plan"]);
  const both = () => refuseTogether({ plan: true, job: "a" }, ["plan", "job"]);
  refuses(both, "usage-flags-exclusive", "Cannot use --plan with --job: expected one of them");
});
