import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { generalChanges } from "../../../lib/engine/changes/general_changes.ts";
import type { ChangedResult } from "../../../lib/engine/changes/groups.ts";
import { type ChangedRun, knockOut, patch } from "../../../lib/hooks/interventions.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { assertClose } from "../../assert_close.ts";
import { TINY } from "../../studies.ts";
import { NAMES, randomGroups } from "./random_runs.ts";
import { collected, DEEPER, embeddingsOf, fast, withStreams } from "./results.ts";

for (const [model, options] of [[TINY.model, {}], [DEEPER, { blocks: 2, runs: 20 }]] as const) {
  Deno.test(`fastChanges() gives random changes the embeddings of the general engine, ${model === DEEPER ? 6 : 3} blocks`, () =>
    withStreams(async (text, streams) => {
      const groups = randomGroups(text, 0, options);
      assertClose(
        embeddingsOf(await fast(text.tower, streams, groups)),
        embeddingsOf(await collected(generalChanges(text.tower, groups))),
      );
    }, { model }));
}

for (
  const [model, residual] of [[TINY.model, false], [TINY.model, true], [DEEPER, false]] as const
) {
  Deno.test(`fastChanges() gives a run the same bits whatever other runs and groups there are, ${model === DEEPER ? 6 : 3} blocks, residual ${residual}`, () =>
    withStreams(async (text, streams) => {
      const { tower } = text;
      const groups = randomGroups(text, 2000, { residual });
      const together = await fast(tower, streams, groups);
      const random = seededRandom(1);
      const order = groups.map(({ runs }) => random.shuffle([...runs.keys()]));
      const halves = groups.toReversed().flatMap(({ sentences, runs }, i) => {
        const own = order[groups.length - 1 - i]!.map((place) => runs[place]!);
        return [{ sentences, runs: own.slice(0, 17) }, { sentences, runs: own.slice(17) }];
      });
      const apart = await fast(tower, streams, halves);
      assertEquals(apart.size, together.size);
      for (const { index, place, embedding, equals } of apart.values()) {
        const group = groups.length - 1 - Math.floor(index / 2);
        const name = `${group}: ${order[group]![place + 17 * (index % 2)]!}`;
        assertEquals({ embedding, equals }, pick(together.get(name)!), name);
      }
      for (const [name, result] of together) {
        if (random.below(20) > 0) continue; // some alone
        const { sentences, runs } = groups[result.index]!;
        const alone = await fast(tower, streams, [{ sentences, runs: [runs[result.place]!] }]);
        assertEquals(pick(alone.get("0: 0")!), pick(result), name);
      }
    }, { model }));
}

function pick({ embedding, equals }: ChangedResult) {
  return { embedding, equals };
}

Deno.test("fastChanges() takes keys away from several heads of a block, each in its own way", () =>
  withStreams(async (text, streams) => {
    const pattern = "blocks.1.attn.hook_pattern";
    const ways = [{ key: 1 }, { key: 1, renormalize: true }, { key: 3 }, { key: 2, query: [2, 4] }];
    const runs = ways.flatMap((first) =>
      ways.map((second, i): ChangedRun => ({
        of: "negated",
        changes: [
          patch("blocks.1.attn.hook_q", { head: 1, position: [2, 3], from: "third" }),
          knockOut(pattern, { head: i % 2, ...first }),
          knockOut(pattern, { head: 1 - i % 2, ...second }),
        ],
      }))
    );
    const groups = [{ ...randomGroups(text, 1)[0]!, runs }];
    assertClose(
      embeddingsOf(await fast(text.tower, streams, groups)),
      embeddingsOf(await collected(generalChanges(text.tower, groups))),
    );
  }));

for (const [model, blocks] of [[TINY.model, 3], [DEEPER, 1]] as const) {
  Deno.test(`fastChanges() says which runs must equal a sentence's own, bit by bit, and says so of no other, ${model === DEEPER ? 6 : 3} blocks`, () =>
    withStreams(async (text, streams) => {
      const groups = [0, 1, 2].map((seed) => ({
        seed,
        ...randomGroups(text, 3000 + seed, { blocks, runs: 20 })[1]!,
      }))
        .map(({ sentences, runs }) => ({
          sentences,
          runs: [
            ...NAMES.map((of) => ({ of })),
            ...NAMES.map((from) => ({
              of: "third",
              changes: [patch("blocks.0.hook_resid_pre", { from })],
            })),
            ...runs,
          ],
        }));
      const found = await fast(text.tower, streams, groups);
      const general = await collected(generalChanges(text.tower, groups));
      let equal = 0;
      for (const [name, { index, place, embedding, equals }] of found) {
        if (place < 6) assertEquals(equals, NAMES[place % 3], name);
        if (equals === undefined) {
          for (const [i, own] of NAMES.entries()) {
            assertNotEquals(embedding, found.get(`${index}: ${i}`)!.embedding, `${name}, ${own}`);
          }
          continue;
        }
        equal += 1;
        const unchanged = `${index}: ${NAMES.indexOf(equals as typeof NAMES[number])}`;
        assertEquals(embedding, found.get(unchanged)!.embedding, name);
        assertClose(
          new Map([[name, general.get(name)!.embedding]]),
          new Map([[name, general.get(unchanged)!.embedding]]),
        );
      }
      assert(equal > 18 + 3, `${equal}`); // also some of the random ones
    }, { model }));
}
