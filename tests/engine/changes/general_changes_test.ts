import { assert, assertEquals } from "@std/assert";
import { generalChanges } from "../../../lib/engine/changes/general_changes.ts";
import type { RunGroup } from "../../../lib/engine/changes/groups.ts";
import {
  type ChangedRun,
  type Intervention,
  patch,
  zero,
} from "../../../lib/hooks/interventions.ts";
import { asRun } from "../../../lib/hooks/selection.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { TINY, withClip } from "../../studies.ts";
import { collected, embeddingsOf } from "./results.ts";

/** Two sentences of other lengths. */
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
  }));

Deno.test("generalChanges() splits long lists of runs into batches without changing a bit", () =>
  withClip(TINY, async ({ text }) => {
    const group = groupOf(text);
    const expected = embeddingsOf(await collected(generalChanges(text.tower, [group])));
    const runs = Array.from({ length: 60 }, () => RUNS).flat();
    const groups = [{ ...group, runs }, group, { ...group, runs: [] }];
    const batches = await Array.fromAsync(generalChanges(text.tower, groups));
    assert(batches.length > 2, `${batches.length} batches`);
    const results = batches.flat();
    assertEquals(results.length, runs.length + RUNS.length);
    for (const { place, embedding } of results) {
      assertEquals(embedding, expected.get(`0: ${place % RUNS.length}`));
    }
    assertEquals(await collected(generalChanges(text.tower, [])), new Map());
  }));
