import { assertEquals, assertStrictEquals } from "@std/assert";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { assertThrowsCode } from "../error_codes.ts";

function counting(): Tensor {
  return new Tensor(Float32Array.from({ length: 24 }, (_, i) => i), [2, 3, 4], [
    "batch",
    "position",
    "width",
  ]);
}

Deno.test("at() reads the last axis fastest", () => {
  const tensor = counting();
  assertEquals(tensor.at(0, 0, 0), 0);
  assertEquals(tensor.at(0, 0, 3), 3);
  assertEquals(tensor.at(0, 2, 1), 9);
  assertEquals(tensor.at(1, 2, 3), 23);
  assertEquals([0, 1, 2].map((axis) => tensor.stride(axis)), [12, 4, 1]);
});

Deno.test("at() refuses indices that no value has", () => {
  const message = "of Tensor [batch 2, position 3, width 4]: expected one index per axis";
  for (const indices of [[0, 0, 4], [2, 0, 0], [0, -1, 0], [0, 0.5, 0], [0, NaN, 0], [0, 0], []]) {
    const error = assertThrowsCode(
      () => counting().at(...indices),
      "tensor-index-outside",
      message,
    );
    assertEquals(error.message.startsWith(`Cannot read index [${indices.join(", ")}]`), true);
  }
});

Deno.test("row() is a part of the tensor, not a copy", () => {
  const tensor = counting();
  const row = tensor.row(1);
  assertEquals([row.shape, row.axes], [[3, 4], ["position", "width"]]);
  assertEquals(row.at(0, 2), 14);
  row.data[0] = -1;
  assertEquals(tensor.at(1, 0, 0), -1);
  assertEquals(tensor.row(0).row(2).data, Float32Array.of(8, 9, 10, 11));
});

Deno.test("row() refuses a row that does not exist", () => {
  assertThrowsCode(() => counting().row(2), "tensor-index-outside", "Cannot read index [2, 0, 0]");
  assertThrowsCode(
    () => counting().row(-1),
    "tensor-index-outside",
    "Cannot read index [-1, 0, 0]",
  );
});

Deno.test("clone() has storage of its own, even of a part", () => {
  const tensor = counting();
  const copy = tensor.row(1).clone();
  assertEquals(copy.data.buffer.byteLength, 12 * 4);
  copy.data[0] = -1;
  assertEquals(tensor.at(1, 0, 0), 12);
});

Deno.test("Tensor keeps the storage that it is given", () => {
  const data = Float32Array.of(1, 2);
  assertStrictEquals(new Tensor(data, [2], ["batch"]).data, data);
});

Deno.test("Tensor refuses storage of another size, and another number of axes", () => {
  const message = "Cannot make a tensor of shape [2, 3] with axes [batch, position] from 5 values";
  const data = new Float32Array(5);
  assertThrowsCode(
    () => new Tensor(data, [2, 3], ["batch", "position"]),
    "tensor-size-differs",
    message,
  );
  assertThrowsCode(
    () => new Tensor(data, [5], ["batch", "width"]),
    "tensor-size-differs",
    "one axis name per size",
  );
});

Deno.test("Tensor prints its axes with their sizes", () => {
  assertEquals(String(counting()), "Tensor [batch 2, position 3, width 4]");
  assertEquals(Deno.inspect(counting()), "Tensor [batch 2, position 3, width 4]");
});
