import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { onDisk } from "../../lib/files/read_file.ts";
import {
  FORMATS,
  parsePairs,
  readPairs,
  readSubjectSizes,
  withSubjectSizes,
} from "../../lib/data/read.ts";
import { assertEachThrows, assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";
import type { Pair } from "../../lib/data/pairs.ts";
import { MemoryFiles } from "../../lib/reading/files.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures/", import.meta.url));

function parse(text: string) {
  return parsePairs(text, { source: "x", protocol: "standard" });
}

Deno.test("readPairs() rephrases a VALSE file and says why it drops the other rows, in order", async () => {
  const { pairs, dropped, rows, format } = await readPairs(onDisk(`${FIXTURES}existence.json`), {
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

Deno.test("readPairs() takes a list as it stands", async () => {
  const list = await readPairs(onDisk(`${FIXTURES}pairs.json`), { protocol: "rephrased" });
  assertEquals([list.pairs.length, list.rows, list.dropped, list.format], [8, 8, [], "list"]);
  const standard = onDisk(`${FIXTURES}pairs_standard.json`);
  const says =
    "use the standard protocol (--protocol standard), or leave these rows out (--skip-bad)";
  const read = () => readPairs(standard, { protocol: "rephrased" });
  await assertRejectsCode(read, "data-rows-unusable", says);
});

Deno.test("readPairs() names a file that is not there, no text or too large", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/large`, "");
    await Deno.truncate(`${folder}/large`, 536_870_889); // takes no room on the disk
    const cases = [
      ["no/such.json", "file-unreadable", 'data file "no/such.json": there is no such file; check'],
      [`${FIXTURES}images`, "file-unreadable", "it is a folder"],
      [`${FIXTURES}images/tiny.png`, "file-unreadable", "it is not text in UTF-8"],
      [`${folder}/large`, "file-unreadable", "it has 536,870,889 bytes where 536,870,888 are"],
    ] as const;
    for (const [path, code, says] of cases) {
      await assertRejectsCode(() => readPairs(onDisk(path), { protocol: "standard" }), code, says);
    }
  }));

Deno.test("parsePairs() tells the forms apart by content", () => {
  const csv = "id,image,negation,caption,foil\np,a.png,caption,No dog.,A dog.\n";
  const [pair] = parse(csv).pairs;
  assertEquals(parse(`\n ${JSON.stringify([pair])}`).pairs, [pair!]);
  const quoted = csv.replace("id,image", '"id","image"').replaceAll("\n", "\r\n");
  assertEquals(parse(quoted).pairs, [pair!]);
  assertThrowsCode(() => parse("hello world"), 'data-format-unknown: Cannot read pairs from "x"');
  assertThrowsCode(() => parse('{"a": '), 'file-malformed: Cannot read "x" as JSON');
  const users = '{"a": user:pw\nroot:pw2\n'; // of which nothing is quoted
  assertThrowsCode(() => parse(users), "file-malformed: as JSON: Unexpected token 'u'; correct");
});

Deno.test("parsePairs() refuses a file without rows to use", () => {
  assertThrowsCode(() => parse(" \n"), "rows-too-few: the file is empty");
  assertThrowsCode(() => parse("{}"), "rows-too-few: it has no rows");
  const row = annotated({ caption: "There is a.", foil: "There is b." });
  const says =
    "each of its 2 rows was dropped (neither sentence is negated); expected at least one";
  assertThrowsCode(() => parse(JSON.stringify({ a: row, b: row })), "rows-too-few", says);
});

Deno.test("each of the formats recognises its own files alone", () => {
  const texts = {
    valse: ['{"a": {}}', "\n  {"],
    list: [
      ...['[{"id": "a"}]', " []", "caption,foil\n", '\n"x","foil"\r\n"'],
      ...["sentence,caption,foil\n", "premise,hypothesis,caption,foil\n"],
    ],
    premises: [
      "premise\thypothesis\tlabel\n",
      '"premise","hypothesis"\r\nA b.,No c.',
      "\ufeffpremise,hypothesis",
      '[{"premise": "A \\"label\\": b", "hypothesis": "No c."}]',
    ],
    sentences: [
      ...["id,sentence\n", "sentence\tnegated\n", '["No dogs."]', '[{"id": 1, "sentence": "No"}]'],
      ...["No dogs are here.\n", "\n“A dog and no cat”\r\n", "a red, wet dog"],
    ],
    none: [
      ...["hello", "hello world", '"[]"', "identity;foil", "foils,captions", "a\tb\tc d e"],
      "id image negation caption foil\n1 a.png foil",
      ...["id;image;no caption;foil", "<b>No dogs here</b>"],
    ],
  };
  for (const [name, own] of Object.entries(texts)) {
    for (const text of own) {
      const matching = FORMATS.filter((format) => format.matches(text));
      assertEquals(matching.map((format) => format.name), name === "none" ? [] : [name], text);
    }
  }
});

function listed(id: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const [caption, foil] = ["There are dogs.", "There are no dogs."];
  return { id, image: "a.jpg", negation: "foil", caption, foil, ...more };
}

function annotated(more: Record<string, unknown> = {}): Record<string, unknown> {
  const [caption, foil] = ["There are dogs.", "There are no dogs."];
  return { image_file: "a.jpg", caption, foil, mturk: { caption: 3 }, ...more };
}

function csvOf(...ids: readonly string[]): string {
  const lines = ids.map((id) => `${id},a.jpg,foil,There are dogs.,There are no dogs.\n`);
  return `id,image,negation,caption,foil\n${lines.join("")}`;
}

Deno.test("parsePairs() refuses a file of VALSE or CSV in which two rows have one id", () => {
  const row = JSON.stringify(annotated());
  for (const id of ["a", "", "__proto__", "1"]) {
    const key = JSON.stringify(id);
    const twice = `Cannot read pair ${key} from "x": each id must be unique, but ${key} is there`;
    assertThrowsCode(
      () => parse(`{${key}:${row},\n"b":${row},\n${key}:${row}}`),
      "row-wrong",
      twice,
    );
  }
  assertThrowsCode(() => parse(csvOf("a", "b", '"a"')), 'row-wrong: pair "a" (row 4)');
});

Deno.test("parsePairs() refuses a row of JSON with a key twice", () => {
  const twice = JSON.stringify(annotated()).replace("{", '{"foil":"There are some dogs.",');
  const says = 'a row must have each key once, but "foil" is there again in line 1';
  assertThrowsCode(() => parse(`{"a":${twice}}`), "data-columns-wrong", says);
});

Deno.test("parsePairs() keeps ids apart that a map, a folder or a reader might take for one", () => {
  const ids = ["b", "10", "2", "__proto__", "constructor", "toString", "a/../b", "a\\b", "A", "a"];
  ids.push("\u00e9", "e\u0301", "=a", "'=a", "''=a", "a\nb", "a\r\nb", "a\rb", " a", "1e3", "1000");
  const rows = ids.map((id) => `${JSON.stringify(id)}:${JSON.stringify(annotated())}`);
  assertEquals(parse(`{${rows.join()}}`).pairs.map(({ id }) => id), ids); // in the order of the file
  const list = parse(JSON.stringify(ids.map((id) => listed(id))));
  assertEquals(list.pairs.map(({ id }) => id), ids);
  assertEquals(parse(csvOf(...ids.map((id) => `"${id}"`))).pairs.map(({ id }) => id), ids);
});

Deno.test("parsePairs() refuses an empty id, and texts that no file in UTF-8 can hold", () => {
  const half = "a\ud83d";
  for (const id of ["", " ", half]) {
    const not = id === half ? "of whole characters" : "that is not empty";
    const says = `"id" must be a text ${not}, but it is ${JSON.stringify(id)}`;
    assertThrowsCode(() => parse(JSON.stringify({ [id]: annotated() })), "row-wrong", says);
  }
  for (const key of ["id", "image", "caption", "foil"]) {
    const text = JSON.stringify([listed("a", { [key]: half })]);
    assertThrowsCode(() => parse(text), `row-wrong: "${key}" must be a text of whole`);
  }
});

function sizesIn(text: string) {
  const files = new MemoryFiles([["sizes.csv", new TextEncoder().encode(text)]]);
  return readSubjectSizes({ files, path: "sizes.csv" });
}

Deno.test("readSubjectSizes() reads sizes by id, whatever other columns there are", async () => {
  const text = "phrase,subject_size,id\r\nsome cars,0.25,a\r\n,,b\r\na cat,1,'=c\r\n";
  const { sizes, sha256, path } = await sizesIn(text);
  assertEquals([...sizes], [["a", 0.25], ["b", undefined], ["=c", 1]]);
  assertEquals([sha256, path], [sha256Text(text), "sizes.csv"]);
});

Deno.test("readSubjectSizes() refuses what is no file of sizes", async () => {
  const wrong: readonly [string, Parameters<typeof assertRejectsCode>[1], string][] = [
    ["id,size\na,.5\n", "data-columns-wrong", 'column "subject_size" is missing among id, size'],
    ["id,subject_size,id\n", "data-columns-wrong", 'Cannot read subject sizes from "'],
    ["id,subject_size\na\n", "row-wrong", "it has 1 fields, but the header has 2"],
    ['id,subject_size\n"a,.5\n', "file-malformed", "as CSV"],
    ["id,subject_size\na,.5\nb,1\na,.5\n", "row-wrong", 'id "a" of row 4 is already that of'],
    ["id,subject_size\na,1.5\n", "row-wrong", "must be a number from 0 to 1, but it is 1.5"],
    ["id,subject_size\na,0x1\n", "row-wrong", 'from 0 to 1, but it is "0x1"'],
    ["id;subject_size\na;0,5\n", "data-format-unknown", "its cells are separated by semicolons"],
    ["id,subject_size\na,half\n", "row-wrong", 'row 2 from "'],
  ];
  for (const [text, code, message] of wrong) {
    await assertRejectsCode(() => sizesIn(text), code, message);
  }
  const read = () => readSubjectSizes(onDisk("there/is/none.csv"));
  const says = 'sizes from "there/is/none.csv": there is no such file; check the path given for';
  await assertRejectsCode(read, "file-unreadable", says);
});

const pair = (id: string, more: Partial<Pair> = {}): Pair => ({
  ...{ id, image: "a.png", negation: "foil", caption: "There is a cat.", foil: "There is no cat." },
  ...more,
});

Deno.test("withSubjectSizes() replaces all sizes of the data by those of the file", () => {
  const pairs = [pair("a", { subjectSize: 0.9 }), pair("b", { subjectSize: 0.8 }), pair("c")];
  const dropped = [{ id: "d", reason: "too long" }];
  const sizes = new Map([["c", 0.1], ["a", 0.2], ["b", undefined], ["d", 0.3]]);
  const given = { path: "sizes.csv", sha256: "", sizes };
  assertEquals(withSubjectSizes({ pairs, dropped }, given), [
    ...[pair("a", { subjectSize: 0.2 }), pair("b"), pair("c", { subjectSize: 0.1 })],
  ]);
});

Deno.test("withSubjectSizes() refuses sizes of other data", () => {
  const join = (sizes: readonly (readonly [string, number | undefined])[]) =>
    withSubjectSizes({ pairs: [pair("a")], dropped: [{ id: "d", reason: "" }] }, {
      ...{ path: "sizes.csv", sha256: "", sizes: new Map(sizes) },
    });
  assertEachThrows("not-comparable", [
    [() => join([["a", 0.1], ["x", 0.2]]), 'the data have no row "x"; give the file'],
    [
      () => join([["a", 0.1], ["x", 0.2], ["y", 0.3]]),
      'the data have no row "x" nor the other 1 of its ids',
    ],
    [() => join([["a", undefined], ["d", 0.2]]), "it has no size for any row that is used"],
  ]);
});
