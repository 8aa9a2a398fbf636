import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import {
  type ConceptEdit,
  type DirectionEdit,
  type Edit,
  type MapEdit,
  ScoreRule,
} from "../../lib/edits/edit.ts";
import type { Pair } from "../../lib/data/pairs.ts";
import { readPairs } from "../../lib/data/read.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { pairedShareDifference } from "../../lib/stats/share.ts";
import {
  asLong,
  type FitData,
  FITS,
  foldsOf,
  randomControl,
  randomized,
  ridge,
  rowsOfChoices,
  rowsOfPairs,
  shuffledLabels,
  type TrialControl,
  type TrialRow,
  type TrialSet,
  wordsFrame,
} from "../../lib/trials/fit.ts";
import {
  type FrontRow,
  type Measured,
  measureEdit,
  trialTables,
} from "../../lib/trials/measure.ts";
import { frontChart, trialFindings } from "../../lib/trials/findings.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { embedImages, embedTexts } from "../../lib/study/embeddings.ts";
import { cosine } from "../../lib/model/families.ts";
import { assertPlainSentences } from "../study/plain_sentences.ts";
import { imageReader } from "../../lib/opening/images/image_folder.ts";
import { TINY } from "../studies.ts";

Deno.test("ridge() finds a linear map without a penalty, and half of it with a penalty as large as the rows' squares", () => {
  const inputs = [[1, 0], [0, 1], [1, 1], [2, -1]];
  const map = [[1, -2, 0.5], [3, 0, 1]];
  const outputs = inputs.map((x) =>
    [0, 1, 2].map((j) => x[0]! * map[0]![j]! + x[1]! * map[1]![j]!)
  );
  const found = ridge(inputs, outputs, 0);
  found.forEach((row, i) => row.forEach((x, j) => assertAlmostEquals(x, map[i]![j]!, 1e-12)));
  const half = ridge([[1, 0], [0, 1]], [[2, 0], [0, 4]], 1); // X'X is the identity, and so is the penalty
  half.forEach((row, i) =>
    row.forEach((x, j) => assertAlmostEquals(x, [[1, 0], [0, 2]][i]![j]!, 1e-12))
  );
});

Deno.test("foldsOf() holds nouns with one head out together, in at most five folds of which none has all that are fitted on", () => {
  const nouns = ["bear", "cat", "light", "teddy bear", "traffic light", "Lights", ..."abcdef"];
  const fitted = new Set(["bear", "cat"]);
  for (let seed = 0; seed < 20; seed++) {
    const folds = foldsOf([...nouns, ...nouns], seed, fitted);
    assertEquals([...folds.keys()].sort(), nouns.toSorted());
    const held = (...names: readonly string[]) => new Set(names.map((noun) => folds.get(noun)));
    const sizes = [
      [...nouns],
      ["bear", "teddy bear"],
      ["light", "traffic light", "Lights"],
      fitted,
    ];
    assertEquals(sizes.map((names) => held(...names).size), [5, 1, 1, 2]);
    assertEquals(foldsOf(nouns, seed, fitted), folds);
  }
  assertEquals(new Set(foldsOf(["star", "ring"], 0).values()).size, 2);
});

