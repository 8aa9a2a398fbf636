import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { FORMATS } from "../../lib/data/formats/all.ts";
import { parsePairs, readPairs } from "../../lib/data/read.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));

function parse(text: string) {
  return parsePairs(text, { source: "x", protocol: "standard" });
}

Deno.test("readPairs() rephrases a VALSE file and says why it drops the other rows, in order", async () => {
  const { pairs, dropped, rows, format } = await readPairs(`${FIXTURES}existence.json`, {
    protocol: "rephrased",
  });
  assertEquals([rows, format], [9, "valse"]);
  assertEquals(pairs.map(({ id }) => id.at(-1)), ["1", "2", "3", "7"]);
  assertEquals(dropped.map(({ id, reason }) => `${id.at(-1)} ${reason.slice(0, 16)}`), [
    "4 fewer than 2 ann",
    "5 negated sentence",
    "6 negated sentence",
    "8 fewer than 2 ann",
    "9 sentences do not",
  ]);
});

Deno.test("readPairs() leaves the sentences of a VALSE file alone under the standard protocol", async () => {
  const { pairs, dropped } = await readPairs(`${FIXTURES}existence.json`, { protocol: "standard" });
  assertEquals([pairs.length, dropped.length], [7, 2]);
  assertEquals(pairs[0]!.foil, "There are lanterns.");
});

Deno.test("readPairs() takes a list as it stands", async () => {
  const list = await readPairs(`${FIXTURES}pairs.json`, { protocol: "rephrased" });
  assertEquals([list.pairs.length, list.rows, list.dropped, list.format], [8, 8, [], "list"]);
  await assertRejectsCode(
    () => readPairs(`${FIXTURES}pairs_standard.json`, { protocol: "rephrased" }),
    "pair-words-differ",
    "use the standard protocol (--protocol standard)",
  );
});

Deno.test("readPairs() names a file that is not there or no text", async () => {
  await assertRejectsCode(
    () => readPairs("no/such.json", { protocol: "standard" }),
    "data-file-unreadable",
    'Cannot read data file "no/such.json": there is no such file; check the data file',
  );
  await assertRejectsCode(
    () => readPairs(`${FIXTURES}images`, { protocol: "standard" }),
    "data-file-unreadable",
    `Cannot read data file "${FIXTURES}images": it is not a file`,
  );
  await assertRejectsCode(
    () => readPairs(`${FIXTURES}images/tiny.png`, { protocol: "standard" }),
    "data-format-unknown",
    "it is not text in UTF-8",
  );
});

Deno.test("parsePairs() tells the forms apart by content", () => {
  const csv = "id,image,negation,caption,foil\np,a.png,caption,No dog.,A dog.\n";
  const [pair] = parse(csv).pairs;
  assertEquals(parse(`\n ${JSON.stringify([pair])}`).pairs, [pair!]);
  const quoted = csv.replace("id,image", '"id","image"').replaceAll("\n", "\r\n");
  assertEquals(parse(quoted).pairs, [pair!]);
  assertThrowsCode(
    () => parse("hello world"),
    "data-format-unknown",
    'Cannot read pairs from "x": it begins with "hello world"; expected the JSON object of a VALSE file, a JSON array of pairs, or CSV with columns id, image, negation, caption, foil',
  );
  assertThrowsCode(() => parse('{"a": '), "data-malformed", 'Cannot read "x" as JSON');
});

Deno.test("parsePairs() refuses a file without rows to use", () => {
  assertThrowsCode(() => parse(" \n"), "data-empty", 'Cannot use data file "x": the file is empty');
  assertThrowsCode(() => parse("{}"), "data-empty", "it has no rows");
  const row = {
    image_file: "a",
    caption: "There is a.",
    foil: "There is b.",
    mturk: { caption: 3 },
  };
  assertThrowsCode(
    () => parse(JSON.stringify({ a: row, b: row })),
    "data-empty",
    "each of its 2 rows was dropped (neither sentence is negated); expected at least one pair",
  );
});

Deno.test("each of the formats recognises its own files alone", () => {
  const texts = {
    valse: ['{"a": {}}', "\n  {"],
    list: ['[{"id": "a"}]', " []", "caption,foil\n", '\n"x","foil"\r\n"'],
    none: ["hello", '"[]"', "identity;foil", "foils,captions"],
  };
  for (const [name, own] of Object.entries(texts)) {
    for (const text of own) {
      const matching = FORMATS.filter((format) => format.matches(text));
      assertEquals(matching.map((format) => format.name), name === "none" ? [] : [name], text);
    }
  }
});
