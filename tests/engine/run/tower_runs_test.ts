import { assertEquals, assertRejects } from "@std/assert";
import { declaredLimits } from "../../../lib/engine/graph/find_tower.ts";
import { fitInput, onesLike, takesAnySize } from "../../../lib/engine/run/tower_runs.ts";
import { NegscopeError } from "../../../lib/errors/errors.ts";
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
    [["batch", 1_000_000n], "text", { rows: 1, positions: 1_000_000 }], // the most
    [[1_000_000n, "sequence"], "text", { rows: 1_000_000 }],
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

Deno.test("fitInput() begins at a row, and repeats the last row and the last token of each row", () => {
  const options = { causal: true, source: "x.onnx" };
  const ids = idsInput([[1, 2], [3, 4], [5, 6]]);
  const of = (first: number) => {
    const { dims, data } = fitInput(ids, { rows: 2, positions: 3 }, { first, ...options });
    return [dims.join(), Array.from(data, Number).join()];
  };
  assertEquals([0, 1, 2].map(of), [
    ...[["2,3", "1,2,2,3,4,4"], ["2,3", "3,4,4,5,6,6"], ["2,3", "5,6,6,5,6,6"]],
  ]);
  const pixels = {
    type: "float32",
    dims: [2, 2, 2],
    data: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7),
  } as const;
  const fitted = fitInput(pixels, { rows: 3 }, { first: 0, ...options, causal: false });
  assertEquals([...fitted.data], [0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7]);
  assertEquals([onesLike(ids), onesLike(pixels)].map(({ data }) => [...data]), [
    ...[new Array(6).fill(1n), new Array(8).fill(1)],
  ]);
});

Deno.test("fitInput() adds no token where the tower is not causal", () => {
  const options = { first: 0, causal: false, source: "x.onnx" };
  const input = idsInput([[1, 2, 9]]);
  assertEquals([...fitInput(input, { rows: 1, positions: 3 }, options).data], [1n, 2n, 9n]);
  assertThrowsCode(
    () => fitInput(input, { rows: 1, positions: 5 }, options),
    'input-size-fixed: Cannot run a sentence of 3 tokens: "x.onnx" takes exactly 5, and without a causal mask further tokens would change',
  );
  assertThrowsCode(
    () => fitInput(input, { rows: 1, positions: 2 }, options),
    'input-size-fixed: Cannot run a sentence of 3 tokens: "x.onnx" is bound to 2',
  );
});

Deno.test("takesAnySize() compares two rows run together with each run alone", async () => {
  const example = idsInput([[0, 0, 0]]);
  const sums = ({ data, dims }: OnnxValue) =>
    Float32Array.from({ length: dims[0]! }, (_, row) => Number(data[row * dims[1]!]));
  assertEquals(await takesAnySize((input) => Promise.resolve(sums(input)), example), true);
  const firstRow = (input: OnnxValue) => Promise.resolve(sums(input).fill(Number(input.data[0])));
  assertEquals(await takesAnySize(firstRow, example), false, "a graph that reads the first row");
  const bound = new NegscopeError("session-run-failed", { problem: "Cannot run" });
  const failing = (error: Error) => () => Promise.reject(error);
  assertEquals(await takesAnySize(failing(bound), example), false);
  await assertRejects(() => takesAnySize(failing(new Error("other")), example), Error, "other");
});
