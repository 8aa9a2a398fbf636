import { assert, assertEquals } from "@std/assert";
import { loadRowSession } from "../../../lib/engine/rows/row_tower.ts";
import { NegscopeError } from "../../../lib/errors.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { modelBytes, valueInfo } from "../../onnx/model_bytes.ts";

/** Rows of four values through one operator. */
function rowModel(opType: string, input: string[] = ["x"]) {
  const bytes = modelBytes({
    name: "rows",
    input: [valueInfo("x")],
    output: [valueInfo("y")],
    node: [{ opType, input, output: ["y"] }],
  });
  return { bytes, source: "text_model.onnx", inputs: ["x"], outputs: ["y"], flat: [true] };
}

const SHAPE = { width: 4, threads: 1, runtime: nodeRuntime() };

Deno.test("loadRowSession() accepts a subgraph that treats each row separately", async () => {
  const session = await loadRowSession(rowModel("Relu"), SHAPE);
  const y = new Float32Array(8);
  await session.run([Float32Array.of(-1, 2, -3, 4, 5, -6, 7, -8)], [y]);
  assertEquals([...y], [0, 2, 0, 4, 5, 0, 7, 0]);
  await session.release();
});

Deno.test("loadRowSession() says that rows are inseparable when its outputs are not rows, or the runtime fails", async () => {
  const load = (...model: Parameters<typeof rowModel>) =>
    assertRejectsCode(() => loadRowSession(rowModel(...model), SHAPE), "sweep-not-fast");
  assertEquals((await load("Transpose")).cause, undefined);
  const { cause } = await load("MatMul", ["x", "x"]); // [2, 4] times [2, 4]
  assert(cause instanceof NegscopeError);
  assertEquals(cause.code, "session-run-failed");
});

Deno.test("loadRowSession() passes other errors on", async () => {
  const { bytes: _, ...model } = rowModel("Relu");
  const broken = { ...model, bytes: new Uint8Array([1, 2, 3]) };
  await assertRejectsCode(() => loadRowSession(broken, SHAPE), "session-refused");
});