Deno.test("rows have the options, noun, cluster and groups of pairs and of choices with pictures, and what is true of them", () => {
  const pairs = Array.from({ length: 18 }, (_, i): Pair => {
    const [noun, verb] = [`thing${i >> 1}`, i % 2 === 0 ? "is" : "was"];
    const sentences = [`There ${verb} a ${noun}.`, `There ${verb} no ${noun}.`] as const;
    const [caption, foil] = i % 4 < 2 ? sentences : sentences.toReversed();
    const negation = i % 4 < 2 ? "foil" : "caption";
    const named = { frame: verb, ...i === 0 && { negator: 2 } };
    return { id: `${i}`, image: `${i}.png`, caption: caption!, foil: foil!, negation, ...named };
  });
  const ofPairs = rowsOfPairs(pairs, { cluster: "noun", fitted: new Set([wordsFrame(pairs[0]!)]) });
  const OTHER = "frames not fitted on";
  const groups = [0, 1, 2, 3].map((i) => ofPairs[i]!.groups.join());
  assertEquals(groups, [
    ...["negated foil,frame is,negator 2", `negated foil,frame was,${OTHER}`],
    ...["negated caption,frame is", `negated caption,frame was,${OTHER}`],
  ]);
  const { options, right, noun, cluster, affirmative } = ofPairs[0]!;
  assertEquals([right, noun, cluster, affirmative], [0, "thing0", "thing0", options[0]]);
  assertEquals(options.map(({ sentence }) => sentence), [pairs[0]!.caption, pairs[0]!.foil]);
  assertEquals([options[1]!.picture, ofPairs[2]!.affirmative], ["0.png", undefined]);

  const shown = {
    id: "q",
    row: 0,
    where: "row q",
    pictures: [{ image: "a.png" }],
    group: "position",
  };
  const asked = { ...shown, sentences: ["There is no cat.", "There is a dog."], right: 1 };
  const block = { ...asked, pictures: [{ image: "a.png" }, { image: "b.png" }], right: 0 };
  const unseen = { ...asked, pictures: [], query: "x" };
  const ofChoices = rowsOfChoices([asked, unseen, block], "noun");
  assertEquals(ofChoices.map(({ options }) => options.map((it) => it.picture.at(0)).join("")), [
    ...["aa", "aabb"],
  ]);
  const [row] = ofChoices;
  assertEquals([row!.right, row!.noun, row!.cluster, row!.groups.join()], [
    ...[1, "cat", "cat", "group position"],
  ]);
  assertEquals(rowsOfChoices([block]).map(({ cluster }) => cluster), ["a.png"]);
});

Deno.test("the prompts of shuffled labels are found by the nouns of sentences", () => {
  const prompts = new Map([["traffic light", "a dog"], ["dog", "a traffic light"], [
    "cat",
    "a cat",
  ]]);
  const edit = FITS.score_rule({
    ...DATA,
    prompt: "a {}",
    nouns: [...prompts.keys()],
    promptOf: (noun) => prompts.get(noun)!,
  });
  assertEquals(new ScoreRule(edit).denied("There are no traffic lights."), "a dog");
});

