import { assertEquals } from "@std/assert";
import { type Axis, Tensor } from "../../lib/hooks/tensor.ts";
import { assertEachThrows, assertThrowsCode } from "../error_codes.ts";

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
      "index-outside",
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

Deno.test("clone() has storage of its own, even of a part", () => {
  const tensor = counting();
  const copy = tensor.row(1).clone();
  assertEquals(copy.data.buffer.byteLength, 12 * 4);
  copy.data[0] = -1;
  assertEquals(tensor.at(1, 0, 0), 12);
});

Deno.test("mean() averages over one axis and drops it", () => {
  const tensor = counting(); // 12 batch + 4 position + width
  const batch = tensor.mean("batch");
  assertEquals([batch.shape, batch.axes], [[3, 4], ["position", "width"]]);
  assertEquals([batch.at(0, 0), batch.at(2, 3)], [6, 17]);
  const position = tensor.mean("position");
  assertEquals([position.shape, position.axes], [[2, 4], ["batch", "width"]]);
  assertEquals([position.at(0, 0), position.at(1, 3)], [4, 19]);
  assertEquals(tensor.mean("width").data, Float32Array.of(1.5, 5.5, 9.5, 13.5, 17.5, 21.5));
  const all = tensor.mean("width").mean("position").mean("batch");
  assertEquals([all.shape, all.axes, all.at(), String(all)], [[], [], 11.5, "Tensor []"]);
});

Deno.test("mean() sums in float64", () => {
  const large = Float32Array.of(2 ** 25, 1, -(2 ** 25), 3); // in float32 the 1 is lost
  assertEquals(new Tensor(large, [4], ["width"]).mean("width").at(), 1);
});

Deno.test("mean() refuses an axis that is not there, or has no entries", () => {
  const message = 'Cannot average Tensor [batch 2, position 3, width 4] over "head": ' +
    "it has no such axis; expected one of its axes, of at least 1: batch, position, width";
  assertThrowsCode(() => counting().mean("head"), "name-unknown", message);
  const empty = new Tensor(new Float32Array(0), [0, 4], ["batch", "width"]);
  assertThrowsCode(() => empty.mean("batch"), "name-unknown: there is nothing to average");
});

Deno.test("minus() subtracts a tensor, and a vector at every place", () => {
  const tensor = counting();
  const [a, b] = [tensor.row(1), tensor.row(0)];
  const difference = a.minus(b);
  assertEquals([difference.shape, difference.axes], [[3, 4], ["position", "width"]]);
  assertEquals(difference.data, new Float32Array(12).fill(12));
  const centred = tensor.minus(tensor.mean("batch").mean("position")); // means 10 to 13
  assertEquals([centred.at(0, 0, 0), centred.at(1, 2, 3), centred.at(0, 1, 2)], [-10, 10, -6]);
  assertEquals([tensor.at(0, 0, 0), a.at(0, 0)], [0, 12]); // unchanged
});

Deno.test("dot() multiplies the last axis by a vector, or by one for each place", () => {
  const tensor = counting();
  const vector = new Tensor(Float32Array.of(1, 0, -2, 3), [4], ["width"]);
  const along = tensor.dot(vector);
  assertEquals([along.shape, along.axes], [[2, 3], ["batch", "position"]]);
  // x, x + 1, x + 2, x + 3 by 1, 0, -2, 3: 2 x + 5
  assertEquals(along.data, Float32Array.of(5, 13, 21, 29, 37, 45));
  const squares = tensor.row(0).dot(tensor.row(0)); // 4 x^2 + 12 x + 14
  assertEquals([squares.shape, squares.data], [[3], Float32Array.of(14, 126, 366)]);
  assertEquals([vector.dot(vector).shape, vector.dot(vector).at()], [[], 14]);
});

Deno.test("dot() sums in float64", () => {
  const large = new Tensor(Float32Array.of(2 ** 25, 1, -(2 ** 25)), [3], ["width"]);
  assertEquals(large.dot(new Tensor(Float32Array.of(1, 1, 1), [3], ["width"])).at(), 1);
});

Deno.test("minus() and dot() refuse what is not the last axes", () => {
  const tensor = counting();
  const vector = (size: number, axis: Axis) => new Tensor(new Float32Array(size), [size], [axis]);
  const message = "expected the same axes and sizes, or the last of them";
  for (const other of [vector(3, "position"), vector(3, "width"), vector(4, "neuron")]) {
    for (const use of [() => tensor.minus(other), () => tensor.dot(other)]) {
      assertThrowsCode(use, "sizes-differ", message);
    }
  }
  const problem = "Cannot use Tensor [batch 2, position 3, width 4] in minus() of Tensor [width 4]";
  assertThrowsCode(() => vector(4, "width").minus(tensor), "sizes-differ", problem);
  const scalar = new Tensor(Float32Array.of(2), [], []);
  assertEquals(vector(2, "width").minus(scalar).data, Float32Array.of(-2, -2));
  const product = "Cannot use Tensor [] in dot() of Tensor [width 2]";
  assertThrowsCode(() => vector(2, "width").dot(scalar), "sizes-differ", product);
});

Deno.test("Tensor refuses storage of another size, and another number of axes", () => {
  const message = "Cannot make a tensor of shape [2, 3] with axes [batch, position] from 5 values";
  const data = new Float32Array(5);
  assertEachThrows("sizes-differ", [
    [() => new Tensor(data, [2, 3], ["batch", "position"]), message],
    [() => new Tensor(data, [5], ["batch", "width"]), "one axis name per size"],
  ]);
});

Deno.test("Tensor prints its axes with their sizes", () => {
  assertEquals(String(counting()), "Tensor [batch 2, position 3, width 4]");
  assertEquals(Deno.inspect(counting()), "Tensor [batch 2, position 3, width 4]");
});
