import { parseArgs } from "@std/cli";
import { parseArgs as parseArgsAlone } from "@std/cli/parse-args";
import { assertEquals, assertStrictEquals } from "@std/assert";

// Expected values come from the documentation and the tests of @std/cli 1.0.32, and from running that package on the same arguments.

Deno.test("parseArgs() has a separate module", () => {
  assertStrictEquals(parseArgsAlone, parseArgs);
});

Deno.test("parseArgs() reads flags and arguments without declarations", () => {
  assertEquals(parseArgs(["--foo", "--bar=baz", "--n", "3", "./quux.txt"]), {
    foo: true,
    bar: "baz",
    n: 3,
    _: ["./quux.txt"],
  });
});

Deno.test("parseArgs() keeps the value of a string flag as text, which is empty if there is none", () => {
  const options = { string: ["model", "limit", "out"] } as const;
  assertEquals(parseArgs(["--limit", "007", "--model=a=b", "--out"], options), {
    limit: "007",
    model: "a=b",
    out: "",
    _: [],
  });
  assertEquals(parseArgs([], options), { _: [] });
});

Deno.test("parseArgs() takes no value for a boolean flag, which is false if absent", () => {
  const options = { boolean: ["quiet", "help"] } as const;
  assertEquals(parseArgs(["--quiet", "file", "--help=false"], options), {
    quiet: true,
    help: false,
    _: ["file"],
  });
  assertEquals(parseArgs(["--quiet", "false"], options), { quiet: false, help: false, _: [] });
});

Deno.test("parseArgs() uses the last value of a flag, or all values of a collecting flag", () => {
  const options = { string: ["out", "format"], collect: ["format"] } as const;
  assertEquals(parseArgs(["--out=a", "--format=svg", "--out=b", "--format=pdf"], options), {
    out: "b",
    format: ["svg", "pdf"],
    _: [],
  });
  assertEquals(parseArgs(["--format", "svg"], options), { format: ["svg"], _: [] });
  assertEquals(parseArgs([], options), { format: [], _: [] });
});

Deno.test("parseArgs() fills in the defaults of absent flags, and keeps lists as they are", () => {
  const parse = (...args: string[]) =>
    parseArgs(args, {
      boolean: "quiet",
      string: ["seed", "format"],
      collect: "format",
      default: { quiet: true, seed: 0, format: ["svg"], sizes: [1, 2] },
    });
  const absent = { quiet: true, seed: 0, format: ["svg"], sizes: [1, 2], _: [] };
  assertEquals(parse(), absent);
  assertEquals(parse("--quiet=false", "--seed", "7", "--format=pdf"), {
    ...absent,
    quiet: false,
    seed: "7",
    format: ["pdf"],
  });
});

Deno.test("parseArgs() gives a value under every name of its flag", () => {
  const options = { boolean: ["help"], string: ["out"], alias: { help: ["h", "?"], out: "o" } };
  assertEquals(parseArgs(["-h", "-o", "folder"], options), {
    help: true,
    h: true,
    "?": true,
    out: "folder",
    o: "folder",
    _: [],
  });
});

Deno.test("parseArgs() negates only flags that are negatable", () => {
  assertEquals(parseArgs(["--no-color"], { boolean: ["color"], negatable: ["color"] }), {
    color: false,
    _: [],
  });
  assertEquals(parseArgs(["--no-color"], { boolean: ["color", "no-color"] }), {
    color: false,
    "no-color": true,
    _: [],
  });
});

Deno.test("parseArgs() passes undeclared arguments to unknown() as they were written", () => {
  const asked: unknown[] = [];
  const args = ["file", "--seed=1", "--quiet", "--sed=2", "--no-quiet", "-x"];
  const parsed = parseArgs(args, {
    boolean: ["quiet"],
    string: ["seed"],
    unknown: (arg, key, value) => {
      asked.push([arg, key, value]);
      return arg === "file";
    },
  });
  assertEquals(asked, [
    ["file", undefined, undefined],
    ["--sed=2", "sed", "2"],
    ["--no-quiet", "no-quiet", true],
    ["-x", "x", true],
  ]);
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
  assertEquals(parseArgs(["--toString=1", "--constructor", "--__proto__.a=1"]), {
    toString: 1,
    _: [],
  });
  assertEquals(Object.hasOwn(Object.prototype, "a"), false);
});

Deno.test("parseArgs() uses the value of a negation as the flag's value", () => {
  assertEquals(parseArgs(["--no-limit=2"], { string: ["limit"] }), { limit: "2", _: [] });
});

Deno.test("parseArgs() reads combined letters, and a value within the same argument", () => {
  assertEquals(parseArgs(["-abc", "5", "-n7", "-o=a=b", "-I/usr/lib", "-x-"]), {
    a: true,
    b: true,
    c: 5,
    n: 7,
    o: "a=b",
    I: "/usr/lib",
    x: "-",
    _: [],
  });
});

Deno.test("parseArgs() makes objects from dotted names, including defaults", () => {
  const parsed = parseArgs(["--a.b=1", "--a.c.d"], {
    boolean: ["a.e"],
    default: { "a.b": 2, "a.f": 3 },
  });
  const flag: boolean = parsed.a.e;
  assertEquals({ ...parsed.a, e: flag }, { b: 1, c: { d: true }, e: false, f: 3 });
});

Deno.test("parseArgs() leaves arguments after -- as they are, and separates them on request", () => {
  const args = ["a", "--", "--no-b", "5"];
  assertEquals(parseArgs(args), { _: ["a", "--no-b", "5"] });
  assertEquals(parseArgs(args, { "--": true }), { _: ["a"], "--": ["--no-b", "5"] });
});

Deno.test("parseArgs() stops at the first argument on request", () => {
  const args = ["--a", "--no-b", "--", "c"];
  assertEquals(parseArgs(["run", ...args], { stopEarly: true }), {
    _: ["run", "--a", "--no-b", "c"],
  });
});

Deno.test("parseArgs() returns the types that its options imply", () => {
  const args = parseArgs(["--out=a", "--limit=2"], {
    boolean: ["quiet"],
    string: ["out", "limit", "format"],
    collect: ["format"],
    negatable: ["out"],
    default: { limit: 5 },
    alias: { quiet: "q" },
    "--": true,
  });
  const out: string | false | undefined = args.out;
  const quiet: boolean = args.q;
  const format: string[] = args.format;
  const limit: number | string = args.limit;
  const rest: string[] = args["--"];
  // @ts-expect-error A string flag may be absent.
  const present: string | false = args.out;
  assertEquals([out, quiet, format, limit, rest, present], ["a", false, [], "2", [], "a"]);
});
