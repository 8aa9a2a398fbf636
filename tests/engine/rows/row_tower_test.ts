import { assert, assertEquals } from "@std/assert";
import {
  attentionBatch,
  paddedSize,
  type Sequence,
} from "../../../lib/engine/plan/attention_batch.ts";
import { attentionGraph, loadRowSession } from "../../../lib/engine/rows/row_tower.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import type { OnnxValue } from "../../../lib/onnx/runtime.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { NegscopeError } from "../../../lib/errors/errors.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { modelBytes, valueInfo } from "../../onnx/model_bytes.ts";

const HEADS = 3;
const HEAD_WIDTH = 8;
const WIDTH = HEADS * HEAD_WIDTH;

type Rows = { readonly q: Float32Array; readonly k: Float32Array; readonly v: Float32Array };

function randomRows(rows: number, { scale = 1 } = {}): Rows {
  const random = seededRandom(3);
  const values = () =>
    Float32Array.from({ length: rows * WIDTH }, () => scale * (random.below(2001) / 1000 - 1));
  return { q: values(), k: values(), v: values() };
}

/** Runs sequences of one padded size; row i of the result is the i-th computed position. */
async function attend(sequences: readonly Sequence[], { q, k, v }: Rows): Promise<Float32Array> {
  const batch = attentionBatch(sequences, HEADS);
  const floats = (data: Float32Array, dims: number[]): OnnxValue => ({
    type: "float32",
    data,
    dims,
  });
  const indices = (data: Int32Array, dims: number[]): OnnxValue => ({ type: "int32", data, dims });
  const { size, queries, keys } = batch;
  const session = await nodeRuntime().create(attentionGraph(HEADS, HEAD_WIDTH), "attention");
  try {
    const made = await session.run(
      new Map([
        ...Object.entries({ q, k, v }).map(([name, data]) =>
          [name, floats(data, [data.length / WIDTH, WIDTH])] as const
        ),
        ["query_rows", indices(batch.queryRows, [queries, size])],
        ["key_rows", indices(batch.keyRows, [keys, size])],
        ["seen", floats(batch.seen, [size, 1, queries, keys])],
        ["hidden", floats(batch.hidden, [size, 1, queries, keys])],
        ["results", indices(batch.results, [batch.results.length / HEADS, HEADS])],
        ["ones", floats(new Float32Array(keys * 2).fill(1), [keys, 2])],
      ]),
    );
    return made.get("z")!.data as Float32Array;
  } finally {
    await session.release();
  }
}

/** Softmax attention by its definition, in float64. */
function expected(sequences: readonly Sequence[], { q, k, v }: Rows): number[] {
  const at = (
    data: Float32Array,
    row: number,
    head: number,
  ) => [...data.subarray(row * WIDTH + head * HEAD_WIDTH, row * WIDTH + (head + 1) * HEAD_WIDTH)];
  return sequences.flatMap(({ rows, first, withoutKey }) =>
    rows.slice(first).flatMap((row, i) =>
      Array.from({ length: HEADS }, (_, head) => {
        const visible = rows.slice(0, first + i + 1).filter((_, key) => key !== withoutKey);
        const query = at(q, row, head);
        const logits = visible.map((key) =>
          at(k, key, head).reduce((sum, x, j) => sum + x * query[j]!, 0) / Math.sqrt(HEAD_WIDTH)
        );
        const largest = Math.max(...logits);
        const powers = logits.map((logit) => Math.exp(logit - largest));
        const total = powers.reduce((sum, x) => sum + x);
        return query.map((_, j) =>
          visible.reduce((sum, key, n) => sum + powers[n]! * at(v, key, head)[j]!, 0) / total
        );
      }).flat()
    )
  );
}

function assertNear(found: Float32Array, wanted: readonly number[]): void {
  assertEquals(found.length, wanted.length);
  // Sums of at most 12 float32 products of values up to 1.
  found.forEach((x, i) => assert(Math.abs(x - wanted[i]!) < 2e-6, `${x} for ${wanted[i]}`));
}

