import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { runVariants } from "../../../lib/engine/run/variants.ts";
import { patch, zero } from "../../../lib/hooks/interventions.ts";
import { idsInput } from "../../../lib/engine/run/run_lists.ts";
import { EXPORTS, TINY, WEIGHTS, withClip } from "../../studies.ts";

const SENTENCES = [
  "There are no dogs.",
  "There is some bread on the table.",
  "There are some dogs.",
];

/** Entries of unit vectors, from float32 sums in another batch. */
const ROUNDING = 2e-6;

for (const form of [...EXPORTS, WEIGHTS]) {
  Deno.test(`runVariants() gives the embeddings of single runs with interventions, form "${form}"`, () =>
    withClip(TINY, async ({ text }) => {
      const hook = "blocks.1.attn.hook_z";
      const { cache } = await text.runWithCache(SENTENCES, [hook]);
      const from = (row: number) => cache.row(hook, row);
      const changes = [
        [],
        [zero("blocks.0.hook_mlp_out", { position: 2 })],
        [patch(hook, { head: 1, position: 3, from: cache }), zero("blocks.2.hook_mlp_out", {})],
      ];
      const jobs = SENTENCES.map((sentence, row) => ({
        ...jobOf(text, sentence),
        variants: [
          { changes: new Map(), keep: [hook] },
          { changes: new Map([["blocks.0.hook_mlp_out", zeroPosition(2)]]) },
          {
            changes: new Map([
              ["blocks.2.hook_mlp_out", (value: { data: Float32Array }) => void value.data.fill(0)],
              [hook, (value: { data: Float32Array }) => {
                const place = from(row).row(3).row(1);
                value.data.set(place.data, (3 * 2 + 1) * 8);
              }],
            ]),
          },
        ],
      }));
      const results = (await Array.fromAsync(runVariants(text.tower, jobs, idsInput))).flat();
      assertEquals(results.length, SENTENCES.length * changes.length);
      for (const { job, variant, embedding, kept } of results) {
        const interventions = changes[variant]!;
        const alone = variant === 2
          ? await text.run([SENTENCES[job]!], { interventions: interventions.slice(1) })
          : await text.run([SENTENCES[job]!], { interventions });
        embedding.forEach((x, i) => assertAlmostEquals(x, alone.data[i]!, ROUNDING));
        if (variant === 0) assertEquals(kept.get(hook)!.data, from(job).data);
      }
    }, form));
}

function jobOf(text: TextTower, sentence: string) {
  const ids = text.encode(sentence);
  return { of: ids, positions: ids.length };
}

/** Sets the values of a position to 0. */
function zeroPosition(position: number) {
  return ({ data, shape }: { data: Float32Array; shape: readonly number[] }) =>
    void data.fill(0, position * shape[1]!, (position + 1) * shape[1]!);
}

Deno.test("runVariants() gives a run the same bits whatever else is in its batch", () =>
  withClip(TINY, async ({ text }) => {
    const variant = (position: number) => ({
      changes: new Map([["blocks.1.hook_mlp_out", zeroPosition(position)]]),
    });
    const many = SENTENCES.map((sentence) => ({
      ...jobOf(text, sentence),
      variants: Array.from({ length: 400 }, (_, i) => variant(i % 6)),
    }));
    const alone = SENTENCES.map((sentence) => ({
      ...jobOf(text, sentence),
      variants: [variant(4)],
    }));
    const together = (await Array.fromAsync(runVariants(text.tower, many, idsInput))).flat();
    for (const [job, own] of alone.entries()) {
      const [result] = (await Array.fromAsync(runVariants(text.tower, [own], idsInput))).flat();
      const same = together.filter((other) => other.job === job && other.variant % 6 === 4);
      assertEquals(same.length, 66);
      for (const { embedding } of same) assertEquals(embedding, result!.embedding);
    }
  }));
