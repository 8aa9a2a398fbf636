import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ModelProtoSchema, TensorProto_DataType as Type } from "onnx-buf";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";

const MODEL = fixture("clip-tiny");

/** Loads a tower of the tiny model with other numbers in some of its weights. */
async function loadChanged(
  tower: "text" | "image",
  { named, numbers }: { readonly named: RegExp; readonly numbers: (i: number) => number },
): Promise<void> {
  const name = tower === "text" ? "text_model" : "vision_model";
  const bytes = await Deno.readFile(`${MODEL}/onnx/${name}.onnx`);
  const model = fromBinary(ModelProtoSchema, bytes);
  for (const weight of model.graph!.initializer) {
    if (!named.test(weight.name) || weight.dataType !== Type.FLOAT) continue;
    const { length } = weight.rawData;
    weight.rawData = new Uint8Array(
      Float32Array.from({ length: length / 4 }, (_, i) => numbers(i)).buffer,
    );
  }
  await inFolder(async (folder) => {
    const path = `${folder}/file.onnx`;
    await Deno.writeFile(path, toBinary(ModelProtoSchema, model));
    const clip = await Clip.load(MODEL, { towers: [tower], onnxText: path, onnxVision: path });
    await clip.release();
  });
}

for (const tower of ["text", "image"] as const) {
  Deno.test(`load() refuses the ${tower} tower if its embedding is infinite, zero, or the same for all inputs`, async () => {
    const final = /final_layer_norm|post_layernorm/;
    const cases = [
      [/MatMul/, (i: number) => i % 2 === 0 ? 3e38 : -1e38, "is not finite"],
      [final, () => 0, "holds nothing but zeros"],
      [/(final_layer_norm|post_layernorm)\.weight/, () => 0, "is the same for different inputs"],
    ] as const;
    for (const [named, numbers, reason] of cases) {
      await assertRejectsCode(
        () => loadChanged(tower, { named, numbers }),
        `weights-not-finite: its embedding ${reason}`,
      );
    }
  });
}
