/** A model in memory as the bytes of an ONNX file, without copies of its weights for the garbage collector. */

import { toBinary } from "@bufbuild/protobuf";
import {
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from "onnx-buf";
import { FIELD, fieldOf, lengthOf } from "./graph_bytes.ts";

const NONE = new Uint8Array(0);

/**
 * Writes a model. `toBinary` alone would copy each weight four times, since it joins what it has at every level of the message. Returns the
 * bytes; weights are copied once, into their place.
 */
export function modelBytes({ graph, ...model }: ModelProto): Uint8Array<ArrayBuffer> {
  const { initializer, ...rest } = graph!;
  const pieces = [
    toBinary(ModelProtoSchema, model),
    ...fieldOf(FIELD.graph, [
      toBinary(GraphProtoSchema, { ...rest, initializer: [] }),
      ...initializer.flatMap((tensor) => fieldOf(FIELD.initializer, tensorPieces(tensor))),
    ]),
  ];
  const bytes = new Uint8Array(lengthOf(pieces));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}

function tensorPieces(tensor: TensorProto): Uint8Array[] {
  const { rawData } = tensor;
  if (rawData.length === 0) return [toBinary(TensorProtoSchema, tensor)]; // its numbers are in a list
  return [
    toBinary(TensorProtoSchema, { ...tensor, rawData: NONE }),
    ...fieldOf(FIELD.rawData, [rawData]),
  ];
}