Deno.test("findings say which gain was chosen, that a file's edit may know the nouns, and how many draws of a control do as well", () => {
  const row = (cells: Partial<FrontRow>): FrontRow => ({
    ...{ edit: "concept", strength: 1, control: "none", set: "rows" },
    ...{ change: 0.1, low: 0.05, high: 0.15 },
    ...{ measure: "accuracy", group: "all", n: 20, after: 0.6 },
    changes: {
      recall_1: { estimate: 0, low: 0, high: 0 },
      gamma: { estimate: -0.5, low: -0.75, high: -0.25 },
    },
    ...{ over: 0.08, over_low: 0.02, over_high: 0.1, beyond: "random direction", as_good: 1 },
    ...cells,
  });
  const said = (rows: readonly FrontRow[], given: readonly string[] = []) => {
    const { sentences } = trialFindings(rows, { given: new Set(given), draws: 3 });
    assertPlainSentences(sentences!);
    return sentences!;
  };
  const rows = [row({}), row({ strength: 2, change: 0.05 })];
  assertEquals(said(rows.toReversed()), [
    "On rows, concept at strength 1 is right in 0.60 of the rows, the model as it is in 0.50",
    "This gain of 0.10 (0.05 to 0.15) is the largest of 2 tries, so probably overestimated",
    "The edit is made from the prompts of all nouns: no row is fitted, no noun held out",
    "It is 0.08 (0.02 to 0.10) more than its control (random direction) gains, of which 1 of 3 draws gain as much",
    "Whether the gain is of understanding cannot be told: gamma changes by -0.50 (-0.75 to -0.25) logits",
    "No harm to affirmative sentences is certain",
  ]);
  const around = (estimate: number) => ({ estimate, low: estimate - 0.1, high: estimate + 0.1 });
  const changing = (gamma: number, alpha: number, recall: number) => (
    { changes: { gamma: around(gamma), alpha: around(alpha), recall_1: around(recall) } }
  );
  const scaling = (over_low?: number, over_high = 0.1) => (
    { edit: "scale", beyond: "random nodes", over_low, over_high }
  );
  const alone = { over: undefined, over_low: undefined, beyond: undefined };
  const none = "No edit certainly improves rows beyond its controls: the accuracy changes by ";
  const cases: readonly (readonly [Partial<FrontRow>, place: number, text: string])[] = [
    [{ edit: "map" }, 2, "The edit is fitted on rows of other nouns"],
    [{ edit: "merge", ...alone }, 2, "The edit is a fixed rule"],
    [{ edit: "merge", ...alone }, 3, "It has no control"],
    [changing(0.5, 0, 0), 4, "The gain is of understanding: gamma changes by 0.50 (0.40 to 0.60)"],
    [changing(0.5, 0, 0), 4, "logits, alpha by 0.00 (-0.10 to 0.10)"],
    [changing(0.5, -0.2, 0), 4, "Understanding and bias both change: gamma changes by 0.50 (0.40"],
    [changing(0, -0.5, 0), 4, "The gain is of bias, not of understanding"],
    [changing(0, 0, 0.2), 5, "No harm to affirmative sentences is certain"],
    [changing(0, 0, -0.2), 5, "Harm: affirmative recall at 1 changes by -0.20 (-0.30 to -0.10)"],
    ...[{ over_low: 0 }, { low: 0 }, { low: undefined }, { over_low: undefined }]
      .map((bounds) => [bounds, 0, none] as const),
    [scaling(), -1, "gains no more than scaling random nodes"],
    [scaling(0, 0.1), -1, "gains no more than"],
    [scaling(-0.1, 0), -1, "gains no more than"],
    [scaling(-0.2, -0.1), -1, "gains less than"],
    [
      scaling(0.01),
      -1,
      "gains more than scaling random nodes: a difference of 0.08 (0.01 to 0.10)",
    ],
    [scaling(0.01), -1, "1 of 3 draws"],
  ];
  assertEquals(said([row({ ...alone, low: -0.01 })]), [ // no control, so none is spoken of
    "No edit certainly improves rows: the accuracy changes by 0.10 (-0.01 to 0.15) at best, by concept",
  ]);
  for (const [cells, place, text] of cases) {
    const sentences = said([row(cells), row({ ...alone, low: 0, change: 0 })]);
    assertStringIncludes(sentences.at(place)!, text);
    if (text === none) assertEquals(sentences.length, 1);
  }
  assertStringIncludes(said(rows, ["concept"])[2]!, "may have been fitted on these rows");
  const sets = said(["a", "b", "c"].map((set) => row({ set }))); // sentences are of two, tables of all
  assertEquals(sets.filter((text) => /^On . concept/.test(text.replace(",", ""))).length, 2);
  assertEquals(said([row({ ...scaling(), edit: "mine" })], ["mine"]).length, 1); // no circuit is known
});

function vectorsOf(values: readonly number[][]): Map<string, Float32Array<ArrayBuffer>> {
  const names = ["no a", "a", "no b", "b", "p x", "p y"];
  return new Map(names.map((name, i) => [name, Float32Array.from(values[i]!)]));
}

/** Streams and embeddings of two nouns, planned so that the fits have closed forms. */
const DATA: FitData = {
  pairs: [
    { negated: "no a", affirmative: "a", noun: "x" },
    { negated: "no b", affirmative: "b", noun: "y" },
  ],
  nouns: ["x", "y"],
  formsOf: (noun) => [noun],
  promptOf: (noun) => `p ${noun}`,
  stream: vectorsOf([[1, 2], [0, 1], [3, 0], [0, 1], [1, 0], [0, 1]]),
  embeddings: vectorsOf([[0, 2], [1, 0], [0, 1], [1, 0], [0, 1], [1, 0]]),
  block: 1,
  prompt: "p {}",
};

