/** Graphs that do harm, on purpose or by mistake: each ends in one message, soon and with little memory. */

import { onnxOrigin } from "../../lib/onnx/graph_file.ts";
import { onDisk } from "../../lib/files/read_file.ts";
import { CLIP } from "../../lib/model/families.ts";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type GraphProtoSchema, TensorProto_DataType as Type } from "onnx-buf";
import { assert, assertRejects } from "@std/assert";
import { idsInput } from "../../lib/engine/run/hooked_run.ts";
import { Tower } from "../../lib/engine/run/tower.ts";
import { nodeOf } from "../onnx/graph_from_text.ts";
import { modelBytes, valueInfo } from "../onnx/model_bytes.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import { inFolder } from "../scripts/task_process.ts";

type Init = MessageInitShape<typeof GraphProtoSchema>;
type Node = NonNullable<Init["node"]>[number];

const SHAPE = { layers: 3, heads: 2, width: 16, mlpWidth: 64, projection: 12 };

const node = (text: string, attribute: Node["attribute"] = []): Node => (
  { ...nodeOf(text), attribute }
);

function intTensor(...values: bigint[]): Node["attribute"] {
  const t = { dataType: Type.INT64, dims: [BigInt(values.length)], int64Data: values };
  return [{ name: "value", type: 4, t }];
}

const toFloat = [{ name: "to", type: 2, i: 1n }] as Node["attribute"];
const numbers = node("v0 = Cast(input_ids)", toFloat);

const CASES: [string, Init, string][] = [
  [
    "without a tower",
    { node: [node("y = Relu(input_ids)")], output: [valueInfo("y")] },
    "Cannot find the text tower",
  ],
  [
    "that is a chain of 10,000 nodes",
    {
      node: [
        numbers,
        ...Array.from({ length: 9_999 }, (_, i) => node(`v${i + 1} = Relu(v${i})`)),
        node("text_embeds = Relu(v9999)"),
      ],
    },
    "its embeddings have 3 values where config.json asks for 12",
  ],
  ["with a node of 200,000 inputs", {
    node: [
      node(
        `text_embeds = Concat(${new Array(200_000).fill("input_ids").join(", ")})`,
        [{ name: "axis", type: 2, i: 1n }],
      ),
    ],
  }, 'its output "text_embeds" must be of float32, but it is of int64'],
  ["that expands to more than any memory", {
    node: [
      node("size = Constant()", intTensor(50_000_000n, 50n)),
      numbers,
      node("text_embeds = Expand(v0, size)"),
    ],
  }, 'weight "" holds the number 50000000'],
  [
    "that repeats its nodes for each row",
    { node: [node("text_embeds = Scan(input_ids)")] },
    'node "Scan" is a loop, which may never end',
  ],
  ["with a product that takes minutes", {
    node: [
      node("size = Constant()", intTensor(20_000n, 20_000n)),
      node("a = ConstantOfShape(size)"),
      node("b = MatMul(a, a)"),
      node("c = ReduceMean(b)"),
      numbers,
      node("text_embeds = Add(v0, c)"),
    ],
  }, 'node "ConstantOfShape" makes 400000000 numbers'],
  [
    "with operators that do not exist",
    { node: [node("text_embeds = Unheard(input_ids)")] },
    "Cannot load ",
  ],
  ["whose input is of another type", {
    node: [node("text_embeds = Relu(input_ids)")],
    input: [valueInfo("input_ids", Type.FLOAT)],
  }, "Unexpected input data type"],
];

for (const [name, graph, message] of CASES) {
  Deno.test(`load() ends in a message on a graph ${name}`, () =>
    inFolder(async (folder) => {
      const path = `${folder}/file.onnx`;
      const ends = {
        input: [valueInfo("input_ids", Type.INT64)],
        output: [valueInfo("text_embeds")],
      };
      await Deno.writeFile(path, modelBytes({ name: "hostile", ...ends, ...graph }));
      const options = {
        runtime: nodeRuntime(),
        kind: "text" as const,
        ends: CLIP.ends.text,
        shape: SHAPE,
        example: idsInput([[0, 0, 0]]),
      };
      const load = () => Tower.load(onnxOrigin(onDisk(path)), options);
      const error = await assertRejects(load, NegscopeError, message);
      assert(error.message.startsWith("Cannot ") && error.message.includes(path), error.message);
    }));
}
