import { assertEquals } from "@std/assert";
import { checkPairs } from "../../../lib/data/formats/lists.ts";
import { parsePairs } from "../../../lib/data/read.ts";
import type { Pair, Protocol } from "../../../lib/data/pairs.ts";
import type { ErrorCode } from "../../../lib/errors/errors.ts";
import { assertThrowsCode } from "../../error_codes.ts";

const ROW: Pair = {
  id: "p1",
  image: "a.png",
  negation: "foil",
  caption: "There is a dog.",
  foil: "There is no dog.",
};
const HEADER = "id,image,negation,caption,foil";
const LINE = "p1,a.png,foil,There is a dog.,There is no dog.";

function list(rows: readonly unknown[], protocol: Protocol = "rephrased") {
  return parsePairs(JSON.stringify(rows), { source: "pairs.json", protocol }).pairs;
}

function csv(text: string, protocol: Protocol = "rephrased") {
  return parsePairs(text, { source: "pairs.csv", protocol }).pairs;
}

Deno.test("parsePairs() of JSON reads every key and ignores others", () => {
  const more = { ...ROW, id: "p2", negator: 3, subject_size: 0.25, tokens: 7 };
  assertEquals(list([ROW, more]), [ROW, { ...ROW, id: "p2", negator: 3, subjectSize: 0.25 }]);
  assertEquals(list([{ ...ROW, negator: null }]), [ROW]);
});

Deno.test("parsePairs() reads a word as negator, and the columns by which rows are grouped", () => {
  const more = { ...ROW, negator: "No", frame: "there is X", scope: "none", noun: "dog", truth: 1 };
  const { negator: _, ...rest } = { ...more, negatorWord: "No", truth: "1" };
  assertEquals(list([more]), [rest]);
  const cells = csv(`${HEADER},negator,noun,frame\n${LINE},n't,,there is X\n`);
  assertEquals(cells, [{ ...ROW, negatorWord: "n't", frame: "there is X" }]);
  const says = '"negator" must be a whole number of at least 1, but it is "dog"';
  assertThrowsCode(() => list([{ ...ROW, negator: "dog" }]), "row-wrong", says);
  assertEquals(checkPairs([rest], { source: "a", protocol: "rephrased" }).pairs, [rest]);
});

Deno.test("parsePairs() of CSV refuses two columns of one name, but not of one that it ignores", () => {
  const says = 'column "id" is there twice; rename or remove one';
  assertThrowsCode(() => csv(`${HEADER},id\n${LINE},p2\n`), "data-columns-wrong", says);
  assertEquals(csv(`${HEADER},note,note\n${LINE},x,y\n`).length, 1);
});

Deno.test("parsePairs() of CSV reads the same from any column order, quotes and line ends", () => {
  const text = "\ufefffoil,subject_size,caption,note,id,negator,image,negation\r\n" +
    '"No dog, ""old"".",0.5,"A dog, ""old"".",x,p1,1,a.png,foil\r\n' +
    "No cat.,,A cat.,,p2,,b.png,foil\r\n";
  assertEquals(csv(text), [
    { ...ROW, caption: 'A dog, "old".', foil: 'No dog, "old".', negator: 1, subjectSize: 0.5 },
    { id: "p2", image: "b.png", negation: "foil", caption: "A cat.", foil: "No cat." },
  ]);
});

Deno.test("parsePairs() of JSON names row, id, key, value and what was expected", () => {
  const cases: [unknown, string][] = [
    [7, 'Cannot read row 2 from "pairs.json": it is 7; expected an object'],
    [{ ...ROW, id: undefined }, 'row 2 from "pairs.json": "id" must be a text'],
    [
      { ...ROW, id: "p2", negation: "both" },
      'pair "p2" (row 2) from "pairs.json": "negation" must be "caption" or "foil", but it is "both"',
    ],
    [{ ...ROW, id: "p2", caption: "" }, '"caption" must be a text that is not empty'],
    [{ ...ROW, id: "p2", negator: 0 }, '"negator" must be a whole number of at least 1'],
    [{ ...ROW, id: "p2", subject_size: 2 }, '"subject_size" must be a number from 0'],
    [ROW, 'pair "p1" (row 2) from "pairs.json": "id" must be unique, but row 1 has it'],
    [{ ...ROW, id: "p2", foil: ROW.caption }, "they are the same sentence"],
  ];
  for (const [row, message] of cases) {
    assertThrowsCode(() => list([ROW, row], "standard"), "row-wrong", message);
  }
});

