import { assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { parseValse, rephrase } from "../../../lib/data/formats/valse.ts";
import { parsePairs } from "../../../lib/data/read.ts";
import { sharedFile, testWithShared } from "../../reference_material.ts";
import type { Pair, Protocol } from "../../../lib/data/pairs.ts";
import { fixture } from "../../scripts/task_process.ts";

const SAME =
  "caption and foil are the same sentence, which accuracies over all rows count as wrong";

const EXISTENCE = sharedFile("data/valse/existence.json");

function row(values: Record<string, unknown> = {}): Record<string, unknown> {
  const [caption, foil] = ["There are no dogs.", "There are dogs."];
  return { image_file: "a.jpg", caption, foil, mturk: { caption: 3 }, ...values };
}

function parsed(rows: object, protocol: Protocol = "standard") {
  return parseValse(new Map(Object.entries(rows)), { source: "x.json", protocol });
}

async function parsedFile(path: string) {
  return parsed(JSON.parse(await Deno.readTextFile(path)));
}

Deno.test("parseValse() keeps what two of three annotators agree with, in the order of the file", async () => {
  const { pairs, dropped, rows } = await parsedFile(fixture("existence.json"));
  assertEquals(rows, 9);
  const sides = pairs.map(({ id, negation }) => `${id.at(-1)} ${negation}`).join();
  assertEquals(sides, "1 caption,2 foil,3 foil,5 caption,6 foil,7 caption,9 caption");
  assertEquals(dropped.map(({ id }) => id.at(-1)), ["4", "8"]);
  assertEquals(pairs[0], {
    id: "existence_tiny_0000001",
    image: "alpha.png",
    negation: "caption",
    caption: "There are no lanterns.",
    foil: "There are lanterns.",
  });
});

Deno.test("parseValse() says why it drops a row", () => {
  const rows = {
    a: row({ mturk: { caption: 1 } }),
    b: row({ caption: "There are 4.", foil: "There are 4." }),
    c: row({ caption: "no dog, a cat", foil: "a dog, no cat" }),
    d: row({ caption: "A person not in red.", foil: "No person not in red." }),
  };
  const { pairs, dropped } = parsed(rows);
  assertEquals(dropped, [
    { id: "a", reason: "fewer than 2 annotators agree with the caption" },
    { id: "b", reason: "neither sentence is negated" },
    { id: "c", reason: "both sentences are equally negated" },
  ]);
  assertEquals(pairs.map(({ id, negation }) => [id, negation]), [["d", "foil"]]);
});

Deno.test("parseValse() uses rows that annotators doubt under the protocol all, but none without a difference", () => {
  const rows = {
    a: row({ mturk: { caption: 0 } }),
    b: row({ mturk: { caption: 0 }, caption: "There are 4.", foil: "There are 4." }),
    c: row({ caption: "no dog, a cat", foil: "a dog, no cat" }),
    d: row({ foil: "Some dogs are there." }),
  };
  const { pairs, dropped } = parsed(rows, "all");
  assertEquals(pairs.map(({ id, caption, foil }) => [id, caption, foil]), [
    ["a", "There are no dogs.", "There are dogs."],
    ["d", "There are no dogs.", "Some dogs are there."],
  ]);
  assertEquals(dropped, [
    { id: "b", reason: SAME },
    { id: "c", reason: "both sentences are equally negated" },
  ]);
  const whole = parsePairs(JSON.stringify(rows), { source: "x.json", protocol: "all" });
  assertEquals(whole.pairs, pairs); // not rephrased
});

testWithShared("parseValse() keeps all rows of VALSE but one under the protocol all", async () => {
  const text = await Deno.readTextFile(EXISTENCE);
  const { pairs, dropped, rows } = parsePairs(text, { source: "existence.json", protocol: "all" });
  assertEquals([rows, pairs.length], [534, 533]);
  assertEquals(dropped.map(({ reason }) => reason), [SAME]);
});

testWithShared("parseValse() keeps the published 505 rows and their sides", async () => {
  const { pairs, dropped, rows } = await parsedFile(EXISTENCE);
  assertEquals([rows, pairs.length, dropped.length], [534, 505, 29]);
  assertEquals(pairs.filter(({ negation }) => negation === "caption").length, 256);
  const published = await Deno.readTextFile(
    sharedFile("data/published/instances_standard.csv"),
  );
  const sides = published.trim().split(/\r?\n/).slice(1).map((line) =>
    line.split(",").slice(0, 2).join(" ")
  );
  assertEquals(pairs.map(({ id, negation }) => `${id} ${negation}`).sort(), sides.sort());
});

Deno.test("rephrase() drops what does not come to differ in the third word alone", () => {
  const frame = 'negated sentence does not start with "There is no" or "There are no"';
  const words = "sentences do not differ in the third word alone";
  const cases: [string, string, string][] = [
    ["You see no dogs.", "You see dogs.", frame],
    ["no dogs can be seen.", "dogs can be seen.", frame],
    ["There are nobody.", "There are people.", frame],
    ["There are no cats.", "There are two cats.", words], // "some two cats"
    ["There is no dog.", "There are dogs.", words],
    ["There is no dog.", "There is a cat.", words],
    ["There is no dog.", "There was no dog.", words],
  ];
  for (const [caption, foil, reason] of cases) {
    const pair: Pair = { id: caption, image: "a.jpg", negation: "caption", caption, foil };
    assertEquals(rephrase(pair), reason);
  }
});

testWithShared("rephrase() gives the 490 rows of rephrased.csv, in order", async () => {
  const { pairs: original } = await parsedFile(EXISTENCE);
  const made = original.map(rephrase);
  const pairs = made.filter((pair) => typeof pair === "object");
  const dropped = made.filter((pair) => typeof pair === "string");
  const expected = parse(await Deno.readTextFile(sharedFile("data/valse/rephrased.csv")), {
    skipFirstRow: true,
  });
  assertEquals(expected.length, 490);
  assertEquals(dropped.length, 15);
  const keys = ["id", "image", "negation", "caption", "foil"] as const;
  assertEquals(
    pairs.map((pair) => keys.map((key) => pair[key])),
    expected.map((row) => keys.map((key) => row[key])),
  );
});
