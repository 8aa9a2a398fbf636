import { assert, assertEquals } from "@std/assert";
import { swapEngine } from "../../../../lib/experiments/sweep/swap/swap_nodes.ts";
import { pathEdges } from "../../../../lib/experiments/sweep/paths/path_edges.ts";
import { generalPaths } from "../../../../lib/experiments/paths/general_paths.ts";
import { fastPaths } from "../../../../lib/experiments/sweep/paths/fast_paths.ts";
import { SweepStreams } from "../../../../lib/experiments/sweep/streams/streams.ts";
import type { TextTower } from "../../../../lib/model/text/text_tower.ts";
import type { AlignedPair } from "../../../../lib/subject/prepare.ts";
import type { GroupResult } from "../../../../lib/subject/once_per_group.ts";
import { FORMS, TINY, withClip } from "../../../studies.ts";
import { assertClose } from "../assert_close.ts";
import { randomTokens, tokenPair } from "../random_pairs.ts";

/** A head of each block, two of the last; the tower has 3 blocks. */
const RECEIVERS = [
  { layer: 1, head: 2 },
  { layer: 2, head: 1 },
  { layer: 3, head: 1 },
  { layer: 3, head: 2 },
];

/** Pairs that begin alike, and others of other lengths and with the negator elsewhere. */
function pairsOf(text: TextTower): AlignedPair[] {
  const first = randomTokens(6, 1);
  const bodies = [
    ...[first, [...first.slice(0, 4), ...randomTokens(2, 2)], first.slice(0, 5)],
    ...[randomTokens(9, 3), randomTokens(4, 4)],
  ];
  return bodies.map((body, i) => tokenPair(text, body, { negator: i === 3 ? 5 : 3 }).pair);
}

async function collect(
  batches: AsyncIterable<readonly GroupResult[]>,
): Promise<Map<string, Float32Array>> {
  const results = (await Array.fromAsync(batches)).flat();
  const found = new Map(
    results.map(({ index, place, embedding }) => [`pair ${index}, path ${place}`, embedding]),
  );
  assertEquals(found.size, results.length);
  return found;
}

for (const form of FORMS) {
  Deno.test(`fastPaths() gives the embeddings of generalPaths(), form "${form}"`, () =>
    withClip(TINY, async ({ text }) => {
      const pairs = pairsOf(text);
      const { streams } = await swapEngine(text, []);
      assert(streams !== undefined);
      const found = await collect(fastPaths(streams, pairs, RECEIVERS));
      assertEquals(found.size, pairs.length * pathEdges(RECEIVERS, 2).length);
      assertClose(found, await collect(generalPaths(text.tower, pairs, RECEIVERS)));
    }, form));
}

Deno.test("fastPaths() gives a pair the same bits whatever other pairs and streams there are", () =>
  withClip(TINY, async ({ text }) => {
    const pairs = pairsOf(text);
    const { streams } = await swapEngine(text, []);
    const together = await collect(fastPaths(streams!, pairs, RECEIVERS));
    const two = await SweepStreams.open(text.tower, 2, { atMlp: true });
    try {
      assertEquals(await collect(fastPaths(two, pairs, RECEIVERS)), together);
    } finally {
      await two.release();
    }
    for (const [index, pair] of pairs.entries()) {
      for (const [name, embedding] of await collect(fastPaths(streams!, [pair], RECEIVERS))) {
        const place = name.replace("pair 0", `pair ${index}`);
        assertEquals(embedding, together.get(place), place);
      }
    }
  }));
