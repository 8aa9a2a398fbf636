/** Changed copies of the segmenter of the fixtures. */

import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type GraphProto, ModelProtoSchema, NodeProtoSchema } from "onnx-buf";
import { fixture } from "../scripts/task_process.ts";

export const SEGMENTER: string = fixture("clipseg-tiny"); // segmenter of the fixtures

const SMALL = ["config.json", "tokenizer.json", "preprocessor_config.json"];

/** Copies the segmenter into a folder. `change`: changes the graph. @default {leaves it as it is} */
export async function copySegmenter(
  folder: string,
  change: (graph: GraphProto) => void = () => {},
): Promise<string> {
  await Deno.mkdir(`${folder}/onnx`, { recursive: true });
  for (const name of SMALL) await Deno.copyFile(`${SEGMENTER}/${name}`, `${folder}/${name}`);
  const model = fromBinary(
    ModelProtoSchema,
    await Deno.readFile(`${SEGMENTER}/onnx/model.onnx`),
  );
  change(model.graph!);
  await Deno.writeFile(`${folder}/onnx/model.onnx`, toBinary(ModelProtoSchema, model));
  return folder;
}

/** Puts a node with one input behind the logits. */
export function behindLogits(opType: string): (graph: GraphProto) => void {
  return (graph) => {
    const last = graph.node.find(({ output }) => output.includes("logits"))!;
    last.output = ["logits before"];
    graph.node.push(
      create(NodeProtoSchema, { opType, input: ["logits before"], output: ["logits"] }),
    );
    for (const info of graph.output) delete info.type;
  };
}
