import { assertEquals } from "@std/assert";
import { SubgraphSessions } from "../../../lib/engine/run/cut_plan.ts";
import { cutChain } from "../../../lib/onnx/cut.ts";
import type { OnnxValue } from "../../../lib/onnx/runtime.ts";
import { Graph } from "../../../lib/onnx/graph.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { graphFromText } from "../../onnx/graph_from_text.ts";
import { assertRejectsCode } from "../../error_codes.ts";

async function withSessions(test: (sessions: SubgraphSessions) => Promise<void>): Promise<void> {
  const sessions = new SubgraphSessions({ threads: 1, runtime: nodeRuntime() });
  try {
    await test(sessions);
  } finally {
    await sessions.release();
  }
}

const x: OnnxValue = { type: "float32", dims: [2], data: Float32Array.of(1, 2) };
const size = { rows: 2, positions: 3 };

Deno.test("run() feeds a subgraph only the known values that it reads", async () => {
  const graph = graphFromText("a = Neg(x)\nb = Mul(a, a)\ny = Add(b, x)");
  const [first, second] = cutChain(graph, [["b"], ["y"]]);
  await withSessions(async (sessions) => {
    await sessions.load(graph, [first!, second!]);
    const known = new Map([["x", x], ["unread", x]]);
    const made = await sessions.run(first!, known, size);
    assertEquals([...made.keys()], ["b"]);
    const end = await sessions.run(second!, new Map([...known, ...made]), size);
    assertEquals(end.get("y")!.data, Float32Array.of(2, 6));
  });
});

Deno.test("run() makes a mask of ones and the positions if the graph asks for them", async () => {
  const { model } = graphFromText("m = Identity(attention_mask)\np = Identity(position_ids)");
  for (const { name, type } of model.graph!.input) {
    const { value } = type!;
    if (value.case === "tensorType") value.value.elemType = name === "position_ids" ? 7 : 6;
  }
  const graph = new Graph(model, "text.onnx");
  const [subgraph] = cutChain(graph, [["m", "p"]]);
  await withSessions(async (sessions) => {
    await sessions.load(graph, [subgraph!]);
    const made = await sessions.run(subgraph!, new Map(), size);
    const dims = [2, 3];
    assertEquals(made.get("m"), { type: "int32", dims, data: Int32Array.of(1, 1, 1, 1, 1, 1) });
    const positions = BigInt64Array.of(0n, 1n, 2n, 0n, 1n, 2n);
    assertEquals(made.get("p"), { type: "int64", dims, data: positions });
  });
});

Deno.test("run() names an input that it cannot make", async () => {
  const graph = graphFromText("y = Add(x, token_type_ids)");
  const [subgraph] = cutChain(graph, [["y"]]);
  await withSessions(async (sessions) => {
    await sessions.load(graph, [subgraph!]);
    await assertRejectsCode(
      () => sessions.run(subgraph!, new Map([["x", x]]), size),
      "onnx-unsupported",
      'Cannot feed input "token_type_ids" of "text.onnx": expected input_ids, attention_mask, position_ids or pixel_values',
    );
  });
});

Deno.test("load() of a subgraph that the runtime refuses leaves the others able to run and to be released", async () => {
  const graph = graphFromText("a = Neg(x)\ny = Unheard(a)");
  const [first, second] = cutChain(graph, [["a"], ["y"]]);
  await withSessions(async (sessions) => {
    const refused = 'Cannot load "text.onnx" in ONNX Runtime';
    await assertRejectsCode(
      () => sessions.load(graph, [first!, second!]),
      "session-refused",
      refused,
    );
    const made = await sessions.run(first!, new Map([["x", x]]), size);
    assertEquals(made.get("a")!.data, Float32Array.of(-1, -2));
  });
});
