import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parsePairs, readPairs } from "../../lib/data/read.ts";

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
  await assertRejects(
    () => readPairs(`${FIXTURES}pairs_standard.json`, { protocol: "rephrased" }),
    RangeError,
    "use --protocol standard",
  );
});

Deno.test("readPairs() names a file that is not there or no text", async () => {
  await assertRejects(
    () => readPairs("no/such.json", { protocol: "standard" }),
    Error,
    'Cannot read data file "no/such.json": there is no such file; check --data',
  );
  await assertRejects(
    () => readPairs(`${FIXTURES}images`, { protocol: "standard" }),
    Error,
    `Cannot read data file "${FIXTURES}images": it is no file`,
  );
  await assertRejects(
    () => readPairs(`${FIXTURES}images/tiny.png`, { protocol: "standard" }),
    SyntaxError,
    "it is not text in UTF-8",
  );
});

Deno.test("parsePairs() tells the forms apart by content", () => {
  const csv = "id,image,negation,caption,foil\np,a.png,caption,No dog.,A dog.\n";
  const [pair] = parse(csv).pairs;
  assertEquals(parse(`\n ${JSON.stringify([pair])}`).pairs, [pair!]);
  assertThrows(
    () => parse("hello world"),
    SyntaxError,
    'Cannot read pairs from "x": expected the JSON object of a VALSE file, a JSON array of pairs, or CSV with columns id, image, negation, caption, foil, but it begins with "hello world"',
  );
  assertThrows(() => parse('{"a": '), SyntaxError, 'Cannot read "x" as JSON');
});

Deno.test("parsePairs() refuses a file without rows to use", () => {
  assertThrows(() => parse(" \n"), RangeError, 'Cannot use data file "x": the file is empty');
  assertThrows(() => parse("{}"), RangeError, "it has no rows");
  const row = {
    image_file: "a",
    caption: "There is a.",
    foil: "There is b.",
    mturk: { caption: 3 },
  };
  assertThrows(
    () => parse(JSON.stringify({ a: row, b: row })),
    RangeError,
    "each of its 2 rows was dropped (neither sentence is negated); expected at least one pair",
  );
});
