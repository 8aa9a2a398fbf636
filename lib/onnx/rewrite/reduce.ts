/** Sums and means along an axis, for any operator set. */

import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  type NodeProto,
} from "onnx-buf";
import type { Graph } from "../graph/graph.ts";
import { makeConstant, makeNode, wholeTensor } from "./make_node.ts";

/** The first operator set in which a reduction reads its axes as an input. */
const AXES_ARE_INPUT = { ReduceMean: 18n, ReduceSum: 13n };

/** A reduction along one axis, which is kept with length 1. */
export function reduceNodes(
  graph: Graph,
  opType: keyof typeof AXES_ARE_INPUT,
  { input, axis, output }: {
    readonly input: string;
    readonly axis: number;
    readonly output: string;
  },
): NodeProto[] {
  const own = graph.model.opsetImport.find(({ domain }) => domain === "" || domain === "ai.onnx");
  if (own === undefined || own.version < AXES_ARE_INPUT[opType]) {
    const node = makeNode(opType, [input], output);
    const ints = [BigInt(axis)];
    node.attribute = [create(AttributeProtoSchema, { name: "axes", type: Kind.INTS, ints })];
    return [node];
  }
  const axes = `${output}:axes`;
  return [makeConstant(wholeTensor([axis]), axes), makeNode(opType, [input, axes], output)];
}
