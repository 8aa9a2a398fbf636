import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { Pair } from "../../../lib/data/pairs.ts";
import { type Control, controlOption } from "../../../lib/study/controls/control.ts";
import {
  controlVariants,
  optionsOfControls,
  rowsOfControl,
  withDeterminers,
  withOtherImages,
} from "../../../lib/study/controls/measure_controls.ts";
import type { RunsTower } from "../../../lib/study/experiment/experiment.ts";
import { type Variant, variantOf } from "../../../lib/study/study_source.ts";
import { someRows } from "../../experiments/some_rows.ts";
import { assertThrowsCode } from "../../error_codes.ts";

const PAIRS = ["a", "b", "c", "d"].map((noun, i): Pair => ({
  id: noun,
  image: `${i}.png`,
  ...{ negation: "foil", caption: `There are some ${noun}s.`, foil: `There are no ${noun}s.` },
}));

/** The variants of a shard of the first two rows. */
function variants(
  controls: readonly Control[],
  { runs = "text", seed }: { readonly runs?: RunsTower; readonly seed?: number | undefined } = {},
) {
  const text = {
    checkLength: (sentence: string) => {
      if (sentence.includes(" many ")) throw new Error("too long");
    },
    ownTokens: (sentence: string) => ({ end: sentence.split(" ").length }),
  };
  const inputs = { drawn: PAIRS, choice: { randomWeights: seed } };
  const study = { pairs: PAIRS.slice(0, 2), inputs, text } as never;
  return controlVariants({ controls, runs }, { study, seed: 0 });
}

Deno.test("controlVariants() gives random towers the seeds 1 to 3, without the model's own", () => {
  const seeds = (seed?: number) =>
    [...variants(["random"], { seed }).values()].map(({ random }) => random!.seed);
  assertEquals([...variants(["random"]).keys()], ["random 1", "random 2", "random 3"]);
  assertEquals([undefined, 0, 2, 3, 4].map(seeds), [
    ...[[1, 2, 3], [2, 3, 4], [1, 3, 4], [1, 2, 4], [1, 2, 3]],
  ]);
  const towers = (["text", "image", "none"] as const).map((runs) =>
    variants(["random"], { runs }).get("random 1")!.random!.tower
  );
  assertEquals(towers, ["text", "image", "text"]);
});

Deno.test("controlVariants() draws over the rows of all shards, and has those of its own; a word that makes a sentence too long does not fit", () => {
  const made = variants(["image", "determiner"]);
  for (const { pairs, drawn } of made.values()) {
    assertEquals(pairs, drawn.slice(0, 2));
    assertEquals(drawn.map(({ id }) => id), ["a", "b", "c", "d"]);
  }
  const words = made.get("determiner")!.drawn.map(({ foil }) => foil.split(" ")[2]!);
  assertEquals(words.filter((word) => !["several", "two", "three"].includes(word)), []);
});

Deno.test("the options of controls are those of the run, fixed where the experiment fixes them by its rows; none without controls or if it refuses", () => {
  const options = { layer: 1, control: ["image"] };
  const of = (controls: Control[], controlOptions?: () => object | undefined, rows = [{}]) =>
    optionsOfControls(
      { experiment: { controlOptions }, options, controls } as never,
      someRows(rows),
    ) as unknown;
  assertEquals(of([]), undefined);
  assertEquals(of(["image"]), options);
  assertEquals(of(["image"], () => ({ layer: 2 })), { layer: 2, control: ["image"] });
  assertEquals(of(["image"], () => undefined), undefined);
  assertEquals(of(["image"], () => ({ layer: 2 }), []), options);
  const { parse, print } = controlOption();
  assertEquals([parse(" none "), print([]), print(parse("image,random")!)], [
    ...[[], "none", "image,random"],
  ]);
});

Deno.test("rowsOfControl() has the scores of a control in place of the row's, and no row that lacks it", () => {
  const scores = { d: 1, s_foil: 2, segment: "correct" };
  const rows = someRows([
    { pair: PAIRS[0], scores, measured: 0, controls: { image: { measured: 7, d: -1, s_foil: 3 } } },
    { pair: PAIRS[1], measured: 0, controls: { image: { measured: 8 } } },
    { pair: PAIRS[2], scores, measured: 0 },
  ]);
  assertEquals(rowsOfControl(rows, "image") as unknown, [
    { pair: PAIRS[0], measured: 7, scores: { d: -1, s_foil: 3, segment: "correct" } },
    { pair: PAIRS[1], measured: 8 },
  ]);
});

