import { assertEquals } from "@std/assert";
import { declaredLimits, fitInput, takesAnySize } from "../../../lib/engine/run/run_limits.ts";
import { idsInput } from "../../../lib/engine/run/hooked_run.ts";
import { Graph } from "../../../lib/onnx/graph.ts";
import type { OnnxValue } from "../../../lib/onnx/runtime.ts";
import { graphFromText } from "../../onnx/graph_from_text.ts";
import { assertThrowsCode } from "../../error_codes.ts";

type Dim = bigint | string;

function graphWith(dims: readonly Dim[]): Graph {
  const { model } = graphFromText("y = Relu(x)");
  const type = model.graph!.input[0]!.type!.value;
  if (type.case === "tensorType") {
    type.value.shape = {
      $typeName: "onnx.TensorShapeProto",
      dim: dims.map((dim) => ({
        $typeName: "onnx.TensorShapeProto.Dimension",
        denotation: "",
        value: typeof dim === "string"
          ? { case: "dimParam", value: dim }
          : { case: "dimValue", value: dim },
      })),
    };
  }
  return new Graph(model, "x.onnx");
}

Deno.test("declaredLimits() reads the fixed axes of an input", () => {
  const cases: [Dim[], "text" | "image", ReturnType<typeof declaredLimits>][] = [
    [["batch", "sequence"], "text", undefined],
    [[0n, -1n], "text", undefined],
    [[2n, 77n], "text", { rows: 2, positions: 77 }],
    [["batch", 77n], "text", { rows: 1, positions: 77 }],
    [[4n, "sequence"], "text", { rows: 4 }],
    [["batch", 3n, 224n, 224n], "image", undefined],
    [[1n, 3n, 224n, 224n], "image", { rows: 1 }],
  ];
  for (const [dims, kind, limits] of cases) {
    assertEquals(declaredLimits(graphWith(dims), "x", kind), limits, String(dims));
  }
  assertEquals(declaredLimits(graphFromText("y = Relu(x)"), "x", "text"), undefined);
});

Deno.test("declaredLimits() refuses a size that would not fit in memory", () => {
  for (const dims of [[10n ** 12n, 77n], [1n, 10n ** 12n]]) {
    assertThrowsCode(
      () => declaredLimits(graphWith(dims), "x", "text"),
      `input-size-fixed: Cannot use "x.onnx": its input "x" has the fixed size [${
        dims.join(", ")
      }]`,
    );
  }
});

Deno.test("fitInput() adds no token where the tower is not causal", () => {
  const options = { first: 0, causal: false, source: "x.onnx" };
  const input = idsInput([[1, 2, 9]]);
  assertEquals([...fitInput(input, { rows: 1, positions: 3 }, options).data], [1n, 2n, 9n]);
  assertThrowsCode(
    () => fitInput(input, { rows: 1, positions: 5 }, options),
    'input-size-fixed: Cannot run a sentence of 3 tokens: "x.onnx" takes exactly 5, and without a causal mask further tokens would change',
  );
});

Deno.test("takesAnySize() compares two rows run together with each run alone", async () => {
  const example = idsInput([[0, 0, 0]]);
  const sums = ({ data, dims }: OnnxValue) =>
    Float32Array.from({ length: dims[0]! }, (_, row) => Number(data[row * dims[1]!]));
  assertEquals(await takesAnySize((input) => Promise.resolve(sums(input)), example), true);
  const firstRow = (input: OnnxValue) => Promise.resolve(sums(input).fill(Number(input.data[0])));
  assertEquals(await takesAnySize(firstRow, example), false, "a graph that reads the first row");
});
