import { assert, assertEquals } from "@std/assert";
import type { Edit, MapEdit, ScaleEdit } from "../../lib/edits/edit.ts";
import { rowEngine } from "../../lib/engine/changes/row_engine.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { Study } from "../../lib/runs/study/study.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { TINY } from "../studies.ts";

const SENTENCES = ["There are no birds.", "There are some birds.", "A garden."];

/** Float32 sums over a dozen terms. */
const BOUND = 2e-6;

function assertNear(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const difference = Math.max(...Array.from(found, (x, i) => Math.abs(x - expected[i]!)));
  assert(found.length === expected.length && difference <= BOUND, `off by ${difference}`);
}

async function embedded(edit: Edit | undefined, onnx = ""): Promise<Float32Array> {
  await using clip = await Clip.load(TINY.model, { towers: ["text"], edit, suffix: onnx });
  if (edit !== undefined) assertEquals((await rowEngine(clip.text)).refusal, undefined); // fast, as without
  return (await clip.text.run(SENTENCES)).data;
}

const SCALE: ScaleEdit = {
  ...{ kind: "scale", name: "s", strength: 0.5, factor: -1 },
  nodes: ["head 1.2", "head 1.1", "head 3.2", "mlp 2"],
};

for (const onnx of ["", "_sdpa"]) {
  Deno.test(`scale in the weights of text_model${onnx}.onnx is scale in the activations`, async () => {
    await using clip = await Clip.load(TINY.model, { towers: ["text"] });
    const { data } = await clip.text.edited(SCALE).run(SENTENCES);
    assertNear(await embedded(SCALE, onnx), data);
  });
}

Deno.test("a map of embeddings is the product with the matrix", async () => {
  const plain = await embedded(undefined);
  const size = plain.length / SENTENCES.length;
  const edit: MapEdit = {
    ...{ kind: "map", name: "m", strength: 0.7 },
    matrix: Array.from(
      { length: size },
      (_, row) => Array.from({ length: size }, (_, column) => Math.cos(row * size + column)),
    ),
  };
  const expected = SENTENCES.flatMap((_, i) => {
    const t = plain.subarray(i * size, (i + 1) * size);
    const made = Array.from(
      t,
      (own, column) =>
        0.3 * own + 0.7 * t.reduce((sum, x, row) => sum + x * edit.matrix[row]![column]!, 0),
    );
    const length = Math.hypot(...made);
    return made.map((x) => x / length);
  });
  assertNear(await embedded(edit), expected);
});

Deno.test("an edit of weights that does not fit the model is refused before it is made", async () => {
  const edit: Edit = { ...SCALE, nodes: ["mlp 7"] };
  await assertRejectsCode(() => embedded(edit), "sizes-differ", "lacks mlp 7");
});

Deno.test("without its planted writer, a model tells no sentence from its negation", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/edit.json`;
    const edit = { kind: "scale", name: "writer", strength: 1, factor: 0, nodes: ["head 3.3"] };
    await Deno.writeTextFile(path, JSON.stringify(edit));
    const largest = async (edit?: string) => {
      await using study = await Study.open({ model: "planted/relay", edit, cache: false });
      return Math.max(...(await study.score()).rows.map(({ d }) => Math.abs(d)));
    };
    assert(await largest() > 1);
    const left = await largest(path);
    assert(left < 1e-5, `${left} is left`); // float32 rounding of 100 x a cosine
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a transplant takes weights of another model, in the share of its strength, and refuses other shapes", async () => {
  const mini = TINY.model;
  const self: Edit = {
    kind: "transplant",
    name: "t",
    strength: 1,
    from: mini,
    weights: ["blocks.*"],
  };
  assertEquals(await embedded(self), await embedded(undefined)); // from itself
  await using clip = await Clip.load(TINY.model, { towers: ["text"], randomWeights: 3 });
  const all: Edit = { ...self, weights: ["*"] };
  await using changed = await Clip.load(TINY.model, {
    towers: ["text"],
    randomWeights: 3,
    edit: all,
  });
  assertEquals((await changed.text.run(SENTENCES)).data, await embedded(undefined)); // every weight is the other model's
  const half: Edit = { ...self, strength: 0.25, weights: ["W_proj"] };
  await using mixed = await Clip.load(TINY.model, {
    towers: ["text"],
    randomWeights: 3,
    edit: half,
  });
  const [a, b, both] = await Promise.all(
    [clip, changed, mixed].map(async ({ text }) =>
      (await text.weights.get("W_proj")).toTensor().data
    ),
  );
  assertNear(both!, a!.map((x, i) => 0.75 * x + 0.25 * b![i]!));
  const odd: Edit = {
    ...self,
    from: TINY.model.replace("clip-tiny", "siglip-tiny"),
    weights: ["W_proj"],
  };
  await assertRejectsCode(() => embedded(odd), "sizes-differ", "Cannot take weight");
  await assertRejectsCode(
    () => embedded({ ...self, weights: ["W_prog"] }),
    "name-unknown",
    "find weight",
  );
});