Deno.test("the direction is the mean difference of the streams; the others have what they are fitted on", () => {
  const direction = { kind: "direction", strength: 1, blocks: [1], vectors: [[2, 0]] }; // ((1, 1) + (3, -1)) / 2
  const named = (name: string, rule: string, sentences: string) => (
    { ...direction, name, rule, sentences } as DirectionEdit
  );
  assertEquals(FITS.direction(DATA), named("direction", "add", "all"));
  assertEquals(FITS["direction if negated"](DATA), named("direction if negated", "add", "negated"));
  assertEquals(FITS["simple-neg"](DATA), named("simple-neg", "simple-neg", "all"));
  // The map turns (0, 2) round to (2, 0), but for a penalty of .01 x the mean of X'X, and leaves (1, 0).
  const { matrix, strength } = FITS.map({ ...DATA, pairs: DATA.pairs.slice(0, 1) }) as MapEdit;
  assertEquals(strength, 1);
  [[1, 0], [4 / 4.025, 1 - 4 / 4.025]].forEach((row, i) =>
    row.forEach((x, j) => assertAlmostEquals(matrix[i]![j]!, x, 1e-7))
  );
  const concept = FITS.concept(DATA);
  assertEquals(concept, {
    ...{ kind: "concept", name: "concept", strength: 1, sentences: "negated", block: 1 },
    ...{ nouns: [["x"], ["y"]], vectors: [[1, 0], [0, 1]] },
  });
  assertEquals([FITS.scale(DATA), FITS.merge().strength], [undefined, 1]);
  const nodes = ["mlp 1"];
  assertEquals(FITS.scale({ ...DATA, nodes }), {
    ...{ kind: "scale", name: "scale", strength: 1, factor: 2, nodes },
  });
  assertEquals(FITS.score_rule(DATA), {
    ...{ kind: "score_rule", name: "score_rule", strength: 1, rule: "subtract", prompt: "p {}" },
  });
});

Deno.test("controls keep the size of an edit: the length of a direction, the entries of a map, the kinds of nodes", () => {
  const direction = FITS.direction(DATA) as DirectionEdit;
  const random = () => seededRandom(5);
  const sizes = { layers: 3, heads: 2 };
  const made = randomized(direction, random(), sizes) as DirectionEdit;
  assertAlmostEquals(Math.hypot(...made.vectors[0]!), 2, 1e-12);
  const map = FITS.map(DATA) as MapEdit;
  const entries = ({ matrix }: MapEdit) =>
    matrix.flatMap((row, i) => row.map((x, j) => x - Number(i === j))).map((x) => x.toFixed(9))
      .sort();
  assertEquals(entries(randomized(map, random(), sizes) as MapEdit), entries(map));
  const scale: Edit = {
    ...{ kind: "scale", name: "s", strength: 1, factor: 0 },
    nodes: ["head 1.2", "head 3.1", "mlp 2"],
  };
  const { nodes } = randomized(scale, random(), sizes) as typeof scale;
  assertEquals(nodes.map((node) => node.split(" ")[0]), ["head", "head", "mlp"]);
  assertEquals(new Set(nodes).size, 3);
  const [concept] = [FITS.concept(DATA)];
  const moved = randomized(concept, random(), sizes) as ConceptEdit; // about the mean of all nouns, (1/2, 1/2)
  moved.vectors.forEach(([x, y], i) => {
    assertAlmostEquals(Math.hypot(x! - 0.5, y! - 0.5), Math.SQRT1_2, 1e-12);
    assert(Math.abs(x! - concept.vectors[i]![0]!) > 1e-3);
  });
  const length = 20_000;
  const ones = { ...direction, vectors: [new Array<number>(length).fill(1)] };
  const [normal] = (randomized(ones, random(), sizes) as DirectionEdit).vectors;
  const moment = (k: number) => normal!.reduce((sum, x) => sum + x ** k, 0) / length;
  [1, 3, 4].forEach((k, i) => { // of a standard normal 0, 0 and 3, with the variances 1, 15 and 96
    assertAlmostEquals(moment(k), [0, 0, 3][i]!, 4 * Math.sqrt([1, 15, 96][i]! / length));
  });
  const long = asLong(made, { ...direction, vectors: [[3, 4]] }) as DirectionEdit;
  long.vectors[0]!.forEach((x, i) => assertAlmostEquals(x, made.vectors[0]![i]! * 2.5, 1e-12));
  assertEquals([asLong(made, map), asLong(map, made)], [made, map]);
  assertEquals(
    [scale, concept, map, made, FITS.score_rule(DATA), FITS.merge()].map(randomControl),
    ["random nodes", ...new Array(3).fill("random direction"), undefined, undefined],
  );
  const shuffled = shuffledLabels(DATA, random());
  assertEquals(shuffled.nouns.map(shuffled.promptOf).sort(), ["p x", "p y"]);
  const pairs = Array.from({ length: 100 }, (_, i) => (
    { negated: `no ${i}`, affirmative: `${i}`, noun: "x" }
  ));
  const labelled = shuffledLabels({ ...DATA, pairs }, random()).pairs;
  labelled.forEach(({ negated, affirmative }, i) =>
    assertEquals([negated, affirmative].sort(), [`${i}`, `no ${i}`])
  );
  const swapped = labelled.filter(({ affirmative }) => affirmative.startsWith("no")).length;
  assert(swapped > 35 && swapped < 65, `${swapped} of 100`); // three standard deviations of a fair coin
});