const SEQUENCES: Readonly<Record<string, readonly Sequence[]>> = {
  "the positions up to a query's own": [
    { rows: [4, 0, 2, 9, 10, 11, 12, 20, 21, 22], first: 6 },
    { rows: [4, 0, 2, 9, 10, 11, 13, 14, 15], first: 6 }, // padded to the size of the one above
  ],
  "those of a single query": [{ rows: [1, 3, 5, 7], first: 3 }],
  "all but a position that none may see": [
    { rows: [4, 0, 2, 9, 10, 11, 12], first: 3, withoutKey: 3 },
    { rows: [4, 0, 2, 9, 13, 14, 15], first: 3, withoutKey: 1 },
    { rows: [4, 0, 2, 9, 16, 17, 18], first: 3 },
  ],
};

for (const [name, sequences] of Object.entries(SEQUENCES)) {
  Deno.test(`attentionGraph() computes softmax attention over ${name}`, async () => {
    const rows = randomRows(24);
    assertEquals(new Set(sequences.map((own) => JSON.stringify(paddedSize(own)))).size, 1);
    assertNear(await attend(sequences, rows), expected(sequences, rows));
  });
}

Deno.test("attentionGraph() gives hidden keys no weight, however large their logits", async () => {
  const rows = randomRows(8);
  const sequences = [{ rows: [0, 1, 2, 3, 4], first: 2 }];
  const before = await attend(sequences, rows);
  const k = rows.k.slice();
  const v = rows.v.slice();
  k.fill(1e6, 4 * WIDTH, 5 * WIDTH); // the last position: logits of up to 1e7 for those before it
  v.fill(1e6, 4 * WIDTH, 5 * WIDTH);
  const after = await attend(sequences, { ...rows, k, v });
  assertEquals(after.subarray(0, 2 * WIDTH), before.subarray(0, 2 * WIDTH));
  assert(after[2 * WIDTH] !== before[2 * WIDTH]);
});

Deno.test("attentionGraph() stays accurate where one logit leads by hundreds", async () => {
  const rows = randomRows(12, { scale: 30 });
  const sequences = [{ rows: [0, 1, 2, 3, 4, 5], first: 1 }];
  const scaled = { ...rows, v: randomRows(12).v };
  const found = await attend(sequences, scaled);
  const wanted = expected(sequences, scaled);
  // Logits up to 2,500 are exact to 2e-4 in float32, and so are weights.
  found.forEach((x, i) => assert(Math.abs(x - wanted[i]!) < 5e-4, `${x} for ${wanted[i]}`));
});

Deno.test("attentionGraph() gives the same bits however many other keys and sequences there are", async () => {
  const rows = randomRows(60);
  const positions = (count: number) => Array.from({ length: count }, (_, i) => i);
  const other = { rows: positions(6).map((i) => 9 - i), first: 3 };
  const short = { rows: positions(6), first: 2 };
  const beside = await attend([other, short], rows);
  assertEquals(beside.subarray(3 * WIDTH), await attend([short], rows));
  for (const length of [5, 7, 8, 10, 12, 13, 20]) {
    const first = length - 4;
    const alone = await attend([{ rows: positions(length), first }], rows);
    for (let longer = length + 1; longer <= 40; longer += 3) {
      const before = await attend([{ rows: positions(longer), first }], rows);
      assertEquals(before.subarray(0, 4 * WIDTH), alone, `${length} of ${longer} positions`);
    }
  }
});

/** Rows of four values through one operator. */
function rowModel(opType: string, input: string[] = ["x"]) {
  const bytes = modelBytes({
    name: "rows",
    input: [valueInfo("x")],
    output: [valueInfo("y")],
    node: [{ opType, input, output: ["y"] }],
  });
  return { bytes, source: "text_model.onnx", inputs: ["x"], outputs: ["y"], flat: [true] };
}

const SHAPE = { width: 4, threads: 1, runtime: nodeRuntime() };

Deno.test("loadRowSession() says that rows are inseparable when its outputs are not rows, or the runtime fails", async () => {
  const load = (...model: Parameters<typeof rowModel>) =>
    assertRejectsCode(() => loadRowSession(rowModel(...model), SHAPE), "sweep-not-fast");
  assertEquals((await load("Transpose")).cause, undefined);
  const { cause } = await load("MatMul", ["x", "x"]); // [2, 4] times [2, 4]
  assert(cause instanceof NegscopeError);
  assertEquals(cause.code, "session-run-failed");
});

Deno.test("loadRowSession() passes other errors on", async () => {
  const { bytes: _, ...model } = rowModel("Relu");
  const broken = { ...model, bytes: new Uint8Array([1, 2, 3]) };
  await assertRejectsCode(() => loadRowSession(broken, SHAPE), "session-refused");
});
