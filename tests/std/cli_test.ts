import { parseArgs } from "@std/cli";
import { assertEquals } from "@std/assert";

// Expected values come from the documentation and the tests of @std/cli 1.0.32, and from running that package on the same arguments.

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

Deno.test("parseArgs() gives a value under every name of its flag", () => {
  const options = { boolean: ["help"], string: ["out"], alias: { help: "h", out: "o" } };
  assertEquals(parseArgs(["-h", "-o", "folder"], options), {
    help: true,
    h: true,
    out: "folder",
    o: "folder",
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

Deno.test("parseArgs() leaves arguments after -- as they are", () => {
  assertEquals(parseArgs(["a", "--", "--no-b", "5"]), { _: ["a", "--no-b", "5"] });
});
