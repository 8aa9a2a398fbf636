import { onDisk } from "../../lib/files/read_file.ts";
import { loadStudy } from "../../lib/opening/load_study.ts";
import { assert, assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { parse } from "@std/csv";
import { fileURLToPath } from "node:url";
import { readImage } from "../../lib/opening/images/image_folder.ts";
import { decodeImage } from "../../lib/opening/images/decode_image.ts";
import { readPairs } from "../../lib/data/read.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import { evaluate } from "../../lib/study/evaluate/index.ts";
import { SHAPES as EMBEDDED } from "../../lib/opening/find_model.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import { mapPeaks, profileModel, sideRows, topHeads } from "./shapes_tables.ts";

const SHAPES = fileURLToPath(new URL("../../data/shapes", import.meta.url));
const { pairs, dropped, rows } = await readPairs(onDisk(`${SHAPES}/existence.json`), {
  protocol: "rephrased",
});

async function measured(name: string): Promise<Record<string, string>[]> {
  const text = await Deno.readTextFile(`${SHAPES}/measured/${name}.csv`);
  return parse(text, { skipFirstRow: true }) as Record<string, string>[];
}

/** Compares rows with a stored table: counts and names exactly, figures within what another processor's float32 may move them. */
function assertStored<Row extends object>(
  found: readonly Row[],
  stored: Record<string, string>[],
): void {
  assertEquals(found.length, stored.length);
  found.forEach((row, i) => {
    for (const [column, value] of Object.entries(row)) {
      const text = stored[i]![column]!;
      if (typeof value !== "number" || Number.isInteger(value)) {
        assertEquals(`${value ?? ""}`, text);
      } else assertAlmostEquals(value, Number(text), 2e-4, column);
    }
  });
}

Deno.test("the embedded rows have at least 240 on each side, and some for the protocol and the annotators to drop", () => {
  for (const side of ["caption", "foil"]) {
    assert(pairs.filter(({ negation }) => negation === side).length >= 240);
  }
  assertEquals(pairs.length + dropped.length, rows);
  const reasons = new Set(dropped.map(({ reason }) => reason));
  assert(reasons.has("fewer than 2 annotators agree with the caption"));
  assert(reasons.size >= 3);
  const sentences = pairs.map(({ caption, foil }) => `${caption}\n${foil}`);
  assertLess(new Set(sentences).size, sentences.length); // pairs of sentences repeat on several images
});

Deno.test("every embedded row has its image, of the model's size, and a subject size where the subject is present", async () => {
  const images = new Set(pairs.map(({ image }) => image));
  for (const image of images) {
    const { width, height } = await decodeImage(await readImage(`${SHAPES}/images`, image), {
      name: image,
    });
    assertEquals([width, height], [64, 64]);
  }
  for (const { negation, subjectSize, id } of pairs) {
    assertEquals(subjectSize === undefined, negation === "caption", id);
  }
});

Deno.test("the tuned model has the accuracy and mean d that the recipe's implementation in PyTorch measured", async () => {
  const text = await Deno.readTextFile(`${SHAPES}/recipe/measured/summary.csv`);
  const stored = parse(text, { skipFirstRow: true }).filter(({ seed }) => seed === "tuned");
  const inputs = await openInputs({ model: "shapes/tuned" });
  await using study = await loadStudy(inputs, { runtime: nodeRuntime() });
  const { rows } = (await study.run(evaluate)).tables.summary;
  assertEquals(stored.length, 2);
  for (const { negation, n, accuracy, mean_d } of stored) {
    const found = [...rows].find((row) => row.negation === negation)!;
    assertEquals(`${found.n}`, n);
    assertAlmostEquals(found.accuracy!, Number(accuracy), 1e-6);
    assertAlmostEquals(found.mean_d!, Number(mean_d), 1e-4); // logits of two runtimes in float32
  }
});

Deno.test("the embedded model gives its stored figures, and the method's exact values on every row", async () => {
  await using study = await loadStudy(await openInputs({}), { runtime: nodeRuntime() });
  const profile = await profileModel(study);
  const stored = async (name: string) =>
    (await measured(name)).filter(({ model }) => model === "shapes");
  assertStored(sideRows(profile), await stored("models"));
  assertStored(mapPeaks(profile), await stored("map"));
  assertStored(topHeads(profile), await stored("heads"));

  const last = study.config.text.layers;
  for (const { layer, role, cte } of profile.effects) {
    if (["sot", "there", "is_are"].includes(role)) assertEquals(cte, 0);
    else if (layer === 0) assertEquals(cte, role === "negator" ? 1 : 0);
    else if (layer === last) assertEquals(cte, role === "eot" ? 1 : 0);
  }
});

/** The colours of the recipe. */
const COLOURS: Readonly<Record<string, readonly number[]>> = {
  ...{ red: [214, 40, 40], green: [40, 160, 60], blue: [40, 80, 214] },
  ...{ yellow: [236, 200, 30], purple: [140, 50, 170], black: [25, 25, 25] },
};

Deno.test("the two pictures of a block differ in one cell of the scene, in what the sentence names", async () => {
  const { pairs, dropped } = await readPairs(onDisk(EMBEDDED.blocks), { protocol: "rephrased" });
  assertEquals([pairs.length, dropped], [300, []]);
  for (let i = 0; i < pairs.length; i += 2) {
    const [whole, without] = [pairs[i]!, pairs[i + 1]!];
    assertEquals([whole.negation, without.negation], ["foil", "caption"]);
    assertEquals([without.caption, without.foil], [whole.foil, whole.caption]);
    assertEquals(whole.foil, whole.caption.replace("There is a ", "There is no "));
    assert(whole.caption.endsWith(`${whole.noun}.`));
    const [a, b] = await Promise.all(
      [whole, without].map(async ({ image }) =>
        (await decodeImage(await readImage(EMBEDDED.blockImages, image), { name: image })).data
      ),
    );
    const differing = [...Array(64 * 64).keys()].filter((pixel) =>
      [0, 1, 2].some((channel) => a![3 * pixel + channel] !== b![3 * pixel + channel])
    );
    const cells = new Set(differing.map((pixel) => `${pixel >> 10},${(pixel % 64) >> 4}`));
    assertEquals(cells.size, 1, whole.id);
    const mean = (of: Uint8Array) =>
      [0, 1, 2].map((c) =>
        differing.reduce((sum, p) => sum + of[3 * p + c]!, 0) / differing.length
      );
    const [there, grey] = [mean(a!), mean(b!)];
    const drawn = [0, 1, 2].map((c) => there[c]! - grey[c]!);
    const cosine = (of: readonly number[]) => {
      const towards = of.map((value, c) => value - grey[c]!);
      const dot = (x: readonly number[], y: readonly number[]) =>
        x.reduce((s, v, c) => s + v * y[c]!, 0);
      return dot(drawn, towards) / Math.sqrt(dot(towards, towards));
    };
    const colour = Object.keys(COLOURS).reduce((best, name) =>
      cosine(COLOURS[name]!) > cosine(COLOURS[best]!) ? name : best
    );
    const said = whole.caption.split(" ").find((word) => word in COLOURS);
    if (said !== undefined) assertEquals(colour, said, whole.id);
  }
});

Deno.test("what the blocks say of each model is what the reference in numpy says", async () => {
  const stored = await measured("blocks");
  assertEquals(stored.length, 4);
  for (const { model = "", blocks: _, ...quantities } of stored) {
    const inputs = await openInputs({ model, data: "shapes-blocks" });
    await using study = await loadStudy(inputs, { runtime: nodeRuntime() });
    const { summary, blocks, blockMeans } = (await study.run(evaluate)).tables;
    const both = [...summary.rows].find(({ negation }) => negation === "both")!;
    assertEquals([both.rows_matched, [...blocks!.rows].length], [300, 150]);
    const means = [...blockMeans!.rows];
    for (const { quantity, value } of means) {
      // another processor's float32 moves a score by up to 1e-4
      assertAlmostEquals(value!, Number(quantities[quantity]), 2e-4, `${model} ${quantity}`);
    }
    assertEquals(means.length, 6);
    assertAlmostEquals(both.gamma!, Number(quantities["gamma"]), 2e-4);
    assertAlmostEquals(both.alpha!, Number(quantities["alpha"]), 2e-4);
  }
});
