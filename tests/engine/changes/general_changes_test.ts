import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { generalChanges, runValues } from "../../../lib/engine/changes/general_changes.ts";
import type { ChangedResult, RunGroup } from "../../../lib/engine/changes/groups.ts";
import {
  type ChangedRun,
  type Intervention,
  patch,
  zero,
} from "../../../lib/hooks/interventions.ts";
import { asRun } from "../../../lib/hooks/apply.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { TINY, withClip } from "../../studies.ts";
import { collected, DEEPER, embeddingsOf, fast, withStreams } from "./results.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import { assertClose } from "../../assert_close.ts";
import { NAMES, randomGroups } from "./random_runs.ts";

const SENTENCES = { long: "there are no dogs in the picture", short: "there are dogs" } as const;

const SOURCE: ChangedRun = {
  of: "short",
  changes: [
    patch("blocks.0.attn.hook_z", { head: 1, position: 2, fromPosition: 4, from: "long" }),
    zero("blocks.1.hook_mlp_out", { position: 3 }),
  ],
};

const RUNS: readonly ChangedRun[] = [
  { of: "long" },
  { of: "short", changes: [] },
  { of: "short", changes: [patch("blocks.0.hook_resid_pre", { position: 1, from: "long" })] },
  SOURCE,
  { of: "long", changes: [patch("blocks.1.hook_mlp_out", { position: [1, 3], from: SOURCE })] },
  {
    of: "short",
    changes: [
      patch("blocks.2.hook_resid_post", {
        from: { of: "short", changes: [patch("blocks.1.attn.hook_z", { from: SOURCE })] },
      }),
    ],
  },
  { of: "short", changes: [patch("blocks.*.hook_attn_out", { from: SOURCE })] },
];

function groupOf(text: TextTower): RunGroup {
  const sentences = Object.fromEntries(
    Object.entries(SENTENCES).map(([name, sentence]) => {
      const ids = text.encode(sentence);
      return [name, { ids, pooled: ids.length - 1 }];
    }),
  );
  return { sentences, runs: RUNS };
}

/** A run's changes with caches of single runs in the place of sentences. */
async function alone(text: TextTower, { changes = [] }: ChangedRun): Promise<Intervention[]> {
  return await Promise.all(changes.map(async (change) => {
    if (change.kind !== "patch") return change;
    const from = asRun(change.from as string | ChangedRun);
    const sentence = SENTENCES[from.of as keyof typeof SENTENCES];
    const interventions = await alone(text, from);
    const { cache } = await text.runWithCache([sentence], [change.hook], { interventions });
    return { ...change, from: cache };
  }));
}

Deno.test("generalChanges() gives bit for bit the results of single runs that take values from caches", () =>
  withClip(TINY, async ({ text }) => {
    const found = await collected(generalChanges(text.tower, [groupOf(text)]));
    assertEquals(found.size, RUNS.length);
    for (const [place, run] of RUNS.entries()) {
      const interventions = await alone(text, run);
      const sentence = SENTENCES[run.of as keyof typeof SENTENCES];
      const embeddings = await text.run([sentence], { interventions });
      assertEquals(found.get(`0: ${place}`)!.embedding, embeddings.row(0).data, `${place}`);
    }
    const hooks = ["blocks.2.hook_resid_post"];
    const values = await runValues(text.tower, groupOf(text).sentences, { run: SOURCE, hooks });
    const interventions = await alone(text, SOURCE);
    const { cache } = await text.runWithCache([SENTENCES.short], hooks, { interventions });
    assertEquals(values.get(hooks[0]!).data, cache.get(hooks[0]!).data);
  }));

Deno.test("generalChanges() splits long lists of runs into batches without changing a bit", () =>
  withClip(TINY, async ({ text }) => {
    const group = groupOf(text);
    const expected = embeddingsOf(await collected(generalChanges(text.tower, [group])));
    const runs = Array.from({ length: 60 }, () => RUNS).flat();
    const groups = [{ ...group, runs }, group, { ...group, runs: [] }];
    const batches = await Array.fromAsync(generalChanges(text.tower, groups));
    const sizes = batches.map(({ length }) => length);
    assertEquals(sizes, [122, 291, 14]); // 2,048 tokens hold a sentence of 7 and 291 of its runs
    const results = batches.flat();
    assertEquals(results.length, runs.length + RUNS.length);
    for (const { place, embedding } of results) {
      assertEquals(embedding, expected.get(`0: ${place % RUNS.length}`));
    }
    assertEquals(await collected(generalChanges(text.tower, [])), new Map());
  }));

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