Deno.test("measureEdit() counts rows, pictures and nouns by the edit of a noun's fold, and at strength 0 as the model does", async () => {
  await using clip = await Clip.load(TINY.model);
  const { pairs } = await readPairs(onDisk(TINY.pairs), { protocol: "rephrased", aligned: false });
  const pictures = await embedImages(clip.image, pairs, { read: imageReader(TINY.images) });
  const rows = rowsOfPairs(pairs, { fitted: new Set() });
  const set: TrialSet = { name: "pairs", rows, pictures };
  const nouns = [...new Set(rows.map(({ noun }) => noun))];
  const folds = foldsOf(nouns, 0);
  const promptOf = (noun: string) => `There is a ${noun}.`;
  const said = rows.flatMap(({ options }) => options.map(({ sentence }) => sentence));
  const texts = await embedTexts(clip.text, new Set([...nouns.map(promptOf), ...said]));
  const score = (sentence: string, picture: string) =>
    100 * cosine(texts.get(sentence)!, pictures.get(picture)!);
  const isFirst = <Key>(keys: Iterable<Key>, own: Key, of: (key: Key) => number) =>
    Math.max(...[...keys].map(of)) === of(own);
  const foundFirst = ({ affirmative: it }: TrialRow) =>
    it !== undefined && isFirst(pictures.keys(), it.picture, (key) => score(it.sentence, key));
  const [own, other] = rows.find(foundFirst)!.options; // the affirmative one is right
  const closer = texts.get(own!.sentence)!; // first among pictures
  const tied: TrialSet = {
    ...{ name: "tied", pictures: new Map([...pictures, ["closer", closer]]) },
    rows: [{ ...rows[0]!, options: [own!, own!, other!], affirmative: own! }],
  };
  const inputs = { text: clip.text, sets: [set, tied], folds, nouns, prompt: "There is a {}." };
  const seen = new Set<number>();
  const before = await measureEdit(inputs, () => undefined);
  const rule = (strength: number): Edit => (
    { kind: "score_rule", name: "r", strength, rule: "subtract", prompt: "There is a {}." }
  );
  const none = await measureEdit(inputs, (fold) => (seen.add(fold), rule(0)));
  const much = await measureEdit(inputs, () => rule(5));
  // the model as it is, from the cosines of all sentences and pictures
  rows.forEach(({ options: [own, other] }, i) => {
    const d = score(own!.sentence, own!.picture) - score(other!.sentence, other!.picture);
    assertAlmostEquals(before[0]!.d[i]!, d, 1e-4); // S is of float32 vectors
  });
  const told = rows.flatMap(({ affirmative, noun }) =>
    affirmative ? [{ ...affirmative, noun }] : []
  );
  assertEquals(
    before[0]!.recall,
    rows.filter(({ affirmative }) => affirmative).map(foundFirst),
  );
  assertEquals(
    before[0]!.zeroShot,
    told.map((it) => Number(isFirst(nouns, it.noun, (key) => score(promptOf(key), it.picture)))),
  );
  assertEquals(seen, new Set(folds.values()));
  assert(Number(before[1]!.right[0]) < 1, "options of one score are told apart");
  const over = score(own!.sentence, own!.picture) - score(other!.sentence, other!.picture);
  assertAlmostEquals(before[1]!.d[0]!, Math.min(0, over), 1e-4); // the right one's own double is another option
  assertEquals(before[1]!.recall, [false]); // its picture is the second
  assertEquals([none[0]!.right, none[0]!.d], [before[0]!.right, before[0]!.d]);
  assertEquals(much[0]!.recall, before[0]!.recall); // it changes negated sentences alone
  assertNotEquals(much[0]!.d, before[0]!.d);
  // All sentences become one: of two options each counts one half.
  const [one] = [...before[0]!.affirmative].map((t) => [...t]);
  const matrix = one!.map((a) => one!.map((b) => a * b));
  const map: Edit = { kind: "map", name: "m", strength: 1, matrix };
  const [alike] = await measureEdit(inputs, () => map);
  assertEquals(new Set(alike!.right), new Set([1 / 2]));
  const [partly] = await measureEdit(inputs, (fold) => fold === 0 ? rule(5) : undefined);
  rows.forEach(({ noun }, i) => {
    const expected = folds.get(noun) === 0 ? much : before;
    assertEquals(partly!.right[i], expected[0]!.right[i]);
  });
});

