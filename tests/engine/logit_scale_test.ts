import { create } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { assertEquals } from "@std/assert";
import { findLogitScale, logitScaleProperties } from "../../lib/engine/graph/find_tower.ts";
import { Graph } from "../../lib/onnx/graph.ts";
import { assertThrowsCode } from "../error_codes.ts";

/** A graph without logits that has some properties. */
function withProperties(properties: Readonly<Record<string, string>>): Graph {
  const model = create(ModelProtoSchema, {
    graph: { node: [{ opType: "Constant", output: ["pooler_output"] }] },
    metadataProps: Object.entries(properties).map(([key, value]) => ({ key, value })),
  });
  return new Graph(model, "text_model.onnx");
}

Deno.test("logitScaleProperties() are the stored float32 numbers, and make the same scale to the last bit", () => {
  const powers = Array.from({ length: 2000 }, (_, i) => Math.fround(12 * Math.sin(i * i)));
  for (const power of [0, 4.75, -0.1, 80, ...powers].map(Math.fround)) {
    const made = { scale: Math.exp(power), bias: Math.fround(-12.9) };
    const properties = logitScaleProperties(made);
    assertEquals(properties["negscope.logit_scale"], `${power}`);
    assertEquals(findLogitScale(withProperties(properties)), made);
  }
});

Deno.test("findLogitScale() knows none without its own property, and a bias of 0 without that of a bias", () => {
  assertEquals(findLogitScale(withProperties({})), undefined);
  assertEquals(findLogitScale(withProperties({ logit_scale: "100" })), undefined); // whatever that means
  const own = withProperties({ "negscope.logit_scale": "0" });
  assertEquals(findLogitScale(own), { scale: 1, bias: 0 });
});

Deno.test("findLogitScale() refuses a property that is no number", () => {
  for (const value of ["", "1e999", "4,75"]) {
    const graph = withProperties({ "negscope.logit_scale": "1", "negscope.logit_bias": value });
    assertThrowsCode(
      () => findLogitScale(graph),
      "weights-not-finite",
      `Cannot use "text_model.onnx": its property negscope.logit_bias is "${value}"; expected a number; export the model again`,
    );
  }
});
