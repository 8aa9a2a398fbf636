/** Encodes models for tests as the bytes of a file. */

import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { type GraphProtoSchema, ModelProtoSchema, TensorProto_DataType } from "onnx-buf";

export function modelBytes(
  graph: MessageInitShape<typeof GraphProtoSchema>,
  opset = 17n,
): Uint8Array<ArrayBuffer> {
  const model = { irVersion: 8n, opsetImport: [{ version: opset }], graph };
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, model));
}

export function valueInfo(name: string, elemType: number = TensorProto_DataType.FLOAT) {
  return { name, type: { value: { case: "tensorType" as const, value: { elemType } } } };
}
