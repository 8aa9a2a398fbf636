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

Deno.test("readFlags() takes the argument after a flag as its value, even with a minus sign", () => {
  assertEquals(read("--seed", "-1").seed, "-1");
  assertEquals(read("--out", "-x=y").out, "-x=y");
  assertEquals(read("--out=--a=b").out, "--a=b");
  assertEquals(read("--model", "a b", "--out", "c").model, "a b");
});

Deno.test("readFlags() allows only the suffix of --onnx to be empty", () => {
  assertEquals(read("--onnx", "").onnx, "");
  assertEquals(read("--onnx=", "--quiet").onnx, "");
  refuses(
    () => read("--out", ""),
    "usage-value-missing",
    "Cannot use --out: expected --out FOLDER",
  );
  refuses(() => read("--out="), "usage-value-missing", "Cannot use --out: expected --out FOLDER");
});

Deno.test("readFlags() refuses a flag without its value, at the end and before another flag", () => {
  refuses(() => read("--limit"), "usage-value-missing", "Cannot use --limit: expected --limit N");
  refuses(
    () => read("--limit", "--quiet"),
    "usage-value-missing",
    "Cannot use --limit: expected --limit N",
  );
  refuses(() => read("--onnx"), "usage-value-missing", "Cannot use --onnx: expected --onnx SUFFIX");
});

Deno.test("readFlags() refuses a value for a flag that has none", () => {
  const message = 'Cannot use --quiet "maybe": expected --quiet without a value';
  refuses(() => read("--quiet=maybe"), "usage-argument-unexpected", message);
  refuses(
    () => read("--quiet", "yes"),
    "usage-argument-unexpected",
    'Cannot use "yes": expected a flag before it, such as --model "yes"',
  );
});

Deno.test("readFlags() names an unknown flag as it was written, and the nearest flag", () => {
  const unknown = (flag: string, nearest: string) =>
    `Cannot use "${flag}": there is no such flag; the nearest is ${nearest}`;
  refuses(() => read("--modle", "x"), "usage-flag-unknown", unknown("--modle", "--model"));
  refuses(() => read("--sead=3"), "usage-flag-unknown", unknown("--sead", "--seed"));
  refuses(() => read("--hlep"), "usage-flag-unknown", unknown("--hlep", "--help"));
  refuses(() => read("-quiet"), "usage-flag-unknown", unknown("-quiet", "--quiet"));
  refuses(() => read("--no-quiet"), "usage-flag-unknown", unknown("--no-quiet", "--quiet"));
  refuses(() => read("--Seed", "3"), "usage-flag-unknown", unknown("--Seed", "--seed"));
  const distant = (flag: string) =>
    `Cannot use "${flag}": there is no such flag; --help lists the flags`;
  refuses(() => read("--site", "z"), "usage-flag-unknown", distant("--site")); // of another task
  refuses(() => read("-"), "usage-flag-unknown", distant("-"));
});

Deno.test("readFlags() refuses an argument that is not a flag, even after --", () => {
  const message =
    'Cannot use "pairs.json": expected a flag before it, such as --model "pairs.json"';
  refuses(() => read("pairs.json"), "usage-argument-unexpected", message);
  refuses(() => read("--limit", "3", "pairs.json"), "usage-argument-unexpected", message);
  refuses(() => read("--quiet", "--", "pairs.json"), "usage-argument-unexpected", message);
  assertThrowsCode(
    () => readFlags(["x"], flagSet("quiet", "data")),
    "usage-argument-unexpected",
    'such as --data "x"',
  );
});

Deno.test("readFlags() ignores a leading --, as npm's users write it", () => {
  assertEquals(read("--", "--limit", "3")["limit"], "3");
});

Deno.test("readFlags() collects arguments without a flag for a task that takes them", () => {
  const args = ["a", "--out", "b", "007", "--quiet", "--", "--c"];
  const values = readFlags(args, FLAGS, { operands: true });
  if (values === "help") throw new TypeError("asked for help");
  assertEquals([values.operands, values["out"]], [["a", "007", "--c"], "b"]);
});

