import { assertEquals, assertThrows } from "@std/assert";
import { idsText, negationWarnings, rowProblem, warningText } from "../../lib/data/bad_rows.ts";
import { parsePairs, readPairs } from "../../lib/data/read.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import type { Negation, Pair } from "../../lib/data/pairs.ts";
import { SHAPES } from "../../lib/opening/find_model.ts";
import { STANDARD_PAIRS, TINY } from "../studies.ts";

/** A file of one's own as it comes: seven of its twelve rows cannot be used, for nine reasons. */
const TWELVE = `id,image,negation,caption,foil,negator,subject_size
a,1.png,caption,There is no dog.,There is a dog.,,
b,,caption,There is no cat.,There is a cat.,,
c,3.png,both,There is no cow.,There is a cow.,,2
a,4.png,foil,There is a hen.,There is no hen.,,
e,5.png,foil,There is a pig, a hen.,There is no pig.,,
f,6.png,foil,There is a fox.,There is a fox.,,
,7.png,foil,There is an owl.,There is no owl.,,
h,8.png,foil,There is a bee.,There were no bees.,third,
i,9.png,foil,There is a rat.,There is no rat.,,
j,10.png,foil,There is a bat.,There is no bat.,,
k,11.png,foil,There is an ant.,There is no ant.,,
l,12.png,foil,There is an elk.,There is no elk.,,
`;

const read = (skipBad = false, text = TWELVE) =>
  parsePairs(text, { source: "own.csv", protocol: "rephrased", skipBad });

Deno.test("parsePairs() reports all bad rows of a file at once, a line for each problem", () => {
  const error = assertThrowsCode(() => read(), "data-rows-unusable");
  assertEquals(error.message.split("\n  "), [
    'Cannot use 7 of 12 rows from "own.csv": correct them, or leave these rows out (--skip-bad)',
    'pair "b" (row 3): "image" must be a text that is not empty, but it is ""',
    'pair "c" (row 4): "negation" must be "caption" or "foil", but it is "both"',
    'pair "c" (row 4): "subject_size" must be a number from 0 to 1, but it is 2',
    'pair "a" (row 5): "id" must be unique, but row 2 has it already',
    "row 6: it has 8 fields, but the header has 7",
    'pair "f" (row 7): "caption" and "foil" must differ, but they are the same sentence',
    'row 8: "id" must be a text that is not empty, but it is ""',
    'pair "h" (row 9): "negator" must be a whole number of at least 1, but it is "third"',
    'pair "h" (row 9): caption and foil must differ in exactly one word, but they differ in 3',
  ]);
  assertEquals(error.details.length, 9);
});

Deno.test("parsePairs() leaves bad rows out on demand, with their ids and reasons", () => {
  const { pairs, dropped, rows } = read(true);
  assertEquals([pairs.map(({ id }) => id).join(""), rows], ["aijkl", 12]);
  assertEquals(pairs[0]!.image, "1.png"); // the second row with this id is the bad one
  assertEquals(dropped.map(({ id, reason }) => [id, reason]), [
    ["b", '"image" is missing or wrong'],
    ["c", '"negation" is missing or wrong'],
    ["a", "its id is that of an earlier row"],
    ["row 6", "its fields do not fit the header"],
    ["f", "caption and foil are the same sentence"],
    ["row 8", '"id" is missing or wrong'],
    ["h", '"negator" is missing or wrong'],
  ]);
  const only = TWELVE.split("\n").filter((_, line) => [0, 2].includes(line)).join("\n");
  assertThrowsCode(
    () => read(true, only),
    'rows-too-few: each of its 1 rows was dropped ("image" is missing or wrong)',
  );
});

Deno.test("parsePairs() offers to leave out a single bad row of several rows", () => {
  const [header, ...rows] = TWELVE.trimEnd().split("\n");
  const failing = (...numbers: readonly number[]) => {
    const text = [header, ...numbers.map((number) => rows[number - 2])].join("\n");
    return assertThrows(() => read(false, text), NegscopeError).fix;
  };
  const out = "or leave this row out (--skip-bad)";
  assertEquals(failing(2, 3), `correct it, ${out}`);
  assertEquals(failing(2, 4), `correct it, ${out}`); // two things are wrong with it
  assertEquals(failing(2, 5), `correct it, ${out}`);
  assertEquals(failing(2, 6), `put quotes around text with commas, ${out}`);
  assertEquals(failing(3), undefined); // nothing would be left
});

Deno.test("rowProblem() throws an error again that is not about a row", () => {
  const error = new NegscopeError("rows-too-few", { problem: "Cannot use it" });
  assertThrows(() => rowProblem(error), NegscopeError, "Cannot use it");
  assertThrows(() => rowProblem(new TypeError("a fault")), TypeError, "a fault");
});

function pair(id: string, negation: Negation, caption: string, foil: string): Pair {
  return { id, image: "a.png", negation, caption, foil };
}

Deno.test("negationWarnings() counts nonsense pairs and exchanged sides with their ids", () => {
  const heart = pair("heart", "foil", "There is a heart.", "There is a star.");
  const warnings = negationWarnings([
    heart,
    pair("fine", "foil", "There is a dog.", "There is no dog."),
    pair("exchanged", "caption", "There is a dog.", "There is no dog."),
    pair("more", "caption", "Nobody is there.", "Nobody is never there."),
    pair("star", "caption", "There is a star.", "There is a heart."),
    { ...heart, id: "named", negator: 3 }, // the data say which token negates
    pair("twice", "caption", "There is no dog without a hat.", "There is a dog without a hat."),
  ]);
  assertEquals(warnings.map(({ n, ids }) => [n, ids]), [
    ...[[2, ["heart", "star"]], [2, ["exchanged", "more"]]],
  ]);
  assertEquals(warnings.map(warningText), [
    "Warning: 2 rows have no known negating word in the sentence given as negated: heart, star",
    "Warning: 2 rows have more negating words in the other sentence than in the one given as negated, so that the sides may be exchanged: exchanged, more",
  ]);
  assertEquals(warningText({ ...warnings[0]!, n: 1 }).slice(0, 26), "Warning: 1 row has no know");
});

Deno.test("negationWarnings() has nothing to say about the data of the kit", async () => {
  for (const file of [SHAPES.data, TINY.pairs, STANDARD_PAIRS]) {
    const { pairs } = await readPairs(onDisk(file), { protocol: "standard" });
    assertEquals(negationWarnings(pairs), []);
  }
});

Deno.test("idsText() names the first twenty", () => {
  const ids = Array.from({ length: 22 }, (_, i) => `${i}`);
  assertEquals(idsText(ids), `${ids.slice(0, 20).join(", ")} and 2 more`);
  assertEquals(idsText(["a", "b\nWarning: none"]), "a, b\\nWarning: none");
});
