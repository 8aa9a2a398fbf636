import { assert, assertEquals } from "@std/assert";
import { readContent } from "../../lib/benchmark/formats/format.ts";
import { readContents } from "../../lib/controlled_pairs/sources.ts";
import { makePairs, plural, TEMPLATES } from "../../lib/controlled_pairs/make_pairs.ts";
import { parsePairs } from "../../lib/data/read.ts";
import { affirmativeSentence, negatedSentence, type Pair } from "../../lib/data/pairs.ts";
import { countNegations } from "../../lib/data/words.ts";
import { pairsText } from "../../lib/controlled_pairs/summary.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { assertThrowsCode } from "../error_codes.ts";

const read = (text: string) =>
  readContents(readContent(new TextEncoder().encode(text), "text"), "o.csv");

/** A tokeniser with a token for each word and mark, and two for a contraction. */
const tokensIn = (text: string) => text.match(/[\p{L}]+|['’]t|[.,]/gu)!.length;

const OPTIONS = { source: "objects.csv", tokensIn, most: 120, seed: 1 };

const NOUNS = "dog cat apple person bus knife zebra orange clock scissors pizza umbrella fork tie"
  .split(" ");

/** Images with random objects, each once to three times. */
function drawnFile(images: number): string {
  const random = seededRandom(3);
  const lines = Array.from({ length: images }, (_, i) => {
    const present = random.shuffle(NOUNS).slice(0, random.below(5)).flatMap((noun) =>
      Array(1 + random.below(3)).fill(noun)
    );
    return `${i}.jpg,${present.join("|")}`;
  });
  return ["image,present", ...lines].join("\n") + "\n";
}

const FILE = drawnFile(200);
const MADE = makePairs(read(FILE).contents, OPTIONS);

/** The counts of the objects of an image, read without the code that is tested. */
const OBJECTS = new Map(
  FILE.trim().split("\n").slice(1).map((line) => {
    const [image, cell] = line.split(",") as [string, string];
    const counts = new Map<string, number>();
    for (const name of cell.split("|").filter((name) => name !== "")) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return [image, counts] as const;
  }),
);

/** Each wording's rows, by frame, negator and scope. */
const CELLS = Map.groupBy(MADE.pairs, (row) => [row.frame, row.negatorWord, row.scope].join());

Deno.test("makePairs() makes pairs in every wording", () => {
  assertEquals(
    [...CELLS.keys()],
    TEMPLATES.map(({ frame, negator, scope }) => [frame, negator, scope].join()),
  );
});

Deno.test("makePairs() makes sentences of equally many tokens, of which one has more negators or both the same words", () => {
  for (const row of MADE.pairs) {
    const [negated, affirmative] = [negatedSentence(row), affirmativeSentence(row)];
    assertEquals(tokensIn(negated), tokensIn(affirmative), negated);
    const more = countNegations(negated) - countNegations(affirmative);
    if (row.scope === "none") assertEquals(more, 1, negated);
    else assertEquals([more, bag(negated)], [0, bag(affirmative)]);
  }
});

Deno.test("makePairs() makes captions that are true of their image and foils that are not", () => {
  for (const row of MADE.pairs) {
    const [caption, foil] = [row.caption, row.foil].map((sentence) => isTrue(sentence, row));
    assertEquals([caption, foil], [true, false], JSON.stringify(row));
    assertEquals(row.truth === "present", row.negation === "foil");
  }
});

Deno.test("makePairs() says that there is only Y of images that have one Y, or Ys, and nothing else", () => {
  const rows = MADE.pairs.filter(({ caption }) => /^(?:No .*, only|Only) /i.test(caption));
  assert(rows.length > 100);
  for (const { caption, image } of rows) {
    const [, name] = /only (?:an? |some )?(\w+)/i.exec(caption)!;
    const [[noun, count], ...rest] = [...OBJECTS.get(image)!] as [[string, number]];
    assertEquals(rest, [], caption);
    const isOne = noun === name && (count === 1 || noun === "scissors");
    assert(isOne || plural(noun) === name && count > 1, `${caption} ${noun} ${count}`);
  }
});

Deno.test("makePairs() knows that an object is alone where no other is there or unknown, whatever its kind is called", () => {
  const onlyIn = (text: string) => {
    const { contents } = read(text);
    const { pairs, notMade } = makePairs(contents, OPTIONS);
    const made = pairs.filter(({ frame, truth }) => frame === "X, only Y" && truth === "absent");
    const reasons = notMade.filter(({ frame }) => frame === "X, only Y");
    return { made: made.map(({ caption, image }) => [caption, image]), reasons };
  };
  const kinds = "image,present\nboth.jpg,cat|dog|black dog\nkind.jpg,dog|black dog\n";
  assertEquals(onlyIn(kinds).made.sort(), [
    ["No cat, only a black dog.", "kind.jpg"],
    ["No cat, only a dog.", "kind.jpg"],
  ]);
  const two = "image,present\nboth.jpg,cat|dog|black dog\nkind.jpg,dog|dog|black dog\n";
  assertEquals(onlyIn(two).made, []);
  const third = "image,present\nboth.jpg,cat|dog\nthird.jpg,dog|bus\n";
  const reason = "no image is known to have the second object alone";
  const none = { reason: "no sentence pair has an image for each of its sentences" };
  const where = { frame: "X, only Y", negator: "no", scope: "none" };
  const leftOut = (n: number) => [{ ...where, reason, n }, { ...where, ...none }];
  assertEquals(onlyIn(third), { made: [], reasons: leftOut(2) });
  const unknown = "image,present,absent\nboth.jpg,cat|dog|bus,\nother.jpg,dog,cat\n";
  assertEquals(onlyIn(unknown), { made: [], reasons: leftOut(1) });
  assertEquals(onlyIn(`${unknown.trim()}|bus\n`).made, [
    ["No bus, only a dog.", "other.jpg"],
    ["No cat, only a dog.", "other.jpg"],
  ]);
});

Deno.test("readContents() refuses an image that NegBench's file has twice, under whatever folder", () => {
  const line = (folder: string, name: string) =>
    `"['dog']","['cat']",${folder}/${name},"['A dog.']"`;
  const text = [
    "positive_objects,negative_objects,filepath,captions",
    ...[line("a", "1.jpg"), line("a", "2.jpg"), line("b", "1.jpg"), ""],
  ].join("\n");
  const { contents, bad } = read(text);
  assertEquals(contents.map(({ image }) => image), ["1.jpg", "2.jpg"]);
  assertEquals(bad.map(({ id, problems }) => [id, problems[0]!.reason]), [
    ["2", 'image "1.jpg" is there twice'],
  ]);
});

Deno.test("makePairs() has each sentence pair as often with the object as without it, and nouns equally often", () => {
  for (const rows of CELLS.values()) {
    const balance = new Map<string, number>();
    for (const row of rows) {
      const key = negatedSentence(row);
      balance.set(key, (balance.get(key) ?? 0) + (row.truth === "present" ? 1 : -1));
    }
    assertEquals(new Set(balance.values()), new Set([0]));
    const counts = [...Map.groupBy(rows, ({ noun }) => noun).values()].map(({ length }) => length);
    assert(Math.max(...counts) - Math.min(...counts) <= 2, `${rows[0]!.frame}: ${counts}`);
  }
});

Deno.test("makePairs() says which wordings the tokeniser does not know, and which sentences have no twin of their length", () => {
  const contents = read(FILE).contents;
  const spelled = (text: string) => tokensIn(text) + (text.match(/photo/g)?.length ?? 0) * 4;
  const { notMade } = makePairs(contents, { ...OPTIONS, tokensIn: spelled });
  const unknown = notMade.filter(({ n }) => n === undefined);
  const reason = '"photo" is more than one token';
  assertEquals(unknown.map((own) => [own.negator, own.reason]), [["no", reason], [
    "without",
    reason,
  ]]);
  const an = (text: string) =>
    tokensIn(text) + (text.match(/\ban apple|fork is now/giu)?.length ?? 0);
  const others = makePairs(contents, { ...OPTIONS, tokensIn: an }).pairs;
  const has = (text: string) => others.some((row) => affirmativeSentence(row) === text);
  const sentences = ["There is an apple.", "There is the apple.", "There is a dog."];
  assertEquals(sentences.map(has), [false, true, true]);
  assert(has("A fork is also in the picture."));
});

Deno.test("makePairs() depends on the seed alone", () => {
  const { contents } = read(FILE);
  assertEquals(pairsText(makePairs(contents, OPTIONS).pairs), pairsText(MADE.pairs));
  assert(pairsText(makePairs(contents, { ...OPTIONS, seed: 2 }).pairs) !== pairsText(MADE.pairs));
});

Deno.test("makePairs() refuses a file without an object that is in one image and missing in another", () => {
  const { contents } = read("image,present\na.jpg,dog\nb.jpg,dog\n");
  const said =
    'Cannot make pairs of "objects.csv": none of its 1 objects is in one image and missing';
  assertThrowsCode(() => makePairs(contents, OPTIONS), "rows-too-few", said);
});

Deno.test("readContents() refuses a file of another form, with the forms that there are", () => {
  const said =
    'Cannot read which objects are in images from "o.csv": its columns are id, sentence;';
  assertThrowsCode(() => read("id,sentence\n1,a dog\n"), "data-format-unknown", said);
});

Deno.test("the rephrased protocol takes the pairs that differ in one word, the standard protocol all", () => {
  const text = pairsText(MADE.pairs);
  const all = parsePairs(text, { source: "pairs.json", protocol: "standard" });
  assertEquals([all.pairs, all.dropped], [MADE.pairs, []]);
  const minimal = parsePairs(text, { source: "pairs.json", protocol: "rephrased" });
  assertEquals(new Set(minimal.pairs.map(({ scope }) => scope)), new Set(["none"]));
  assertEquals(
    new Set(
      MADE.pairs.filter(({ id }) => minimal.dropped.some((row) => row.id === id)).map((row) =>
        `${row.negatorWord} ${row.scope}`
      ),
    ),
    new Set(["n't none", "no none", "no other", "not other"]),
  );
});

/** The words of a sentence in the order of the alphabet. */
function bag(sentence: string): string {
  return sentence.toLowerCase().match(/\p{L}+/gu)!.sort().join(" ");
}

/** Whether a sentence is true of the row's image: each object that it names is there unless a negator stands right before it. */
function isTrue(sentence: string, { image }: Pair): boolean {
  const counts = OBJECTS.get(image)!;
  const denies =
    /\b(?:no|not|never|without|isn't|aren't|none of these (?:is|are)|neither of these is)(?: an?)?$/iu;
  const text = sentence.replace(/^(.*) (is|are) (?:not|never)( in the picture)/u, "No $1 $2$3")
    .replace(/^(.*) (?:isn't|aren't) in/u, "No $1 in").replace(/^no an? /iu, "No ")
    .replace(/^Not only (.*) but (.*)$/u, "$1 and $2").replace(/^Only (.*) but not/u, "$1 and no");
  const parts = [...text.matchAll(/\p{L}+/gu)].flatMap(({ 0: word, index }) => {
    const noun = NOUNS.find((name) =>
      name === word.toLowerCase() || plural(name) === word.toLowerCase()
    );
    if (noun === undefined) return [];
    const isMany = word.toLowerCase() !== noun;
    const isDenied = denies.test(text.slice(0, index).trimEnd());
    const count = counts.get(noun) ?? 0;
    return isDenied ? [count === 0] : [count >= (isMany ? 2 : 1)];
  });
  assert(parts.length > 0, sentence);
  return parts.every(Boolean);
}

Deno.test("makePairs() leaves out an object whose name negates, and counts its sentence pairs", () => {
  const { contents } = read("image,present\na.jpg,no dog\nb.jpg,cat\n");
  const { pairs, notMade } = makePairs(contents, { ...OPTIONS, source: "o.csv" });
  assertEquals(new Set(pairs.map(({ noun }) => noun)), new Set(["cat"]));
  const ofFirst = notMade.filter(({ reason }) => reason === "the name of an object negates");
  assertEquals(ofFirst[0], {
    ...{ frame: "there is X", negator: "no", scope: "none" },
    ...{ reason: "the name of an object negates", n: 1 },
  });
});
