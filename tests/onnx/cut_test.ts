import { assert, assertEquals } from "@std/assert";
import { onDisk } from "../../lib/files/read_file.ts";
import { descendants, shapeFrontier, shapeOnlyValues } from "../../lib/onnx/cut.ts";
import { GraphFile, onnxOrigin } from "../../lib/onnx/graph_file.ts";
import { graphFromText } from "./graph_from_text.ts";
import { runWhole } from "./run_whole.ts";
import { fixture } from "../scripts/task_process.ts";

const ONNX = fixture("clip-tiny/onnx");

const graph = graphFromText(
  `size = Shape(ids)
   mask = Expand(w, size)
   x = Gather(w, ids)
   inner = Shape(x)
   h = Add(x, mask)
   y = Reshape(h, inner)
   other = Neg(x)`,
  { w: [1] },
);

Deno.test("descendants() finds all nodes that read a value, but not those that read its shape alone", () => {
  const of = (value: string) => descendants(graph, value).map((node) => graph.nodes.indexOf(node));
  assertEquals([of("x"), of("mask"), of("y")], [[4, 5, 6], [4, 5], []]);
});

Deno.test("shapeOnlyValues() are those that depend only on shapes, weights and other inputs", () => {
  assertEquals([...shapeOnlyValues(graph, "ids")].sort(), ["inner", "mask", "size", "w"]);
  const masked = graphFromText("m = Cast(attention_mask)\ny = Add(ids, m)");
  assertEquals([...shapeOnlyValues(masked, "ids")].sort(), ["attention_mask", "m"]);
});

Deno.test("shapeFrontier() is where data meets values that depend only on the input's shape", () => {
  assertEquals(shapeFrontier(graph, "ids", "h"), ["mask"]);
  assertEquals(shapeFrontier(graph, "ids", "other"), [], "what does not lead to the output");
});

for (const file of ["text_model", "text_model_sdpa", "text_model_dynamo20", "model_old"]) {
  Deno.test(`shapeOnlyValues() of ${file}.onnx stay the same when the token ids change`, async () => {
    const path = `${ONNX}/${file}.onnx`;
    const tower = await new GraphFile(onnxOrigin(onDisk(path))).open();
    const shapeOnly = shapeOnlyValues(tower, "input_ids");
    const [a, b] = await Promise.all(
      [[600, 320, 344, 601], [600, 7, 15, 601]].map((ids) => runWhole(path, { ids: [ids, ids] })),
    );
    const same = [...a!.keys()].filter((name) =>
      String(a!.get(name)!.data) === String(b!.get(name)!.data)
    );
    const changing = [...shapeOnly].filter((name) => a!.has(name) && !same.includes(name));
    assertEquals(changing, []);
    const fixed = [...shapeOnly].filter((name) => a!.has(name) && !tower.isConstant(name));
    assert(fixed.length > 0, "a text tower has at least its mask and its sizes");
  });
}
