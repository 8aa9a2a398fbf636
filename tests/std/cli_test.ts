import { parseArgs, type ParseOptions } from "@std/cli";
import { assertEquals } from "@std/assert";

// Expected values come from the documentation and the tests of @std/cli 1.0.32, and from running that package on the same arguments.

const TEXT = { string: ["model", "limit", "out"] } as const;
const SWITCHES = { boolean: ["quiet", "help"] } as const;
const COLLECTED = { string: ["out", "format"], collect: ["format"] } as const;

const CASES: readonly (readonly [string, string, ParseOptions, Record<string, unknown>])[] = [
  ["a string flag as text, empty if it has no value", "--limit 007 --model=a=b --out", TEXT, {
    ...{ limit: "007", model: "a=b", out: "", _: [] },
  }],
  ["no string flag", "", TEXT, { _: [] }],
  ["boolean flags without a value", "--quiet file --help=false", SWITCHES, {
    ...{ quiet: true, help: false, _: ["file"] },
  }],
  ["an absent boolean flag as false", "--quiet false", SWITCHES, {
    quiet: false,
    help: false,
    _: [],
  }],
  [
    "the last value of a flag, and all of a collecting one",
    "--out=a --format=svg --out=b --format=pdf",
    COLLECTED,
    { out: "b", format: ["svg", "pdf"], _: [] },
  ],
  ["a single collected value", "--format svg", COLLECTED, { format: ["svg"], _: [] }],
  ["no collected value", "", COLLECTED, { format: [], _: [] }],
  [
    "a value under every name of its flag",
    "-h -o folder",
    { boolean: ["help"], string: ["out"], alias: { help: "h", out: "o" } },
    { help: true, h: true, out: "folder", o: "folder", _: [] },
  ],
  ["arguments after -- as they are", "a -- --no-b 5", {}, { _: ["a", "--no-b", "5"] }],
];

for (const [what, line, options, expected] of CASES) {
  Deno.test(`parseArgs() reads ${what}`, () => {
    assertEquals(parseArgs(line === "" ? [] : line.split(" "), options) as object, expected);
  });
}

Deno.test("parseArgs() passes undeclared arguments to unknown() as they were written", () => {
  const asked: string[] = [];
  const args = ["file", "--seed=1", "--quiet", "--sed=2", "--no-quiet", "-x"];
  const unknown = (arg: string) => {
    asked.push(arg);
    return arg === "file";
  };
  const parsed = parseArgs(args, { boolean: ["quiet"], string: ["seed"], unknown });
  assertEquals(asked, ["file", "--sed=2", "--no-quiet", "-x"]);
  assertEquals(parsed, { quiet: true, seed: "1", _: ["file"] });
});

Deno.test("parseArgs() does not mistake names that every object has for flags", () => {
  const asked: string[] = [];
  const args = ["--constructor", "--toString=1", "--__proto__=2", "--hasOwnProperty"];
  const unknown = (arg: string) => {
    asked.push(arg);
    return false;
  };
  assertEquals(parseArgs(args, { string: ["out"], unknown }), { _: [] });
  assertEquals(asked, args);
});
