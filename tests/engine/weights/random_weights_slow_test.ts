import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { imageReader } from "../../../lib/opening/images/image_folder.ts";
import { sumsOf } from "../../sums.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { chosen, pathOf, SIGLIP_TINY, studyPairs, TINY, WEIGHTS } from "../../studies.ts";

const REFERENCE: {
  readonly seed: number;
  readonly embeddings: Readonly<Record<"negated" | "affirmative" | "image", readonly number[]>>;
  readonly sums: Readonly<Record<string, readonly [plain: number, byPlace: number]>>;
} = JSON.parse(
  Deno.readTextFileSync(pathOf("./fixtures/golden-tiny/random_weights.json")),
);

const EXPORTS: readonly [suffix: string, towers: readonly ("text" | "image")[]][] = [
  ["", ["text", "image"]],
  ["_dynamo20", ["text"]],
  [WEIGHTS, ["text", "image"]],
  ["_fused", ["text"]],
  ["_attention", ["text"]], // queries, keys and values in one matrix
];

for (const [suffix, towers] of EXPORTS) {
  Deno.test(`random weights are the reference's, export "${suffix}"`, async () => {
    const { seed: randomWeights, embeddings, sums } = REFERENCE;
    await using clip = await Clip.load(TINY.model, { ...chosen(suffix), towers, randomWeights });
    for (const { weights } of clip.towers) {
      for (const name of weights.names) {
        const { data } = await weights.get(name);
        sumsOf(data).forEach((sum, i) => assertAlmostEquals(sum, sums[name]![i]!, 1e-5, name)); // 9,632 numbers rounded to float32
      }
    }
    const [pair] = await studyPairs(TINY);
    const text = await clip.text.run([pair!.caption, pair!.foil]);
    const expected = pair!.negation === "caption"
      ? [embeddings.negated, embeddings.affirmative]
      : [embeddings.affirmative, embeddings.negated];
    expected.forEach((own, row) =>
      own.forEach((x, i) => assertAlmostEquals(text.row(row).data[i]!, x, 2e-6)) // float32
    );
    if (!towers.includes("image")) return;
    const bytes = await imageReader(TINY.images)(pair!);
    const image = await clip.image.run([await clip.image.pixels(bytes, pair!.image)]);
    embeddings.image.forEach((x, i) => assertAlmostEquals(image.row(0).data[i]!, x, 2e-6));
  });
}

Deno.test("random weights of SigLIP are 0 in every bias and shift, 1 in every scale, and nowhere else", async () => {
  await using clip = await Clip.load(SIGLIP_TINY.model, {
    ...{ weights: `${SIGLIP_TINY.model}/model.safetensors`, randomWeights: 3 },
  });
  const found: Record<string, string[]> = {};
  for (const { weights } of clip.towers) {
    for (const name of weights.names) {
      const { data } = await weights.get(name);
      const kind = [0, 1].find((start) => data.every((x) => x === start)) ?? "random";
      (found[kind] ??= []).push(name.replace(/blocks\.\d/, "blocks.*"));
    }
  }
  const distinct = (kind: string) => [...new Set(found[kind])].sort();
  const block = ["blocks.*", "vision.blocks.*"];
  const attention = ["Q", "K", "V", "O"].map((part) => `attn.b_${part}`);
  const own = (parts: readonly string[]) => block.flatMap((at) => parts.map((p) => `${at}.${p}`));
  assertEquals(
    distinct("0"),
    [
      ...own([...attention, "mlp.b_in", "mlp.b_out", "ln1.b", "ln2.b"]),
      ...["ln_final.b", "vision.ln_final.b", "b_proj", "vision.embed.b_patch"],
      ...[...attention, "mlp.b_in", "mlp.b_out", "ln.b"].map((part) => `vision.pool.${part}`),
    ].sort(),
  );
  assertEquals(
    distinct("1"),
    [...own(["ln1.w", "ln2.w"]), "ln_final.w", "vision.ln_final.w", "vision.pool.ln.w"].sort(),
  );
});

Deno.test("random weights depend on the seed, and are the same in every export of a model", async () => {
  const sentence = ["There is no boat."];
  const embed = async (suffix: string, randomWeights: number | undefined) => {
    const model = pathOf("./fixtures/clip-odd");
    await using clip = await Clip.load(model, { suffix, towers: ["text"], randomWeights });
    return (await clip.text.run(sentence)).data;
  };
  const first = await embed("", 1);
  const elsewhere = await embed("_dynamo23", 1); // weights in files beside the graph
  // Values below 1 in float32, whose rounding is up to 6e-8 at each operator; the two exports compute about ten of them in another order.
  first.forEach((x, i) => assertAlmostEquals(elsewhere[i]!, x, 1e-6));
  assertEquals(await embed("", 1), first);
  assertNotEquals(await embed("", 2), first);
  assertNotEquals(await embed("", undefined), first);
});

Deno.test("random weights are refused where a graph does not store each weight", async () => {
  const { message } = await assertRejectsCode(
    () => Clip.load(TINY.model, { suffix: "_quantized", towers: ["text"], randomWeights: 7 }),
    "hook-unreachable",
  );
  const file = `${TINY.model}/onnx/text_model_quantized.onnx`;
  assertEquals(
    message,
    `Cannot give "${file}" random weights: weight "embed.W_E" cannot be reached: ` +
      "the file is quantised; use the unquantised export, text_model.onnx and vision_model.onnx; " +
      "leave out --random-weights, or the control random (--control none)",
  );
});