Deno.test("parsePairs() of JSON demands one differing word of the rephrased protocol alone", () => {
  const three = { ...ROW, id: "existence_7", foil: "There are no dogs." };
  assertThrowsCode(() => list([three]), "pair-not-minimal: caption and foil must differ in");
  const longer = { ...ROW, foil: "There is no old dog." };
  assertThrowsCode(() => list([longer]), "pair-not-minimal: but they have 4 and 5 words");
  assertEquals(list([three, longer], "standard").length, 2);
});

Deno.test("parsePairs() of CSV names all missing columns at once, and a row that does not fit the header", () => {
  const missing =
    'column "negation" is missing among id, image, caption, foil; expected id, image, ';
  const lacking = "id,image,caption,foil\np1,a.png,x,y";
  assertThrowsCode(() => csv(lacking), "data-columns-wrong", missing);
  const three = 'columns "image", "negation", "foil" are missing among id, caption';
  assertThrowsCode(() => csv("id,caption\n1,a\n"), "data-columns-wrong", three);
  const says = 'row 2 from "pairs.csv": it has 6 fields, but the header has 5; put quotes';
  assertThrowsCode(() => csv(`${HEADER}\n${LINE}, old`), "row-wrong", says);
});

Deno.test("parsePairs() refuses a key that looks like an optional one, and not other unknown ones", () => {
  const code = "data-columns-wrong";
  for (const key of ["subjectSize", "Subject_Size", "subject size", "subject_szie"]) {
    const says = `"${key}" is no key of a row; expected "subject_size"; write it so`;
    const place = 'Cannot read pair "p1" (row 1) from "pairs.json": ';
    assertThrowsCode(() => list([{ ...ROW, [key]: 0.5 }]), code, place + says);
    const csvPlace = 'Cannot read pairs from "pairs.csv": ';
    assertThrowsCode(() => csv(`${HEADER},${key}\n${LINE},.5\n`), code, csvPlace + says);
  }
  assertThrowsCode(() => list([{ ...ROW, negators: 3 }]), code, 'expected "negator"');
  const others = { ...ROW, subjectSize: 0.5, subject_size: 0.25, negated: 1, size: 2, object: 3 };
  assertEquals(list([others]), [{ ...ROW, subjectSize: 0.25 }]);
});

Deno.test("checkPairs() refuses a property that looks like one of a pair", () => {
  const pairs = [{ ...ROW, subject_size: 0.5 }, { ...ROW, id: "p2", subjectSize: 0.5 }];
  const { bad, pairs: good } = checkPairs(pairs, { source: "the rows", protocol: "rephrased" });
  assertEquals(good, [{ ...ROW, id: "p2", subjectSize: 0.5 }]);
  const [problem] = bad[0]!.problems;
  assertEquals([bad.length, problem!.code, problem!.expected], [
    ...[1, "data-columns-wrong", '"subjectSize"'],
  ]);
});

Deno.test("parsePairs() refuses texts that are too long, and quotes no more than their beginning", () => {
  const long = "x".repeat(10_001);
  for (const key of ["id", "image", "caption", "foil"]) {
    const says = `"${key}" must be a text of at most 10,000 characters, but it is "xxx`;
    const error = assertThrowsCode(() => list([{ ...ROW, [key]: long }]), "row-wrong", says);
    assertEquals(error.message.length < 300, true);
  }
  assertEquals(list([{ ...ROW, id: long.slice(1) }]).length, 1);
});

