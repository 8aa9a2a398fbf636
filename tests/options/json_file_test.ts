import { DISK } from "../../lib/files/disk.ts";
import { assertEquals } from "@std/assert";
import { amount } from "../../lib/options/option.ts";
import { jsonFile } from "../../lib/options/json_file.ts";
import { completeOptions } from "../../lib/options/values.ts";
import { assertThrowsCode } from "../error_codes.ts";

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
  assertEquals([value, SIZES.print(value), SIZES.brief!(value)], [
    { a: 1 },
    '{"a":1}',
    "(1 sizes)",
  ]);
  assertEquals(SIZES.parse(SIZES.print(value)!), value);
  assertEquals(read.splice(0), [[{ a: 1 }, file], [{ a: 1 }, "the given value"]]);
  const options = { sizes: SIZES };
  assertEquals(completeOptions(options, { sizes: { b: 2 } }), { sizes: { b: 2 } });
  assertEquals(completeOptions(options, {}), { sizes: undefined });
  assertEquals([SIZES.print(undefined), SIZES.brief!(undefined), SIZES.parse("")], [
    ...[undefined, "", undefined],
  ]);
});

Deno.test("jsonFile() refuses a file that is not there, or is no JSON", async () => {
  const use = (text: string, says: string) =>
    assertThrowsCode(() => SIZES.parse(text, DISK), "file-malformed", says);
  use(
    "./none.json",
    'Cannot read file "./none.json": there is no such file; expected a file with sizes by name',
  );
  use("{oh", 'Cannot read file "the given value": it cannot be read as JSON (');
  const folder = await Deno.makeTempDir();
  use(folder, "it is a folder");
  await Deno.writeTextFile(`${folder}/twice.json`, '{"a": 1,\n "a": 2}');
  use(`${folder}/twice.json`, 'it cannot be read as JSON (key "a" is there again in line 2)');
  await Deno.writeTextFile(`${folder}/cut.json`, '{"a":');
  use(`${folder}/cut.json`, "it cannot be read as JSON (Unexpected end of JSON input)");
  await Deno.writeTextFile(`${folder}/users`, "user:pw\nroot:pw2\n");
  use(`${folder}/users`, "it cannot be read as JSON (Unexpected token 'u'); expected");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("amount() reads a number within its range and nothing else", () => {
  const { parse, print } = amount({ min: 0.01, max: 1, standard: 0.9, help: "" });
  assertEquals(["1", ".5", "1e-2", " 0.25 "].map((text) => parse(text)), [1, 0.5, 0.01, 0.25]);
  for (const text of ["0", "1.01", "", " ", "half", "NaN", "Infinity", "0x1"]) {
    assertEquals(parse(text), undefined, text);
  }
  assertEquals(parse(print(0.1 + 0.2)!), 0.1 + 0.2);
});
