import { assert, assertEquals } from "@std/assert";
import { allNodes, type Node } from "../../../../lib/experiments/nodes/node.ts";
import { generalSwap } from "../../../../lib/experiments/sweep/swap/general_swap.ts";
import { swapEngine } from "../../../../lib/experiments/sweep/swap/swap_nodes.ts";
import type {
  SwapPair,
  SwappedRun,
  SwapResult,
} from "../../../../lib/experiments/sweep/swap/swapped_run.ts";
import { fastSwap } from "../../../../lib/experiments/sweep/swap/fast_swap.ts";
import { SweepStreams } from "../../../../lib/experiments/sweep/streams/streams.ts";
import type { TextTower } from "../../../../lib/model/text/text_tower.ts";
import { seededRandom } from "../../../../lib/stats/random.ts";
import { FORMS, TINY, withClip } from "../../../studies.ts";
import { assertClose } from "../assert_close.ts";
import { randomTokens, tokenPair } from "../random_pairs.ts";

/** Pairs that begin alike, and others; runs of single nodes, of random sets, of none and of all. */
function pairsOf(text: TextTower): SwapPair[] {
  const nodes = allNodes(text.tower.shape);
  const random = seededRandom(11);
  const bodies = [
    randomTokens(6, 1),
    [...randomTokens(6, 1).slice(0, 4), ...randomTokens(2, 2)],
    randomTokens(9, 3),
    randomTokens(4, 4),
  ];
  return bodies.map((body, i) => {
    const { pair } = tokenPair(text, body, { negator: i === 2 ? 5 : 3 });
    const runs = (["negated", "affirmative"] as const).flatMap((sentence): SwappedRun[] => [
      ...[[], nodes].map((nodes): SwappedRun => ({ sentence, nodes })),
      ...nodes.map((node): SwappedRun => ({ sentence, nodes: [node] })),
      ...nodes.flatMap((node) =>
        [3, 4, pair.negated.ids.length - 1].map((position): SwappedRun => (
          { sentence, nodes: [node], position }
        ))
      ),
      ...Array.from({ length: 6 }, (): SwappedRun => (
        { sentence, nodes: nodes.filter(() => random.below(2) === 0) }
      )),
    ]);
    return { pair, runs };
  });
}

async function collect(
  batches: AsyncIterable<SwapResult[]>,
): Promise<Map<string, Float32Array>> {
  const results = (await Array.fromAsync(batches)).flat();
  const found = new Map(
    results.map(({ index, run, embedding }) => [`pair ${index}, run ${run}`, embedding]),
  );
  assertEquals(found.size, results.length);
  return found;
}

for (const form of FORMS) {
  Deno.test(`fastSwap() gives the embeddings of generalSwap(), form "${form}"`, () =>
    withClip(TINY, async ({ text }) => {
      const pairs = pairsOf(text);
      const { streams } = await swapEngine(text, []);
      assert(streams !== undefined);
      const found = await collect(fastSwap(streams, pairs));
      assertEquals(found.size, pairs.reduce((sum, { runs }) => sum + runs.length, 0));
      assertClose(found, await collect(generalSwap(text.tower, pairs)));
    }, form));
}

Deno.test("fastSwap() gives a run the same bits whatever other runs and streams there are", () =>
  withClip(TINY, async ({ text }) => {
    const pairs = pairsOf(text);
    const { streams } = await swapEngine(text, []);
    const together = await collect(fastSwap(streams!, pairs));
    await using two = await SweepStreams.open(text.tower, 2, { atMlp: true }).then((opened) => ({
      opened,
      [Symbol.asyncDispose]: () => opened.release(),
    }));
    assertEquals(await collect(fastSwap(two.opened, pairs)), together);
    const random = seededRandom(3);
    for (const [index, { pair, runs }] of pairs.entries()) {
      const some = [...runs.keys()].filter(() => random.below(9) === 0);
      const alone = await collect(
        fastSwap(streams!, [{ pair, runs: some.map((run) => runs[run]!) }]),
      );
      some.forEach((run, i) =>
        assertEquals(alone.get(`pair 0, run ${i}`), together.get(`pair ${index}, run ${run}`))
      );
    }
  }));

Deno.test("fastSwap() divides the runs of a pair among groups if they are too many for one", () =>
  withClip(TINY, async ({ text }) => {
    const { pair } = tokenPair(text, randomTokens(6, 5));
    const nodes: readonly Node[] = [{ kind: "head", layer: 1, head: 2 }];
    const runs = Array.from({ length: 4000 }, (): SwappedRun => ({ sentence: "negated", nodes }));
    const { streams } = await swapEngine(text, []);
    const found = await collect(fastSwap(streams!, [{ pair, runs }]));
    assertEquals(found.size, runs.length);
    for (const embedding of found.values()) assertEquals(embedding, found.get("pair 0, run 0"));
  }));