Deno.test("parsePairs() names what separates the cells of a table if it is no comma", () => {
  for (const [mark, name] of [[";", "semicolons"], ["\t", "tabs"], ["|", "bars"]]) {
    const says = `its cells are separated by ${name}; expected commas; save it as CSV with commas`;
    const table = `${HEADER}\n${LINE}\n`.replaceAll(",", mark!);
    assertThrowsCode(() => csv(table), "data-format-unknown", says);
    const sentences = `sentence${mark}n\nThere is no dog.${mark}1\n`;
    if (mark !== "\t") assertThrowsCode(() => csv(sentences), "data-format-unknown", says);
  }
});

Deno.test("parsePairs() names the part of an image that a row's box or its image says", () => {
  const part = { ...ROW, image: "a.png#xywh=1.5,2,30,4", box: [1.5, 2, 30, 4] };
  assertEquals(list([{ ...ROW, box: [1.5, 2, 30, 4] }]) as unknown[], [part]);
  assertEquals(list([{ ...ROW, image: part.image }]) as unknown[], [part]);
  for (const cell of ['"[1.5, 2, 30, 4]"', "1.5 2 30 4", '"1.5,2,30,4"']) {
    assertEquals(csv(`${HEADER},box\n${LINE},${cell}\n`) as unknown[], [part]);
  }
  assertEquals(csv(`${HEADER},box\n${LINE},\n`), [ROW]);
  const pairs = list([part]);
  assertEquals(checkPairs(pairs, { source: "a", protocol: "rephrased" }).pairs, pairs);
  const cases = [
    [{ box: [1, 2, 3] }, '"box" must be [x, y, width, height] with an area, but it is [1,2,3]'],
    [{ box: [1, 2, 0, 4] }, "with an area"],
    [{ box: "1 2 3 4 5" }, "with an area"],
    [{ box: 7 }, "with an area"],
    [{ ...part, box: [1, 2, 3, 4] }, '"box" must be that of "a.png#xywh=1.5,2,30,4"'],
    [{ bbox: [1, 2, 3, 4] }, '"bbox" is no key of a row'],
  ] as const;
  for (const [row, reason] of cases) {
    const code = "bbox" in row ? "data-columns-wrong" : "row-wrong";
    assertThrowsCode(() => list([{ ...ROW, ...row }]), code, reason);
  }
});

const OPTIONS = { source: "x.tsv", protocol: "rephrased" } as const;
const parse = (text: string, skipBad = false) => parsePairs(text, { ...OPTIONS, skipBad });

/** The rows of a file as `id: foil / caption`. */
function rowsOf(text: string): string[] {
  return parse(text).pairs.map(({ id, foil, caption }) => `${id}: ${foil} / ${caption}`);
}

const PREMISES = [
  "premise\thypothesis\tlabel",
  "Some cats sleep.\tNo cats sleep.\t1",
  "No cats sleep.\tThere are no cats.\t0",
  'A cat.\tThe "cat" is here, and no dog.\t1',
  "A cat.\tA cat that is not here.\t1",
  "A cat.\tA cat no longer sleeps.\t1",
  'A cat.\t"No ""big"" cats, no dogs."\t1',
].join("\n");

Deno.test("parsePairs() of premises uses hypotheses of label 1 with no before a noun, as foils without images", () => {
  const { pairs, dropped, rows, format, textOnly } = parse(PREMISES);
  assertEquals([rows, format, textOnly], [6, "premises", true]);
  assertEquals(pairs[0], {
    ...{ id: "2", image: "", negation: "foil" },
    ...{ caption: "Some cats sleep.", foil: "No cats sleep." },
  });
  assertEquals(rowsOf(PREMISES).slice(1), [
    '4: The "cat" is here, and no dog. / The "cat" is here, and some dog.',
    '7: No "big" cats, no dogs. / Some "big" cats, no dogs.',
  ]);
  assertEquals(dropped, [
    { id: "3", reason: "its label is not 1" },
    { id: "5", reason: "no negating word" },
    { id: "6", reason: '"no" does not stand before a noun' },
  ]);
});

