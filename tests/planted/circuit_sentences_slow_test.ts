/** Circuits of planted models on sentences without images, and in several wordings. */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { type ModelName, NEGATION } from "../../data/planted/recipe/models.ts";
import { PLANTED } from "../../lib/opening/find_model.ts";
import { Study } from "../../lib/runs/study.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { framedPairs, FRAMES } from "./framed_pairs.ts";

/** Of embeddings in float32 that are .05 apart. */
const SHARE = 1e-4;

/** A circuit of some nodes of a planted model, on sentences in three frames, without images. */
async function withoutImages(model: ModelName, nodes: readonly string[]) {
  const pairs = await framedPairs(12);
  await using study = await Study.open({ model: `planted/${model}`, pairs, cache: false });
  assertEquals(study.hasImages, false);
  return await study.run("circuit", { circuit: { nodes } } as object);
}

/** f_e of an output at the end token: embeddings are parallel to (1, output). */
function shareOf(output: number): number {
  const difference = (o: number) => [1 / Math.hypot(1, o) - 1, o / Math.hypot(1, o)] as const;
  const [c, n] = [difference(output), difference(NEGATION)];
  return (c[0] * n[0] + c[1] * n[1]) / (n[0] ** 2 + n[1] ** 2);
}

/** Circuits, and the output at the end token that follows from them in the negated sentence. */
const OUTPUTS: readonly (readonly [ModelName, readonly string[], number])[] = [
  ["relay", ["head 1.2", "head 3.3"], NEGATION],
  ["relay", ["head 1.2"], 0],
  ["relay", ["head 3.3", "mlp 2"], 0],
  ["both", ["head 2.1", "head 2.3"], NEGATION],
  ["both", ["head 2.3"], NEGATION / 2],
  ["and", ["head 2.1", "head 2.3", "mlp 2"], NEGATION],
  ["and", ["head 2.1", "mlp 2"], 0],
  ["opposed", ["head 2.1"], 0.1],
];

for (const [model, nodes, output] of OUTPUTS) {
  Deno.test(`${model}: ${nodes.join(", ")} bring about of the embeddings' difference what follows from the weights, in all frames`, async () => {
    const { tables } = await withoutImages(model, nodes);
    const [all, ...sides] = tables.circuit.rows;
    assertEquals([all!.n, all!.segment, sides], [72, "none", []]);
    assertAlmostEquals(all!.faithfulness!, shareOf(output), SHARE);
    const frames = tables.sets.rows.filter(({ set }) => set === "circuit");
    assertEquals(frames.map(({ frame }) => frame).toSorted(), ["all", ...FRAMES].toSorted());
    for (const { n, frame, value, row_error, rows_near } of frames) {
      assertEquals(n, frame === "all" ? 72 : 24);
      assertAlmostEquals(value!, shareOf(output), SHARE);
      assertAlmostEquals(row_error!, Math.abs(1 - shareOf(output)), SHARE);
      assertEquals(rows_near, output === NEGATION ? 1 : 0);
    }
  });
}

Deno.test("circuit names the worst frame, and what is not faithful, on sentences without images", async () => {
  const { own } = await withoutImages("both", ["head 2.1", "head 2.3"]);
  const text = own.findings.replace(/\n {2}/g, " ");
  assertStringIncludes(text, "A circuit of 2 nodes is enough: it brings 1.00 (1.00 to 1.00) of d");
  assertStringIncludes(text, "\nThe rows have no images: faithfulness is that of the embedding");
});

Deno.test("circuit refuses a search without images, and says that a circuit can be named", async () => {
  const pairs = await framedPairs(4);
  await using study = await Study.open({ model: "planted/relay", pairs, cache: false });
  await assertRejectsCode(() => study.run("circuit"), "images-not-given: --circuit");
});

Deno.test("circuit holds out nouns, and finds the planted circuit without them", async () => {
  const pairs = await framedPairs(12);
  const choice = { model: "planted/relay", pairs, images: PLANTED.images, cache: false };
  await using study = await Study.open(choice);
  const { tables, own } = await study.run("circuit");
  assertEquals(tables.circuit.rows[0]!.held_out_by, "nouns");
  assertAlmostEquals(tables.circuit.rows[0]!.held_out!, 1, SHARE);
  assert(own.findings.includes("1.00 (1.00 to 1.00)"));
});