Deno.test("tables: gamma, alpha and what is right in both pictures change as the d of rows, of controls on all rows alone", () => {
  // of each noun one block; the edit adds 1 where the foil is negated, and 3 elsewhere: gamma + 1, alpha - 1/2
  const d = (k: number, side: string) => side === "foil" ? k / 10 : -1 - k / 10;
  const pairs = Array.from(
    { length: 12 },
    (_, k) =>
      (["foil", "caption"] as const).map((negation): Pair => {
        const [affirmative, negated] = [`There is a thing${k}.`, `There is no thing${k}.`];
        const [caption, foil] = negation === "foil"
          ? [affirmative, negated]
          : [negated, affirmative];
        return { id: `${k} ${negation}`, image: "a.png", negation, caption, foil };
      }),
  ).flat();
  const rows = rowsOfPairs(pairs, { fitted: new Set() });
  const ofNouns = <Value>(value: Value) => new Array<Value>(12).fill(value);
  const affirmative = ofNouns(Float32Array.of(1));
  const harmless = { recall: ofNouns(false), zeroShot: ofNouns(0), affirmative };
  const measured = (more: Readonly<Record<string, number>>): Measured => {
    const all = pairs.map(({ negation }, i) => d(i >> 1, negation) + more[negation]!);
    return {
      right: all.map((d) => Number(d > 0)),
      d: all,
      ...harmless,
    };
  };
  const none = measured({ foil: 0, caption: 0 });
  const trial = (control: TrialControl, ...draws: readonly Measured[]) => (
    { edit: "e", strength: 1, control, draws: draws.map((draw) => [draw]) }
  );
  const edit = measured({ foil: 1, caption: 3 });
  const { trials } = trialTables(
    [
      ...[trial("none", edit), trial("random direction", edit, none)],
      trial("shuffled labels", measured({ foil: 0, caption: 2 })), // d of 0, of the pairs 0 and 10, is not right
    ],
    { sets: [{ name: "s", rows, pictures: new Map() }], before: [none], seed: 0 },
  );
  const found = (measure: string, control: string) => {
    const of = trials.rows.find((row) => row.measure === measure && row.control === control)!;
    return [of.n, of.change, of.low, of.high].map((x) => Math.round(x! * 1e6) / 1e6);
  };
  assertEquals(found("gamma", "none"), [24, 1, 1, 1]);
  assertEquals(found("alpha", "none"), [24, -0.5, -0.5, -0.5]);
  assertEquals(found("gamma", "random direction"), [24, 0.5, 0.5, 0.5]); // one of two draws changes nothing
  assertEquals(found("sentences_right", "none"), [12, 1, 0.587333, 1]); // 12/14 - 1.96 sqrt((1 - (12/14)^2) / 14)
  assertEquals(found("sentences_right", "random direction").slice(0, 2), [12, 0.5]);
  assertEquals(found("sentences_right", "shuffled labels").slice(0, 2), [12, 9 / 12]);
  const groups = (of: string) =>
    new Set(trials.rows.filter(({ control }) => control === of).map(({ group }) => group));
  assertEquals(groups("random direction"), new Set(["all"]));
  assert(groups("none").has("negated foil"));
});

const TEXT = Float32Array.of(1, 0);

