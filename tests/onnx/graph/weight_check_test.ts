import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { TensorProto_DataType as Type, TensorProtoSchema } from "onnx-buf";
import { assertEquals } from "@std/assert";
import { byteLength, checkWeight } from "../../../lib/onnx/weight_files.ts";
import { assertThrowsCode } from "../../error_codes.ts";

function tensor(init: MessageInitShape<typeof TensorProtoSchema>) {
  return create(TensorProtoSchema, { name: "w", dataType: Type.FLOAT, ...init });
}

Deno.test("byteLength() multiplies dimensions and the size of an element", () => {
  const cases: [number, bigint[], bigint][] = [
    [Type.FLOAT, [2n, 3n], 24n],
    [Type.FLOAT16, [5n], 10n],
    [Type.INT64, [], 8n],
    [Type.BOOL, [0n, 7n], 0n],
    [Type.UINT4, [3n], 2n],
    [Type.DOUBLE, [2n ** 40n, 2n ** 40n], 2n ** 83n], // more than a float holds exactly
  ];
  for (const [dataType, dims, bytes] of cases) {
    assertEquals(byteLength("m.onnx", tensor({ dataType, dims })), bytes);
  }
});

Deno.test("checkWeight() accepts as many bytes or values as the dimensions require", () => {
  checkWeight("m.onnx", tensor({ dims: [2n], rawData: new Uint8Array(8) }));
  checkWeight("m.onnx", tensor({ dims: [2n], floatData: [1, 2] }));
  checkWeight("m.onnx", tensor({ dims: [0n] }));
  checkWeight("m.onnx", tensor({ dataType: Type.FLOAT16, dims: [], int32Data: [15360] }));
  checkWeight("m.onnx", tensor({ dataType: Type.STRING, dims: [1n], stringData: [] }));
});

Deno.test("checkWeight() names a weight with too little, too much or impossible data", () => {
  const cases: [MessageInitShape<typeof TensorProtoSchema>, string][] = [
    [{ dims: [3n], rawData: new Uint8Array(8) }, "has 8 bytes where [3] asks for 12"],
    [{ dims: [1n], rawData: new Uint8Array(8) }, "has 8 bytes where [1] asks for 4"],
    [{ dims: [2n, 2n], floatData: [1] }, "has 1 values where [2, 2] asks for 4"],
    [{ dims: [2n ** 40n, 2n ** 40n] }, `has 0 values where [${2n ** 40n}, ${2n ** 40n}] asks for`],
    [{ dims: [-4n], floatData: [1] }, "has the shape [-4]"],
    [{ dims: [1n], dataType: 99 }, "is of type 99"],
    [{ dims: [1n], dataType: Type.COMPLEX64 }, "is of type COMPLEX64"],
  ];
  for (const [init, message] of cases) {
    assertThrowsCode(
      () => checkWeight("m.onnx", tensor(init)),
      "onnx-damaged",
      `Cannot use "m.onnx": weight "w" ${message}`,
    );
  }
});

Deno.test("checkWeight() accepts sizes, positions, ids and ends of slices, and no larger number", () => {
  const whole = (...int64Data: bigint[]) =>
    tensor({ dataType: Type.INT64, dims: [BigInt(int64Data.length)], int64Data });
  checkWeight("m.onnx", whole(0n, -1n, 49_407n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 31n - 1n));
  const rawData = new Uint8Array(BigInt64Array.of(3n, 2n ** 40n).buffer);
  for (
    const wrong of [
      whole(1n, 2n ** 40n),
      tensor({ dataType: Type.INT64, dims: [2n], rawData }),
    ]
  ) {
    assertThrowsCode(
      () => checkWeight("m.onnx", wrong),
      "onnx-damaged",
      `holds the number ${2n ** 40n}`,
    );
  }
});
