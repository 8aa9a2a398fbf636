import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataType, TensorProtoSchema } from "onnx-buf";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import type { Weights } from "../../../lib/engine/weights/weights.ts";
import { sumsOf } from "../../sums.ts";
import { ONNX, TEXT, withTower } from "../tiny.ts";
import { chosen, pathOf, WEIGHTS } from "../../studies.ts";
import { assertEachRejects, assertRejectsCode } from "../../error_codes.ts";
import { inFolder } from "../../scripts/task_process.ts";

function references(
  model: string,
): [
  string,
  { readonly shape: readonly number[]; readonly sums: readonly [plain: number, byPlace: number] },
][] {
  const file = pathOf(`./fixtures/golden-${model}/weights.json`);
  return Object.entries(JSON.parse(Deno.readTextFileSync(file)));
}

/** The committed exports, with the towers that each has. */
const EXPORTS: readonly [model: string, suffix: string, towers: readonly ("text" | "image")[]][] = [
  ["tiny", "", ["text", "image"]],
  ["tiny", "_sdpa", ["text", "image"]],
  ["tiny", "_dynamo20", ["text", "image"]],
  ["tiny", "_fp16", ["text", "image"]], // the weights are bfloat16 numbers in a range that half precision holds nearly exactly
  ["tiny", "_old", ["text", "image"]],
  ["tiny", WEIGHTS, ["text", "image"]],
  ["tiny", "_fused", ["text"]],
  ["tiny", "_attention", ["text"]],
  ["odd", "", ["text", "image"]],
  ["odd", WEIGHTS, ["text", "image"]], // with the names and layouts of open_clip
  ["odd", "_dynamo23", ["text", "image"]], // weights in files beside the graphs
];

const FILES: Readonly<Record<string, string>> = {
  tiny: "tiny.safetensors",
  odd: "odd/open_clip_model.safetensors",
};

for (const [model, suffix, towers] of EXPORTS) {
  Deno.test(`get() gives the weights of the PyTorch module, clip-${model}${suffix}`, async () => {
    await using clip = await Clip.load(pathOf(`./fixtures/clip-${model}`), {
      ...chosen(suffix, FILES[model]),
      towers,
    });
    const expected = references(model)
      .filter(([name]) => towers.includes("image") || !name.startsWith("vision."));
    const all: Weights[] = clip.towers.map(({ weights }) => weights);
    assertEquals(all.flatMap(({ names }) => names).toSorted(), expected.map(([n]) => n).toSorted());
    for (const [name, { shape, sums }] of expected) {
      const weights = name.startsWith("vision.") ? clip.image.weights : clip.text.weights;
      const weight = await weights.get(name);
      assertEquals(weight.shape, shape, name);
      // Numbers of 8 binary digits are added up in double precision; half precision rounds the smallest of them, by less than 2^-25.
      const size = shape.reduce((product, length) => product * length, 1);
      const rounding = suffix === "_fp16" ? size * 2 ** -25 : 0;
      sumsOf(weight.data).forEach((sum, i) => {
        assertAlmostEquals(sum, sums[i]!, 1e-9 + Math.abs(sum) * 1e-11 + rounding, name);
      });
    }
  });
}

const withText = (file: string, use: (weights: Weights, path: string) => Promise<void>) =>
  withTower(`${ONNX}/${file}.onnx`, TEXT, ({ weights, path }) => use(weights, path));

Deno.test("get() names the weights nearest to an unknown name", () =>
  withText("text_model", async (weights) => {
    await assertEachRejects("name-unknown", [
      [() => weights.get("blocks.0.attn.W_q"), 'the nearest are "blocks.0.attn.W_Q", '],
      [() => weights.get("blocks.3.ln1.w"), "print the tower's weights"],
      [() => weights.get("vision.W_proj"), '"W_proj"'],
    ]);
  }));

Deno.test("get() says that the weights of a quantised file cannot be reached", () =>
  withText("text_model_quantized", async (weights, path) => {
    assertEquals([...weights.unreachable], weights.names);
    await assertRejectsCode(
      () => weights.get("W_proj"),
      `hook-unreachable: Cannot reach weight "W_proj" in "${path}": the file is quantised`,
    );
    const lines = String(weights).split("\n");
    assertEquals(lines[1], "  embed.W_E  [token, width]  cannot be reached");
    assert(lines.at(-1)!.startsWith("  the file is quantised"));
  }));

Deno.test("get() reads weights that a file stores as lists of numbers", async () => {
  await inFolder(async (folder) => {
    const path = `${folder}/file.onnx`;
    const source = pathOf("./fixtures/clip-tiny/onnx/text_model.onnx");
    const model = fromBinary(ModelProtoSchema, await Deno.readFile(source));
    model.graph!.initializer = model.graph!.initializer.map((tensor) => {
      const { name, dims, dataType, rawData } = tensor;
      if (dataType !== TensorProto_DataType.FLOAT) return tensor;
      const floatData = [...new Float32Array(rawData.slice().buffer)];
      return create(TensorProtoSchema, { name, dims, dataType, floatData });
    });
    await Deno.writeFile(path, toBinary(ModelProtoSchema, model));
    await withTower(path, TEXT, (tower) =>
      withText("text_model", async (weights) => {
        for (const name of ["embed.W_E", "blocks.1.attn.W_O", "blocks.2.mlp.b_in"]) {
          const [own, other] = [await tower.weights.get(name), await weights.get(name)];
          assertEquals(own.data, other.data, name);
        }
      }));
  });
});
