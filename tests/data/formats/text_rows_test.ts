import { assertEquals } from "@std/assert";
import { parsePairs } from "../../../lib/data/read.ts";
import { assertThrowsCode } from "../../error_codes.ts";

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

Deno.test("parsePairs() of sentences names what is wrong with a file or a row", () => {
  assertThrowsCode(
    () => parse("A cat sleeps.\nThe cat isn't here.\nA dog.\n"),
    "rows-too-few",
    'Cannot use data file "x.tsv": each of its 3 rows was dropped (no negating word; its first negator is part of a word, as in "isn\'t" and "cannot"); expected at least one pair',
  );
  assertThrowsCode(() => parse("sentence\n"), "rows-too-few", "it has no rows");
  assertThrowsCode(
    () => parse("premise\thypothesis\thypothesis\nA\tB\tC\n"),
    "data-columns-wrong",
    'Cannot read sentences from "x.tsv": column "hypothesis" is there twice',
  );
  assertThrowsCode(
    () => parse('premise,hypothesis\nA,"No cats.'),
    "file-malformed",
    'Cannot read "x.tsv" as CSV: line 2 has a quote that is never closed',
  );
  const short = "premise\thypothesis\tlabel\nA cat.\tNo cats.\t1\nA cat.\tNo dogs.\n";
  assertThrowsCode(
    () => parse(short),
    "row-wrong",
    'Cannot read row 3 from "x.tsv": it has 2 fields, but the header has 3; take tabs out of its cells',
  );
  const { pairs, dropped } = parse(short, true);
  assertEquals([pairs.length, dropped.map(({ id, skipped }) => [id, skipped])], [1, [["3", true]]]);
  assertThrowsCode(
    () => parse('[{"sentence": "No cat."}, 7, {"sentence": 3}]'),
    "data-rows-unusable",
    'Cannot use 2 of 3 rows from "x.tsv"',
  );
  assertThrowsCode(
    () => parse("premise,hypothesis\nA cat.,\n"),
    "row-wrong",
    'Cannot read row 2 from "x.tsv": "hypothesis" must be a text that is not empty, but it is ""',
  );
});

Deno.test("parsePairs() of premises refuses a column that looks like the label, without which all rows are used", () => {
  assertThrowsCode(
    () => parse("premise\thypothesis\tLabel\nA dog.\tThere is no dog.\t0\n"),
    "data-columns-wrong",
    'Cannot read sentences from "x.tsv": "Label" is no key of a row; expected "label"',
  );
});