Deno.test("parsePairs() reads premises as CSV and as a JSON array, with or without labels", () => {
  const csv = 'label,hypothesis,premise\r\n1,"No cats, no dogs.",A cat.\r\n2,No cats.,A cat.\r\n';
  assertEquals(rowsOf(csv), ["2: No cats, no dogs. / Some cats, no dogs."]);
  const unlabelled = "premise,hypothesis\nA cat.,No cats.\n";
  assertEquals(rowsOf(unlabelled), ["2: No cats. / Some cats."]);
  const json = [
    { premise: "A cat.", hypothesis: "No cats.", label: 1 },
    { premise: "A cat.", hypothesis: "No dogs.", label: 0 },
    { premise: "A cat.", hypothesis: "No owls." },
  ];
  assertEquals(rowsOf(JSON.stringify(json)), [
    "1: No cats. / Some cats.",
    "3: No owls. / Some owls.",
  ]);
});

Deno.test("parsePairs() reads sentences from lines, a column and JSON, with any negator, under their numbers", () => {
  const lines = "\ufeffA cat and no dog.\r\n\r\nA cat.\n  A cat that is not here. \nA cat isn't.\n";
  const { dropped, rows, format, textOnly } = parse(lines);
  assertEquals([rows, format, textOnly], [4, "sentences", true]);
  assertEquals(rowsOf(lines), [
    "1: A cat and no dog. / A cat and some dog.",
    "4: A cat that is not here. / A cat that is now here.",
  ]);
  assertEquals(dropped.map(({ id, reason }) => `${id} ${reason.slice(0, 20)}`), [
    "3 no negating word",
    "5 its first negator is",
  ]);
  const expected = ["2: No cat, I say. / Some cat, I say."];
  assertEquals(rowsOf('n,sentence\n7,"No cat, I say."\n8,A cat.'), expected);
  assertEquals(rowsOf("sentence\tn\nNo cat, I say.\t7\n"), expected);
  assertEquals(rowsOf('["A cat.", "No cat, I say."]'), expected);
  assertEquals(rowsOf('[{"sentence": "A cat."}, {"sentence": "No cat, I say."}]'), expected);
});

Deno.test("parsePairs() of sentences and premises names what is wrong with a file or a row", () => {
  const short = "premise\thypothesis\tlabel\nA cat.\tNo cats.\t1\nA cat.\tNo dogs.\n";
  const dropped = "each of its 3 rows was dropped (no negating word; its first negator is part of";
  const cases: [string, ErrorCode, string][] = [
    ["A cat sleeps.\nThe cat isn't here.\nA dog.\n", "rows-too-few", dropped],
    ["sentence\n", "rows-too-few", "it has no rows"],
    [
      "premise\thypothesis\thypothesis\nA\tB\tC\n",
      "data-columns-wrong",
      'sentences from "x.tsv": c',
    ],
    [
      'premise,hypothesis\nA,"No cats.',
      "file-malformed",
      "line 2 has a quote that is never closed",
    ],
    [short, "row-wrong", "it has 2 fields, but the header has 3"],
    [
      '[{"sentence": "No cat."}, 7, {"sentence": 3}]',
      "data-rows-unusable",
      "Cannot use 2 of 3 rows",
    ],
    ["premise,hypothesis\nA cat.,\n", "row-wrong", '"hypothesis" must be a text that is not empty'],
    ["premise\thypothesis\tLabel\nA\tNo\t0\n", "data-columns-wrong", '"Label" is no key of a row'],
  ];
  for (const [text, code, says] of cases) assertThrowsCode(() => parse(text), code, says);
  const { pairs, dropped: left } = parse(short, true);
  assertEquals([pairs.length, left.map(({ id, skipped }) => [id, skipped])], [1, [["3", true]]]);
});
