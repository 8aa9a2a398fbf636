import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { TINY } from "../../../studies.ts";
import { Clip } from "../../../../lib/runtime/clip.ts";
import type { TextTower } from "../../../../lib/model/text/text_tower.ts";
import { fastSweep } from "../../../../lib/experiments/sweep/fast/fast_sweep.ts";
import { sweepEngine } from "../../../../lib/experiments/sweep/sweep.ts";
import { streamCount, SweepStreams } from "../../../../lib/experiments/sweep/streams/streams.ts";
import { WorkerStream } from "../../../../lib/experiments/sweep/streams/worker_stream.ts";
import { nodeRuntime } from "../../../../lib/runtime/node.ts";
import { startStream } from "../../../../lib/runtime/start_stream.ts";
import { randomTokens, tokenPair } from "../random_pairs.ts";
import { assertRejectsCode } from "../../../error_codes.ts";

const FIXTURES = fileURLToPath(new URL("../../../fixtures", import.meta.url));

async function withText(
  use: (text: TextTower) => Promise<void>,
  { threads = 1, suffix = "" } = {},
): Promise<void> {
  await using clip = await Clip.load(TINY.model, { towers: ["text"], threads, suffix });
  await use(clip.text);
}

/** Enough pairs for several groups in each of two streams. */
function manyPairs(text: TextTower) {
  return Array.from({ length: 60 }, (_, i) => tokenPair(text, randomTokens(18 + i % 4, i)));
}

Deno.test("fastSweep() gives the same bits in the same order in this thread and in two others", () =>
  withText(async (text) => {
    const pairs = manyPairs(text);
    const order = async (
      count: number,
    ) => (await Array.fromAsync(
      fastSweep(await SweepStreams.open(text.tower, count), pairs, "resid"),
    ));
    const [alone, together] = [await order(1), await order(2)];
    assert(together.length >= 4 && together.length % 2 === 0, "groups are shared out");
    const flat = (batches: typeof alone) => batches.flat().toSorted((a, b) => a.index - b.index);
    assertEquals(flat(together), flat(alone));
    assertEquals(
      (await order(2)).map((batch) => batch.map(({ index }) => index)),
      together.map((batch) => batch.map(({ index }) => index)),
    );
  }));

Deno.test("fastSweep() can be stopped early, and its streams used again", () =>
  withText(async (text) => {
    const pairs = manyPairs(text);
    const streams = await SweepStreams.open(text.tower, 2);
    for await (const results of fastSweep(streams, pairs, "resid")) {
      assert(results.length > 0);
      break;
    }
    const again = (await Array.fromAsync(fastSweep(streams, pairs.slice(0, 3), "resid"))).flat();
    assertEquals(new Set(again.map(({ index }) => index)), new Set([0, 1, 2]));
    const { project, attend, complete } = streams.times;
    assert(project > 0 && attend > 0 && complete > 0);
  }));

Deno.test("streamCount() is above 1 only with enough threads and work", () => {
  const ids = Array.from({ length: 10 }, (_, id) => id);
  const sentence = { sentence: "", ids, tokens: ids.map(String), pooled: 9 };
  const pair = {
    ...{ key: "", negated: sentence, affirmative: sentence, alignment: ids, negator: 3 },
    roles: ids.map(() => "before" as const),
  };
  const pairs = (count: number) => new Array(count).fill(pair);
  const tower = { shape: { layers: 12, width: 512 }, runtime: nodeRuntime() }; // 27 x 66 x 6.3 MFLOP = 11.2 GFLOP a pair
  assertEquals(streamCount(pairs(8), { ...tower, threads: 2 }), 1);
  assertEquals(streamCount(pairs(9), { ...tower, threads: 2 }), 2);
  assertEquals(streamCount(pairs(300), { ...tower, threads: 16 }), 2);
  assertEquals(streamCount(pairs(300), { ...tower, threads: 1 }), 1);
  assertEquals(streamCount([], { ...tower, threads: 2 }), 1);
  assertEquals(streamCount(pairs(300), { ...tower, runtime: {}, threads: 2 }), 1); // it cannot start threads
});