Deno.test("readFlags() refuses a flag that is given twice", () => {
  refuses(
    () => read("--limit", "3", "--limit=3"),
    "usage-argument-unexpected",
    "Cannot use --limit twice: give it once",
  );
  refuses(
    () => read("--quiet", "--quiet"),
    "usage-argument-unexpected",
    "Cannot use --quiet twice: give it once",
  );
});

Deno.test(`readFlags() returns "help" for --help or -h, whatever the other values`, () => {
  assertEquals(readFlags(["--help"], FLAGS), "help");
  assertEquals(readFlags(["--limit", "none", "-h"], FLAGS), "help");
});

Deno.test("numberFlag() names the flag and the range of a number that it refuses", () => {
  const limit = (text: string) => numberFlag({ limit: text }, "limit", { min: 1, max: 300 });
  assertEquals(limit("007"), 7);
  assertEquals(numberFlag({}, "limit", { min: 1, max: 300 }), undefined);
  refuses(
    () => limit("301"),
    "usage-value-wrong",
    'Cannot use --limit "301": expected a whole number from 1 to 300',
  );
});

Deno.test("picturesFlags() names the flag and the part of a list that it refuses", () => {
  const pictures = (format: string, venue = "screen") => picturesFlags({ format, venue });
  assertEquals(pictures("none").formats, []);
  assertEquals(pictures("pdf, svg").formats, ["svg", "pdf"]);
  assertEquals(picturesFlags({ spreadsheet: true }).spreadsheet, true);
  assertEquals(pictures("svg", "ICML-full").preset, VENUES.get("icml-full")); // as venues write their names
  refuses(
    () => pictures("svg,jpg"),
    "usage-value-wrong",
    'Cannot use --format "jpg": expected a list of svg, png, pdf',
  );
  refuses(
    () => pictures("svg", "ICLR"),
    "usage-value-wrong",
    `Cannot use --venue "ICLR": expected ${[...VENUES.keys()].join(" or ")}`,
  );
});

Deno.test("choiceOf() reads the choice of a study, and names the flag that it refuses", () => {
  const choice = choiceOf({ "onnx-text": "a.onnx", limit: "3", shard: "2/3", threads: "4" });
  const { onnxText, limit, shard, threads, protocol } = choice;
  assertEquals([onnxText, limit, threads, protocol], ["a.onnx", 3, 4, "rephrased"]);
  assertEquals(shard, { k: 2, n: 3 });
  assertEquals(choiceOf({}).threads, navigator.hardwareConcurrency);
  refuses(
    () => choiceOf({ protocol: "rephrase" }),
    "usage-value-wrong",
    'Cannot use --protocol "rephrase": expected rephrased or standard or all',
  );
  for (const text of ["5/4", "0/4", "1", "1/0", "1/2/3", "a/b", "1 / 2", "-1/2"]) {
    refuses(
      () => choiceOf({ shard: text }),
      "usage-value-wrong",
      `Cannot use --shard "${text}": expected K/N with K from 1 to N, such as 1/4`,
    );
  }
});

Deno.test("readFlags() collects a flag that may be given several times", () => {
  const image: Flag = { value: "FILE", help: "a picture", many: true };
  const flags = { image, ...flagSet("seed") };
  const read = (...args: string[]) => readFlags(args, flags, { operands: true }) as FlagValues;
  const values = read("--image", "a.png", "There is a dog.", "--image=b c.png");
  assertEquals([values["image"], values.operands], [["a.png", "b c.png"], ["There is a dog."]]);
  refuses(
    () => read("--seed", "1", "--seed", "2"),
    "usage-argument-unexpected",
    "Cannot use --seed twice: give it once",
  );
  refuses(
    () => read("--image="),
    "usage-value-missing",
    "Cannot use --image: expected --image FILE",
  );
});

Deno.test("refuseTogether() names the first two flags that exclude each other", () => {
  refuseTogether({ plan: true, job: undefined, quiet: false }, ["job", "quiet", "plan"]);
  refuses(
    () => refuseTogether({ plan: true, job: "a" }, ["plan", "job"]),
    "usage-flags-exclusive",
    "Cannot use --plan with --job: expected one of them",
  );
});