Deno.test("variantOf() loads the tower that has other weights alone, keeps what depends on the other one, and no embeddings of changed weights", async () => {
  const made = async (variant: Partial<Variant>) => {
    const log: string[] = [];
    const clip = (name: string) => ({ name, release: () => log.push(`free ${name}`) });
    const source = {
      load: (tower: string, weights: object) => {
        log.push(`load ${tower} ${JSON.stringify(weights)}`);
        return clip(tower);
      },
      openCache: (tower: string, _: number, seed?: number) => `${tower} ${seed}`,
    };
    const towers = { clip: clip("own"), imageClip: () => clip("own image") };
    const base = { inputs: { aligned: false }, source, towers, images: () => "images" };
    const { clip: text, source: { load, openCache }, known, ...rest } = await variantOf(
      base as never,
      { pairs: PAIRS, drawn: PAIRS, ...variant },
    );
    const { name } = await load("image" as never) as unknown as { name: string };
    const caches = ["text", "image"].map((tower) => openCache?.(tower as never, 1) as unknown);
    await rest[Symbol.asyncDispose]();
    const textName = (text as unknown as { name: string }).name;
    return [textName, name, known.images as unknown, caches.join(), log.join()];
  };
  const kept = "text undefined,image undefined";
  assertEquals(await made({}), ["own", "own image", "images", kept, ""]);
  assertEquals(await made({ random: { tower: "text", seed: 5 } }), [
    ...["text", "own image", "images", "text 5,image undefined"],
    'load text {"randomWeights":5},free text',
  ]);
  assertEquals(await made({ random: { tower: "image", seed: 6 } }), [
    ...["own", "image", undefined, "text undefined,image 6"],
    'load image {"randomWeights":6},free image',
  ]);
  assertEquals(await made({ changed: [] }), [
    ...["text", "own image", "images", ",", 'load text {"changedWeights":[]},free text'],
  ]);
});

const rows = Array.from({ length: 40 }, (_, i): Pair => ({
  id: `${i}`,
  image: `${i % 13}.png`,
  negation: i % 2 === 0 ? "caption" : "foil",
  caption: i % 2 === 0 ? `There are no things${i}.` : `There are some things${i}.`,
  foil: i % 2 === 0 ? `There are some things${i}.` : `There are no things${i}.`,
}));

Deno.test("no row keeps its image, and nothing else of a row changes", () => {
  for (const seed of [0, 1, 2]) {
    const made = withOtherImages(rows, seed);
    rows.forEach((row, i) => {
      assertNotEquals(made[i]!.image, row.image);
      assertEquals({ ...made[i]!, image: row.image }, row);
    });
  }
  const images = (seed: number) => withOtherImages(rows, seed).map(({ image }) => image);
  assertEquals(images(0), images(0));
  assertNotEquals(images(0), images(1));
  assert(new Set(images(0)).size > 8);
  const [one, other] = withOtherImages(rows.slice(0, 2), 0).map(({ image }) => image);
  assertEquals([one, other], [rows[1]!.image, rows[0]!.image]);
  const next = withOtherImages(rows.slice(0, 4), 0).map(({ image }) => parseInt(image));
  const circle = [0, next[0]!, next[next[0]!]!, next[next[next[0]!]!]!]; // each has that of the next
  assertEquals(new Set(circle).size, 4);
});

Deno.test("rows of one image, or without images, have no other", () => {
  for (
    const [image, why] of [["a.png", "all rows have the same image"], ["", "the rows have no im"]]
  ) {
    assertThrowsCode(
      () => withOtherImages(rows.map((row) => ({ ...row, image: image! })), 0),
      `control-unfit: Cannot run the control image: ${why}`,
    );
  }
});

Deno.test("a row's determiner depends on the determiners of the other rows alone, and is none of them", () => {
  const options = { seed: 3, length: (sentence: string) => sentence.split(" ").length };
  const all = withDeterminers(rows, options);
  assertEquals(rows.flatMap((row) => withDeterminers([row], options)), all);
  const words = new Set(
    all.map(({ caption, foil, negation }) =>
      (negation === "caption" ? caption : foil).split(" ")[2]
    ),
  );
  assertEquals(words, new Set(["many", "several", "two"]));
  for (const word of words) {
    const drawn = all.filter(({ caption, foil }) => `${caption} ${foil}`.includes(` ${word} `));
    assert(drawn.length > 4, `${drawn.length} of 40 ${word}`); // three standard deviations below a third
  }
  const odd = { ...rows[0]!, caption: "The thing is not here.", foil: "The thing is now here." };
  assertEquals(withDeterminers([odd, rows[1]!], options).length, 1);
  assertEquals(withDeterminers([odd], options), []);
  const affirmed = (word: string): Pair => ({
    ...rows[1]!,
    caption: `There are ${word} things.`,
    foil: "There are no things.",
  });
  const wordsBeside = (word: string) => {
    const fits = {
      seed: 0,
      length: (sentence: string) => /\b(some|another|a|no)\b/.test(sentence) ? 1 : 0,
    };
    return withDeterminers([affirmed("some"), affirmed(word)], fits).map(({ foil }) =>
      foil.split(" ")[2]
    );
  };
  assertEquals(wordsBeside("some"), ["a", "a"]);
  assertEquals(wordsBeside("a"), ["another"]); // "some" has none: "a" is affirmed too
  assertEquals(wordsBeside("an"), ["another"]); // "an" is "a"
});
