/** Writes an ONNX graph node by node. */

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  TensorProto_DataLocation as Location,
  TensorProto_DataType as Type,
  TensorProtoSchema,
  type TypeProto_TensorSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import { type AttributeValue, makeNode } from "../rewrite/make_node.ts";

export interface GraphEnd {
  readonly name: string;
  readonly type: Type;
  /** For each axis its name, or its size if that is fixed. */
  readonly axes: readonly (string | number)[];
}

/** The version of ONNX's operators: the first with Gelu. */
const OPERATORS = 20n;
/** The version of the file format that belongs to it. */
const FORMAT = 9n;

/** A graph that is being written. Every method that adds a value returns the value's name. */
export class GraphWriter {
  readonly #nodes: NodeProto[] = [];
  readonly #weights: TensorProto[] = [];
  readonly #whole = new Map<string, string>();

  node(
    opType: string,
    input: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const node = makeNode(opType, input, output, attributes);
    node.name = output;
    this.#nodes.push(node);
    return output;
  }

  weight(name: string, shape: readonly number[]): string {
    this.#weights.push(create(TensorProtoSchema, {
      name,
      dataType: Type.FLOAT,
      dims: shape.map(BigInt),
      dataLocation: Location.EXTERNAL,
    }));
    return name;
  }

  /** Adds numbers of single precision that are stored in the graph itself. */
  real(name: string, shape: readonly number[], values: Float32Array<ArrayBuffer>): string {
    const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const dims = shape.map(BigInt);
    this.#weights.push(create(TensorProtoSchema, { name, dataType: Type.FLOAT, dims, rawData }));
    return name;
  }

  /** Adds whole numbers, once for each value: one without axes, or a list. */
  whole(value: number | readonly number[]): string {
    const name = `whole ${JSON.stringify(value)}`;
    const known = this.#whole.get(name);
    if (known !== undefined) return known;
    const list = typeof value === "number" ? [value] : value;
    this.#whole.set(name, name);
    this.#weights.push(create(TensorProtoSchema, {
      name,
      dataType: Type.INT64,
      int64Data: list.map(BigInt),
      dims: typeof value === "number" ? [] : [BigInt(list.length)],
    }));
    return name;
  }

  model(
    name: string,
    { inputs, outputs }: {
      readonly inputs: readonly GraphEnd[];
      readonly outputs: readonly GraphEnd[];
    },
  ): ModelProto {
    return create(ModelProtoSchema, {
      irVersion: FORMAT,
      opsetImport: [{ version: OPERATORS }],
      producerName: "negscope",
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#weights,
        input: inputs.map(infoOf),
        output: outputs.map(infoOf),
      },
    });
  }
}

function infoOf({ name, type: elemType, axes }: GraphEnd): ValueInfoProto {
  const value: MessageInitShape<typeof TypeProto_TensorSchema> = {
    elemType,
    shape: { dim: axes.map(axisOf) },
  };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: "tensorType", value } } });
}

function axisOf(size: string | number) {
  return typeof size === "string"
    ? { value: { case: "dimParam" as const, value: size } }
    : { value: { case: "dimValue" as const, value: BigInt(size) } };
}
