import { assert, assertEquals } from "@std/assert";
import {
  bestSentences,
  type JudgedModel,
  modelNames,
  studyDifference,
  type StudyRecord,
} from "../../../lib/composites/compare/models.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";
import type { FileDigest } from "../../../lib/reading/path.ts";

/** A model with an accuracy and a gamma, each with a reach of its interval. */
function model(
  name: string,
  accuracy?: number,
  { gamma, tells = "yes", reach }: {
    gamma?: number;
    tells?: "yes" | "no" | "reversed" | "unknown";
    reach?: number;
  } = {},
): JudgedModel {
  const measured = (value: number) => (
    { value, ...reach !== undefined && { low: value - reach, high: value + reach } }
  );
  return {
    ...{ name, verdict: { tells, sentences: [] } },
    ...accuracy !== undefined && { accuracy: measured(accuracy), rows: 40 },
    ...gamma !== undefined && { gamma: measured(gamma) },
  };
}

const CASES: readonly (readonly [models: readonly JudgedModel[], says: readonly string[]])[] = [
  [[], []],
  [[model("a", 0.75, { gamma: 2 })], []], // one is neither best nor worst
  [[
    model("a", 0.5, { gamma: -0.25, reach: 0.125 }),
    model("b", 0.75, { gamma: 1.5, reach: 0.125 }),
    model("c"),
  ], [
    "Of 2 models, b has the highest accuracy: right in 0.75 of 40 rows (95 % interval 0.63 to 0.88)",
    "a has the lowest accuracy: right in 0.50 of 40 rows (95 % interval 0.38 to 0.63)",
    "Understanding (gamma) is largest in b, 1.50 (1.38 to 1.63) logits, and smallest in a, -0.25 (-0.38 to -0.13)",
  ]],
  [[model("a", 0.5), model("b", 1), model("c", 1), model("d", 0.5)], [
    "Of 4 models, b and c have the highest accuracy: right in 1.00 of 40 rows",
    "a and d have the lowest accuracy: right in 0.50 of 40 rows",
  ]],
  [[model("a", 0.5, { gamma: 1 }), model("b", 0.5, { gamma: 1 })], [
    "Of 2 models, a and b have the highest accuracy: right in 0.50 of 40 rows",
  ]],
  [[model("a", undefined, { tells: "no" }), model("b", undefined, { tells: "reversed" })], [
    "a and b do not tell negation here: what moves d there is no understanding",
  ]],
  [[
    ...["a", "a"].map((name) => model(name, undefined, { tells: "no" })), // on two sets of data
    ...["b", "c"].map((name) => model(name, undefined, { tells: "unknown" })),
  ], [
    "a does not tell negation here: what moves d there is no understanding",
    "Whether b and c tell negation cannot be told",
  ]],
  [[model("b", undefined, { tells: "unknown" })], ["Whether b tells negation cannot be told"]],
];

Deno.test("bestSentences() says which models do not tell negation, then which are the best and the worst, if they differ", () => {
  for (const [models, says] of CASES) {
    const sentences = bestSentences(models);
    assertEquals(sentences, says);
    assertPlainSentences(sentences.filter((said) => !said.startsWith("Understanding"))); // which has two intervals
  }
});

Deno.test("modelNames() names data and seeds only where models differ in them", () => {
  const places = ["a", "b"].flatMap((model) => [0, 1].map((seed) => ({ model, seed, data: "d" })));
  const names = ["a, seed 0", "a, seed 1", "b, seed 0", "b, seed 1"];
  assertEquals(places.map(modelNames(places)), names);
  const [first] = places;
  const other = { ...first!, data: "e" };
  assertEquals([first!, other].map(modelNames([first!, other])), ["a, d", "a, e"]);
  const alone = { model: "c", seed: 0 }; // a run, which has no name of data
  assertEquals([first!, alone].map(modelNames([first!, alone])), ["a", "c"]);
});

const TEXT = { layers: 3, heads: 2, width: 16, projection: 12 };
const IMAGE = { layers: 2, heads: 2, width: 24, projection: 12 };

function files(named: Readonly<Record<string, string>>): FileDigest[] {
  return Object.entries(named).map(([file, sha256]) => ({ file, sha256 }));
}

function run(
  {
    model = { "config.json": "c", "model.safetensors": "m" },
    data = { "pairs.json": "p", "images": "i" },
    ...record
  }: Partial<StudyRecord> & {
    readonly model?: Readonly<Record<string, string>>;
    readonly data?: Readonly<Record<string, string>>;
  } = {},
): StudyRecord {
  return {
    ...{ text: TEXT, image: IMAGE, towers: { text: "t", image: "i" } },
    ...record,
    sources: { model: files(model), data: files(data) },
  };
}

Deno.test("studyDifference() finds no difference in what only one run has, and in names", () => {
  assertEquals(studyDifference(run(), run()), undefined);
  const others = [
    { towers: { text: "t" }, image: {}, data: { "pairs.json": "p" } }, // reads no images
    { model: { "config.json": "c", "moved.safetensors": "m" }, data: { "renamed.json": "p" } },
    { model: { "config.json": "c", "model.safetensors": "m", "random weights (seed 1)": "r" } },
  ];
  for (const other of others) {
    assertEquals(studyDifference(run(), run(other)), undefined);
    assertEquals(studyDifference(run(other), run()), undefined);
  }
});

Deno.test("studyDifference() names the sizes of a tower of another architecture", () => {
  const [at, other] = [2, 4].map((n) => `3 blocks x ${n} heads, width 16, projection 12`);
  const found = studyDifference(run(), run({ text: { ...TEXT, heads: 4 } }));
  assertEquals(found, `the sizes of the text tower (${at}, against ${other})`);
  for (const size of ["layers", "heads", "width", "projection"] as const) {
    const other = studyDifference(run(), run({ image: { ...IMAGE, [size]: 99 } }));
    assert(other?.startsWith("the sizes of the image tower"), size);
  }
});

Deno.test("studyDifference() names the tower whose files differ, whatever they are called", () => {
  const tuned = { "config.json": "c", "tuned.pt": "x" };
  const differs = (text: string, image: string, model: Readonly<Record<string, string>>) =>
    studyDifference(run(), run({ towers: { text, image }, model }));
  assertEquals(differs("u", "i", tuned), "the files of the text tower");
  assertEquals(differs("t", "j", tuned), "the files of the image tower");
});

Deno.test("studyDifference() names data that differ, whatever their file is called, and images", () => {
  const differs = (data: Readonly<Record<string, string>>) => studyDifference(run(), run({ data }));
  assertEquals(differs({ "pairs.json": "q" }), 'the data ("pairs.json")');
  const named = 'the data ("pairs.json", against "other.csv")';
  assertEquals(differs({ "images": "i", "other.csv": "q" }), named);
  assertEquals(differs({ "pairs.json": "p", "images": "j" }), "the images");
});