Deno.test("an edit is told beside the control of its own strength that gains most, and shown at the strength of its largest gain", () => {
  const pairs = Array.from({ length: 12 }, (_, i): Pair => (
    { id: `${i}`, image: "a.png", negation: "foil", caption: `a${i}.`, foil: `No a${i}.` }
  ));
  const rows = rowsOfPairs(pairs, { fitted: new Set() });
  const withRight = (count: number, found = 6, turned = 0): Measured => ({
    right: rows.map((_, i) => Number(i < count)),
    d: rows.map((_, i) => i < count ? 1 : -1),
    recall: rows.map((_, i) => i < found),
    zeroShot: rows.map((_, i) => Number(i < found)),
    affirmative: rows.map((_, i) => i < turned ? Float32Array.of(0, 1) : TEXT),
  });
  const trial = (
    [edit, strength, control]: readonly [string, number, TrialControl],
    ...counts: readonly number[]
  ) => ({
    edit,
    strength,
    control,
    draws: counts.map((count) => [withRight(count, count - 3, 3)]),
  });
  const { trials, front } = trialTables([
    trial(["e", 1, "none"], 9),
    trial(["e", 1, "shuffled labels"], 6),
    trial(["e", 1, "random direction"], 9, 4),
    trial(["e", 2, "none"], 8),
    trial(["e", 2, "random direction"], 11),
    trial(["f", 1, "none"], 5),
    trial(["f", 1, "random direction"], 12),
  ], { sets: [{ name: "s", rows, pictures: new Map() }], before: [withRight(3)], seed: 0 });
  const of = (edit: string, strength: number, control: TrialControl) => {
    const row = trials.rows.find((row) =>
      row.edit === edit && row.strength === strength && row.control === control &&
      row.measure === "accuracy" && row.group === "all"
    )!;
    const twelfths = [row.after, row.change, row.over].map((x) => x && Math.round(x * 12e6) / 1e6);
    return [row.n, ...twelfths, row.beyond, row.as_good];
  };
  assertEquals(of("e", 1, "none"), [12, 9, 6, 2.5, "random direction", 1]);
  assertEquals(of("e", 2, "none"), [12, 8, 5, -3, "random direction", 1]);
  assertEquals(of("f", 1, "none"), [12, 5, 2, -7, "random direction", 1]);
  const clusters = rows.map(({ cluster }) => cluster);
  const { low, high } = trials.rows[0]!;
  assertEquals(
    { estimate: 0.5, low, high },
    pairedShareDifference(withRight(3).right, withRight(9).right, { clusters }),
  );
  assertEquals(of("e", 1, "shuffled labels"), [12, 6, 3, undefined, undefined, undefined]);
  const cosines = trials.rows.filter(({ measure }) => measure === "cosine");
  assertEquals(
    cosines.map(({ after, change }) => [after, change]),
    cosines.map(() => [0.75, -0.25]),
  );
  const { tables } = trialFindings(front, { given: new Set(["e", "f"]), draws: 2 });
  const lines = tables!.flatMap(({ lines }) =>
    lines.map(({ edit, strength, gain, "95 % interval": within, "over control": over, recall }) => [
      ...[edit, strength, within],
      ...[gain, over, recall].map((x) => Math.round(Number(x) * 12e6) / 1e6),
    ])
  );
  assertEquals(lines, [["e", 1, "0.10 to 0.75", 6, 2.5, 0], ["f", 1, "-0.13 to 0.41", 2, -7, -4]]);
  const options = { sources: { model: [], data: [] }, model: "m" };
  const concat: { title: { text: string }; data: { values: Record<string, unknown>[] } }[] =
    JSON.parse(JSON.stringify(frontChart(front, options))).concat;
  const legend = (rows: readonly FrontRow[]) =>
    JSON.stringify(frontChart(rows, options)).match(/"domain":\["edit"[^\]]*\]/)?.[0];
  assertEquals(legend(front), '"domain":["edit","control"]');
  assertEquals(
    legend(front.filter(({ control }) => control === "none")),
    '"domain":["edit"]',
  );
  const bars = concat.map(({ title, data: { values } }) => [
    title.text,
    ...values.map(({ name, kind, value }) => `${name} ${kind} ${Math.round(Number(value) * 12)}`),
  ]);
  assertEquals(bars, [
    ["s: gain in accuracy", "e, 1 edit 6", "e: shuffled labels control 3"]
      .concat("e: random direction control 4", "f, 1 edit 2", "f: random direction control 9"),
    ["s: change of affirmative recall at 1", "e, 1 edit 0", "e: shuffled labels control -3"]
      .concat("e: random direction control -2", "f, 1 edit -4", "f: random direction control 3"),
  ]);
});
