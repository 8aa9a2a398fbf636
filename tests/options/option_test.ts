import { assertEquals, assertThrows } from "@std/assert";
import {
  amount,
  choice,
  ifGiven,
  jsonFile,
  list,
  numbers,
  type OptionsOf,
  toggle,
  wholeNumber,
} from "../../lib/options/option.ts";
import { completeOptions, readOptions, standardOptions } from "../../lib/options/values.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { DISK } from "../../lib/files/read_file.ts";

const SPECS = {
  site: choice(["resid", "z"], { standard: "resid", help: "where" }),
  segments: list(["correct", "incorrect"], { standard: ["correct"], help: "which" }),
  layer: wholeNumber({ min: 1, max: 12, help: "the layer" }),
  renormalize: toggle("divides"),
};

Deno.test("completeOptions() adds defaults, puts a list in the set's order, and reads a text as a command line does", () => {
  const standard: OptionsOf<typeof SPECS> = {
    ...{ site: "resid", segments: ["correct"], layer: undefined, renormalize: false },
  };
  assertEquals(completeOptions(SPECS, {}), standard);
  assertEquals(standardOptions(SPECS), standard);
  const given: OptionsOf<typeof SPECS> = {
    ...{ site: "z", segments: ["incorrect", "correct"], layer: 12, renormalize: true },
  };
  const read: typeof given = { ...given, segments: ["correct", "incorrect"] };
  assertEquals(completeOptions(SPECS, given), read);
  assertEquals(
    completeOptions(SPECS, { ...given, segments: "incorrect, correct", layer: "12" }),
    read,
  );
});

Deno.test("completeOptions() refuses a value that an option cannot have", () => {
  const wrong: readonly [object, string][] = [
    ...["q", "Z", "resid,z", "toString"].map((
      site,
    ): [object, string] => [{ site }, `site "${site}"`]),
    [{ site: 1 }, "site 1"],
    [{ segments: ["wrong"] }, 'segments ["wrong"]'],
    [{ segments: [] }, "segments []"],
    [{ segments: null }, "segments null"],
    [{ layer: 0 }, "layer 0"],
    [{ layer: 1.5 }, "layer 1.5"],
    [{ layer: 13 }, "layer 13"],
    [{ layer: null }, "layer null"],
    [{ renormalize: "maybe" }, 'renormalize "maybe"'],
  ];
  for (const [given, message] of wrong) {
    const use = () => completeOptions(SPECS, given as never);
    assertThrowsCode(use, `value-wrong: Cannot use ${message}: expected`);
  }
});

Deno.test("completeOptions() refuses an option that does not exist, and names the nearest", () => {
  const message = "there is no such option; expected site, segments, layer, renormalize";
  const near = `Cannot use option "sites": ${message}; the nearest is "site"`;
  assertThrowsCode(() => completeOptions(SPECS, { sites: "z" }), "name-unknown", near);
  const far = `Cannot use option "toString": ${message}`;
  assertThrowsCode(() => completeOptions(SPECS, { toString: "z" }), "name-unknown", far);
});

Deno.test("readOptions() leaves the error for a wrong text to its caller", () => {
  const wrong = (name: string, text: string) => new RangeError(`${name}=${text}`);
  assertEquals(readOptions(SPECS, { layer: "3", renormalize: true }, { wrong }), {
    ...{ site: "resid", segments: ["correct"], layer: 3, renormalize: true },
  });
  assertThrows(() => readOptions(SPECS, { layer: "x" }, { wrong }), RangeError, "layer=x");
});

Deno.test("wholeNumber() reads digits within its range and nothing else", () => {
  const { parse } = wholeNumber({ min: 1, max: 300, help: "" });
  assertEquals(["1", "300", "007"].map((text) => parse(text)), [1, 300, 7]);
  for (const text of ["0", "301", "-1", "1.5", "1e2", "0x10", " 3", "3 rows", "NaN", "", "١"]) {
    assertEquals(parse(text), undefined, text);
  }
});

Deno.test("list() takes values once, in its own order, and finds the wrong one", () => {
  const { parse, wrongPart } = list(["a", "b", "c"], { standard: ["a"], help: "" });
  assertEquals(parse("c, a,c"), ["a", "c"]);
  assertEquals([parse("a,x"), wrongPart!("a,x")], [undefined, "x"]);
  assertEquals([parse("a,"), wrongPart!("a,")], [undefined, ""]);
});

Deno.test("numbers() reads a list of numbers in rising order, each once, and names the wrong one", () => {
  const sizes = numbers({ min: 0, max: 1, help: "sizes" });
  assertEquals(sizes.parse("0.5, 0,1,0.5,1e-3"), [0, 1e-3, 0.5, 1]);
  assertEquals(sizes.print(sizes.parse("0.5,0")), "0,0.5");
  assertEquals([sizes.standard, sizes.print(undefined)], [undefined, undefined]);
  for (
    const [text, wrong] of [["0,large", "large"], ["0,,1", ""], ["0,1.5", "1.5"], ["-0.1", "-0.1"]]
  ) {
    assertEquals([sizes.parse(text!), sizes.wrongPart!(text!)], [undefined, wrong!]);
  }
  const use = () => completeOptions({ sizes }, { sizes: "0,large" });
  const message =
    'Cannot use sizes "0,large": expected a list of numbers from 0 to 1, such as 0,0.5';
  assertThrowsCode(use, "value-wrong", message);
});

Deno.test("ifGiven() has no value unless it is given, and names the default in its help", () => {
  const option = ifGiven(amount({ min: 0, max: 1, standard: 0.5, help: "a share" }));
  assertEquals([option.help, option.standard], ["a share (default: 0.5)", undefined]);
  assertEquals([option.parse("0.5"), option.print(0.5), option.print(undefined)], [
    ...[0.5, "0.5", undefined],
  ]);
});

const { read, SIZES } = (() => {
  const read: unknown[] = [];
  const SIZES = jsonFile<Readonly<Record<string, number>>>({
    ...{ placeholder: "FILE", help: "sizes", expected: "sizes by name" },
    read: (content, file) => {
      read.push([content, file]);
      return content as Record<string, number>;
    },
    brief: (sizes) => `(${Object.keys(sizes).length} sizes)`,
  });
  return { read, SIZES };
})();

Deno.test("jsonFile() is what the file holds, and writes that instead of its place", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, '{\n "a": 1\n}\n');
  const value = SIZES.parse(file, DISK)!;
  await Deno.remove(file);
  assertEquals(
    [value, SIZES.print(value), SIZES.brief!(value)],
    [{ a: 1 }, '{"a":1}', "(1 sizes)"],
  );
  assertEquals(SIZES.parse(SIZES.print(value)!), value);
  assertEquals(read.splice(0), [[{ a: 1 }, file], [{ a: 1 }, "the given value"]]);
  const options = { sizes: SIZES };
  assertEquals(completeOptions(options, { sizes: { b: 2 } }), { sizes: { b: 2 } });
  assertEquals(completeOptions(options, {}), { sizes: undefined });
  assertEquals([SIZES.print(undefined), SIZES.brief!(undefined), SIZES.parse("")], [
    ...[undefined, "", undefined],
  ]);
});

Deno.test("jsonFile() refuses a file that is not there, or is no JSON", () => {
  const use = (text: string, says: string) =>
    assertThrowsCode(() => SIZES.parse(text, DISK), "file-malformed", says);
  use(
    "./none.json",
    'Cannot read file "./none.json": there is no such file; expected a file with sizes by name',
  );
  use("{oh", 'Cannot read file "the given value": it cannot be read as JSON (');
  use(".", "it is a folder");
});
