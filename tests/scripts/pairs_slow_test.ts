/** Runs pairs on the embedded drawings and on files of other forms. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { textScores } from "../../lib/benchmark/text_scorers.ts";
import { affirmativeSentence, negatedSentence, type Pair } from "../../lib/data/pairs.ts";
import { parsePairs } from "../../lib/data/read.ts";
import { SHAPES } from "../../lib/opening/kit_models.ts";
import { runHere } from "./task_here.ts";
import { inFolder, namesIn, recordsIn } from "./task_process.ts";

const EMBEDDED = Deno.readTextFileSync(SHAPES.pairs);

/** The objects of each drawing, each with its colour and without. */
const OBJECTS = new Map(
  recordsIn(SHAPES.objects).map(({ image, present }) => [image!, present!.split("|")]),
);

const count = (image: string, name: string) =>
  OBJECTS.get(image)!.filter((object) => object === name).length;

Deno.test("pairs writes the embedded controlled pairs byte for byte", () =>
  inFolder(async (folder) => {
    const out = `${folder}/out`;
    const { code, stdout, stderr } = await runHere("pairs", ["--out", out]);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "1600 rows; of each sentence pair");
    assertStringIncludes(stdout, 'X, not, scope none: "not" is more than one token');
    assertEquals(await Deno.readTextFile(`${out}/controlled_pairs.json`), EMBEDDED);
    const files = ["controlled_pairs.json", "manifest.json", "summary.txt"];
    assertEquals(namesIn(out), files);
    assertEquals(stdout.match(/ (none|other) +200 +\d+ +\d+$/gm)?.length, 8);
    const again = await runHere("pairs", ["--out", out]);
    assertStringIncludes(again.stdout, "This run is finished already");
    const anew = await runHere("pairs", ["--out", out, "--rows", "10", "--overwrite"]);
    assertEquals([anew.code, anew.stderr], [0, ""]);
  }));

const OBJECT =
  /(?:(?:red|green|blue|yellow|purple|black) )?(?:circle|square|triangle|star|cross|ring|heart|diamond|hexagon|crescent)/;

Deno.test("the embedded objects are those that the embedded rows count", () => {
  const rows: Record<string, { image_file: string; caption: string; answer: number }> = JSON.parse(
    Deno.readTextFileSync(SHAPES.data),
  );
  const checked = Object.values(rows).flatMap(({ image_file, caption, answer }) => {
    if (/left|right/.test(caption)) return [];
    const [object] = OBJECT.exec(caption)!;
    return [{ caption, found: count(image_file, object), answer }];
  });
  assert(checked.length > 400);
  assertEquals(checked.filter(({ found, answer }) => found !== answer), []);
});

Deno.test("the embedded controlled pairs are true, minimal, and as often true as false", () => {
  const { pairs } = parsePairs(EMBEDDED, { source: "pairs", protocol: "standard" });
  const balance = new Map<string, number>();
  for (const row of pairs) {
    assertEquals([row.caption, row.foil].map((sentence) => isTrue(sentence, row)), [true, false]);
    const key = `${row.frame} ${negatedSentence(row)}\n${affirmativeSentence(row)}`;
    balance.set(key, (balance.get(key) ?? 0) + (row.truth === "present" ? 1 : -1));
  }
  assertEquals(new Set(balance.values()), new Set([0]));
  assertEquals(balance.size, 800);
});

Deno.test("the scorers of benchmarks that see no image get .5 of the embedded pairs, in each frame and scope", () => {
  const { pairs } = parsePairs(EMBEDDED, { source: "pairs", protocol: "standard" });
  for (const rows of Map.groupBy(pairs, ({ frame, scope }) => `${frame} ${scope}`).values()) {
    const choices = rows.map(({ id, image, caption, foil }, row) => (
      { id, row, pictures: [{ image }], sentences: [caption, foil], right: 0 }
    ));
    for (const scores of Object.values(textScores(choices, 0))) {
      const points = scores.map(([right, wrong]) => (Math.sign(right! - wrong!) + 1) / 2);
      assertEquals(points.reduce((sum, point) => sum + point, 0) / rows.length, 0.5);
    }
  }
});

Deno.test("pairs refuses images with an object that is there and not there, or leaves them out", () =>
  inFolder(async (folder) => {
    const data = `${folder}/objects.csv`;
    const text = "image,present,absent\na.png,star,star\nb.png,ring,star\nc.png,star,ring\n";
    await Deno.writeTextFile(data, text);
    const flags = ["--data", data, "--out", `${folder}/out`];
    const refused = await runHere("pairs", flags);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, '"star" is both present and absent');
    const skipped = await runHere("pairs", [...flags, "--skip-bad"]);
    assertEquals([skipped.code, skipped.stderr], [0, ""]);
    assertStringIncludes(skipped.stdout, "2 images; 1 rows of the file could not be used");
  }));

/** Whether each object that a sentence names is in the row's drawing, unless "no" stands before it. */
function isTrue(sentence: string, { image }: Pair): boolean {
  const parts = [...sentence.matchAll(/\b(no|a|some) ((?:\w+ )?\w+?)(?= and| (?:is|are)|\.)/giu)];
  assert(parts.length > 0);
  return parts.filter(([, , name]) => name !== "picture").every(([, word, name]) => {
    const single = name!.replace(/(cross)es$|([^s])s$/, "$1$2");
    const found = count(image, single);
    return word!.toLowerCase() === "no" ? found === 0 : found >= (name === single ? 1 : 2);
  });
}