Deno.test("sweepEngine() adds threads when there is more work, and keeps them", () =>
  withText(async (text) => {
    const { pair } = tokenPair(text, randomTokens(20, 1));
    const small = await sweepEngine(text, [pair]);
    assertEquals(small.streams?.count, 1);
    assertStrictEquals(await sweepEngine(text), small);
    const large = await sweepEngine(text, new Array(200_000).fill(pair));
    assertEquals(large.streams?.count, 2);
    assertStrictEquals(await sweepEngine(text, [pair]), large);
  }, { threads: 2 }));

Deno.test("sweepEngine() refuses half-precision weights in threads of their own too", () =>
  withText(async (text) => {
    const { pair } = tokenPair(text, randomTokens(20, 1));
    const { streams, refusal } = await sweepEngine(text, new Array(200_000).fill(pair));
    assertEquals(streams, undefined);
    assert(refusal?.message.includes("by the fast schedule: row by row"), refusal?.message);
  }, { threads: 2, suffix: "_fp16" }));

Deno.test("a thread's error reaches the caller as it is, and the thread goes on", () =>
  withText(async (text) => {
    const stream = new WorkerStream({ ...text.tower.shape, threads: 1 }, startStream);
    try {
      const blocks = await Array.fromAsync(text.tower.rowBlocks());
      const [{ complete, project }] = blocks as [typeof blocks[0]];
      const spoilt = { project, complete: [{ ...complete[0]!, bytes: new Uint8Array([1, 2, 3]) }] };
      await assertRejectsCode(
        () => stream.add(spoilt),
        "session-refused",
        `Cannot load "${TINY.model}/onnx/text_model.onnx" in ONNX Runtime`,
      );
      for (const models of blocks) await stream.add(models);
      const work = {
        kind: "patch" as const,
        x: new Float32Array(),
        schedule: { baseSequences: [], starts: [], sequences: [] },
      };
      assertEquals(await stream.run({ ...work, runs: [] }), new Float32Array());
    } finally {
      await stream.release();
    }
  }));

Deno.test("a sweep whose threads are released under it says so", () =>
  withText(async (text) => {
    const streams = await SweepStreams.open(text.tower, 2);
    const sweeping = fastSweep(streams, manyPairs(text), "resid");
    await sweeping.next();
    const next = sweeping.next();
    await streams.release();
    await assertRejectsCode(
      async () => {
        await next;
        await Array.fromAsync(sweeping);
      },
      "tower-released",
      "Cannot run the text tower: it was released",
    );
  }));

Deno.test({
  name: "a thread that cannot start says which permission it lacks",
  permissions: { read: [FIXTURES], ffi: true, env: true },
  fn: () =>
    withText(async (text) => {
      await assertRejectsCode(
        () => SweepStreams.open(text.tower, 2),
        "thread-stopped",
        "Cannot work in a thread of its own: Requires read access to ",
      );
    }),
});

Deno.test("a program that does not release its threads still ends", async () => {
  const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const program = `
    import { Clip } from ${url("../../../../lib/runtime/clip.ts")};
    import { SweepStreams } from ${url("../../../../lib/experiments/sweep/streams/streams.ts")};
    const clip = await Clip.load(${JSON.stringify(TINY.model)}, { towers: ["text"] });
    await SweepStreams.open(clip.text.tower, 2);
    console.log("done");`;
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, program);
    const config = fileURLToPath(new URL("../../../../deno.json", import.meta.url));
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", "--config", config, path],
      signal: AbortSignal.timeout(30_000),
    }).output();
    assertEquals([code, new TextDecoder().decode(stdout)], [0, "done\n"]);
  } finally {
    await Deno.remove(path);
  }
});
