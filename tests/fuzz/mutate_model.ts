/** Seeded damage to an ONNX model that leaves it a protocol buffer: to its nodes, values, weights and sizes. */

import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { type ModelProto, ModelProtoSchema } from "onnx-buf";
import type { Random } from "../../lib/stats/random.ts";
import { pick } from "./mutate.ts";

const OPS = [
  ...["Add", "MatMul", "Softmax", "Reshape", "Gather", "Cast", "Loop", "If", "Attention", ""],
];
const SIZES = [0n, 1n, -1n, 2n, 7n, 2n ** 31n, 2n ** 62n];
const TYPES = [0, 1, 6, 7, 9, 10, 11, 16, 99];

/** A model's bytes with one to three of its parts changed. */
export function mutateModel(bytes: Uint8Array, random: Random): Uint8Array {
  const model = fromBinary(ModelProtoSchema, bytes);
  const changes = 1 + random.below(3);
  for (let change = 0; change < changes; change++) pick(random, CHANGES)(model, random);
  return toBinary(ModelProtoSchema, model);
}

type Change = (model: ModelProto, random: Random) => void;

const CHANGES: readonly Change[] = [
  function renameRead(model, random) {
    const { input } = pick(random, model.graph!.node);
    input[random.below(input.length + 1)] = anyName(model, random);
  },
  function renameMade(model, random) {
    const { output } = pick(random, model.graph!.node);
    output[random.below(output.length + 1)] = anyName(model, random);
  },
  function otherOperator(model, random) {
    pick(random, model.graph!.node).opType = pick(random, OPS);
  },
  function dropNode(model, random) {
    model.graph!.node.splice(random.below(model.graph!.node.length), 1);
  },
  function repeatNode(model, random) {
    model.graph!.node.push(pick(random, model.graph!.node));
  },
  function dropWeight(model, random) {
    model.graph!.initializer.splice(random.below(model.graph!.initializer.length), 1);
  },
  function otherSize(model, random) {
    const { dims } = pick(random, model.graph!.initializer);
    dims[random.below(dims.length + 1)] = pick(random, SIZES);
  },
  function transposedSize(model, random) {
    pick(random, model.graph!.initializer).dims.reverse();
  },
  function otherType(model, random) {
    pick(random, model.graph!.initializer).dataType = pick(random, TYPES);
  },
  function otherNumbers(model, random) {
    const { rawData } = pick(random, model.graph!.initializer);
    for (let i = 0; i < rawData.length; i++) rawData[i] = random.below(256);
  },
  function elsewhere(model, random) {
    const weight = pick(random, model.graph!.initializer);
    const value = pick(random, ["../secret", "/dev/zero", "model.onnx", "gone"]);
    const $typeName = "onnx.StringStringEntryProto" as const;
    const externalData = [{ $typeName, key: "location", value }];
    Object.assign(weight, { dataLocation: 1, externalData });
  },
  function otherAttribute(model, random) {
    const nodes = model.graph!.node.filter(({ attribute }) => attribute.length > 0);
    const attribute = pick(random, pick(random, nodes).attribute);
    attribute.i = pick(random, SIZES);
    attribute.ints = attribute.ints.map(() => pick(random, SIZES));
    if (attribute.t !== undefined) {
      const { rawData } = attribute.t;
      for (let i = 0; i < rawData.length; i++) rawData[i] = random.below(256);
    }
  },
  function dropAttributes(model, random) {
    pick(random, model.graph!.node).attribute = [];
  },
  function otherInput(model, random) {
    const value = pick(random, model.graph!.input).type?.value;
    if (value?.case !== "tensorType") return;
    value.value.elemType = pick(random, TYPES);
    const dims = value.value.shape?.dim ?? [];
    dims.forEach((dim) => dim.value = { case: "dimValue", value: pick(random, SIZES) });
  },
  function otherSet(model, random) {
    model.opsetImport.forEach((set) => set.version = BigInt(random.below(40)));
  },
];

function anyName(model: ModelProto, random: Random): string {
  return pick(random, [
    "",
    "nowhere",
    pick(random, model.graph!.initializer)?.name ?? "",
    pick(random, model.graph!.node).output[0] ?? "",
    pick(random, model.graph!.node).input[0] ?? "",
  ]);
}
