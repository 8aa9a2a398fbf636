import { sumOf } from "../../../lib/stats/columns.ts";
/** The split of a head's score: against the scores of the run, against a head's circuits, and where there is nothing to split. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  firstLooks,
  pairName,
  readSplit,
  sendersTo,
} from "../../../lib/experiments/attend/attend.ts";
import { decomposeResidual, stackHeadResults } from "../../../lib/engine/graph/residual_stack.ts";
import { headCircuits } from "../../../lib/engine/weights/weights.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { type Intervention, patch, zero } from "../../../lib/hooks/interventions.ts";
import { Study } from "../../../mod.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { attendPairs } from "../measured_rows.ts";
import { type AlignedPair, preparePairs } from "../../../lib/study/rows/prepare.ts";
import {
  chosen,
  SIGLIP_TINY,
  SMALL,
  STANDARD_PAIRS,
  type Study as StudyFiles,
  studyPairs,
  TINY,
  WEIGHTS,
} from "../../studies.ts";

interface Opened {
  readonly text: TextTower;
  readonly epsilon: number;
  readonly pairs: readonly AlignedPair[];
}

/** What is looked at: a model in a form, or rows of another protocol. */
interface Case {
  readonly study: StudyFiles;
  readonly form?: string;
  readonly protocol?: "standard";
}

async function withText(
  { study, form = "", protocol }: Case,
  use: (opened: Opened) => Promise<void>,
): Promise<void> {
  const clip = await Clip.load(study.model, { ...chosen(form), towers: ["text"] });
  try {
    const rows = await studyPairs(study, protocol && { file: STANDARD_PAIRS, protocol });
    const pairs = preparePairs(clip.text, rows, { protocol: protocol ?? "rephrased" }).distinct;
    await use({ text: clip.text, epsilon: clip.config.text.layerNormEps, pairs });
  } finally {
    await clip.release();
  }
}

/** All heads of all pairs from all positions that see the negator, split, with the runs of both sentences. */
async function allLooks({ text, pairs }: Opened, hooks: readonly string[]) {
  const { layers, heads } = text.tower.shape;
  const splits = await Promise.all(Array.from({ length: layers * heads }, async (_, i) => {
    const split = await readSplit(text, { layer: Math.floor(i / heads) + 1, head: i % heads + 1 });
    return split!;
  }));
  const sentences = pairs.flatMap((pair) => [pair.negated.sentence, pair.affirmative.sentence]);
  const read = [...new Set([...splits.flatMap(({ hooks }) => hooks), ...hooks])];
  const { cache } = await text.runWithCache(sentences, read);
  const found = pairs.flatMap((pair, i) => {
    const runs = [2 * i, 2 * i + 1].map((row) => (hook: string) => cache.row(hook, row));
    const queries = [...pair.alignment.keys()]
      .filter((query) => query >= pair.negator || !text.family.causal);
    return splits.flatMap(({ layer, head, parts }) =>
      queries.map((query) => (
        { pair, row: 2 * i, layer, head, query, parts: parts(pair, query, runs) }
      ))
    );
  });
  return { cache, found };
}

const CASES: readonly Case[] = [
  { study: TINY },
  { study: TINY, form: WEIGHTS },
  { study: TINY, protocol: "standard" },
  { study: SMALL },
  { study: SIGLIP_TINY },
];

for (const own of CASES) {
  const { study, form = "", protocol = "" } = own;
  Deno.test({
    name: `split() adds up to what the run's scores differ by, ${study.label} ${form}${protocol}`,
    ignore: !study.exists,
    fn: () =>
      withText(own, async (opened) => {
        const hooks = ["blocks.*.attn.hook_attn_scores"];
        const { cache, found } = await allLooks(opened, hooks);
        const { layers, heads } = opened.text.tower.shape;
        let [errors, rests, differences] = [0, 0, 0];
        for (const { pair: { alignment, negator }, row, layer, head, query, parts } of found) {
          if (parts.length === 0) continue;
          const scores = (of: number) =>
            cache.row(`blocks.${layer - 1}.attn.hook_attn_scores`, of).row(head - 1);
          const difference = scores(row).at(query, negator) -
            scores(row + 1).at(alignment[query]!, alignment[negator]!);
          const { length } = sendersTo(layer, heads);
          assertEquals(parts.length, 2 * length);
          errors += (sumOf(parts) - difference) ** 2;
          rests += (parts[length - 1]! + parts.at(-1)!) ** 2;
          differences += difference ** 2;
        }
        const isLast = found.some(({ layer, parts }) => layer === layers && parts.length > 0);
        assert(isLast && differences > 0);
        // the run's own numbers are in single precision, of 6e-8
        assert(Math.sqrt(errors / differences) < 1e-6, "the scores");
        assert(Math.sqrt(rests / differences) < 1e-6, "senders and scales");
        const none = found.filter(({ parts }) => parts.length === 0);
        assertEquals(none.length > 0, protocol === "standard"); // inserted negators have no twin
      }),
  });
}

Deno.test("split() gives each sender what the head's QK circuit makes of its vectors", () =>
  withText({ study: TINY }, async (opened) => {
    const { text, epsilon } = opened;
    const { heads } = text.tower.shape;
    const hooks = ["blocks.*.attn.hook_result", "blocks.*.hook_*", "hook_embed", "hook_pos_embed"];
    const { cache, found } = await allLooks(opened, hooks);
    const own = found.filter(({ layer, head, pair: { negator }, query }) =>
      layer === 3 && head === 2 && query === negator + 1
    );
    const { qk, qkQuery, qkKey } = await headCircuits(text.weights, 2, 1);
    const gain = (await text.weights.get("blocks.2.ln1.w")).data;
    const shift = (await text.weights.get("blocks.2.ln1.b")).data;
    const centred = (x: Float64Array) => {
      const mean = sumOf(x) / x.length;
      return x.map((value, i) => (value - mean) * gain[i]!);
    };
    const sigma = (x: Float64Array) => {
      const mean = sumOf(x) / x.length;
      return Math.sqrt(sumOf(x.map((value) => (value - mean) ** 2)) / x.length + epsilon);
    };
    const dotOf = (a: ArrayLike<number>, b: ArrayLike<number>) =>
      sumOf(Array.from(a, (x, i) => x * b[i]!));
    for (const { pair: { alignment, negator }, row, query, parts: ofSenders } of own) {
      const both = [
        { row, key: negator, query },
        { row: row + 1, key: alignment[negator]!, query: alignment[query]! },
      ];
      const stream = (end: "key" | "query") =>
        both.map((at) =>
          Float64Array.from(cache.row("blocks.2.hook_resid_pre", at.row).row(at[end]).data)
        );
      const normed = (x: Float64Array) => {
        const scale = sigma(x);
        return centred(x).map((value, i) => value / scale + shift[i]!);
      };
      const expected = (["key", "query"] as const).flatMap((end) => {
        const others = stream(end === "key" ? "query" : "key").map(normed);
        const directions = others.map((y) =>
          Float64Array.from(
            gain,
            (_, i) =>
              sumOf(y.map((value, j) => value * (end === "key" ? qk.at(j, i) : qk.at(i, j)))),
          )
        );
        const constant = end === "key" ? qkKey : qkQuery;
        const direction = directions[0]!.map((x, i) =>
          (x + directions[1]![i]!) / 2 + constant.data[i]!
        );
        const [by, byTwins] = stream(end).map((x) => 1 / sigma(x)) as [number, number];
        const vectors = both.map((at) => {
          const whole = decomposeResidual(cache, { layer: 2, row: at.row });
          const ofHeads = stackHeadResults(cache, { layer: 2, row: at.row });
          const labels = [
            ...["embed", "pos_embed"],
            ...[0, 1].flatMap((block) => [
              ...Array.from({ length: heads }, (_, head) => `L${block}H${head}`),
              `${block}_mlp_out`,
            ]),
          ];
          return labels.map((label) => {
            const stack = ofHeads.labels.includes(label) ? ofHeads : whole;
            return stack.values.row(stack.labels.indexOf(label)).row(at[end]).data;
          });
        });
        const parts = vectors[0]!.map((vector, i) => {
          const change = Float64Array.from(vector, (x, j) => x - vectors[1]![i]![j]!);
          return (by + byTwins) / 2 * dotOf(direction, centred(change));
        });
        const [x, y] = stream(end) as [Float64Array, Float64Array];
        const mean = x.map((value, i) => (value + y[i]!) / 2);
        return [...parts, (by - byTwins) * dotOf(direction, centred(mean)), 0];
      });
      const size = Math.max(...expected.map(Math.abs));
      ofSenders.forEach((part, i) => assertAlmostEquals(part, expected[i]!, 1e-5 * size)); // float32 sums over the width
    }
    assert(own.length >= 4);
  }));

Deno.test("readSplit() reads nothing where the graph lacks a weight or a value", async () => {
  const without = (weight: string, hook: string) =>
    readSplit({
      weights: { unreachable: new Set([weight]) },
      tower: { unreachable: new Set([hook]) },
      family: { causal: true },
    } as unknown as TextTower, { layer: 2, head: 1 });
  assertEquals(await without("blocks.0.attn.W_O", ""), undefined);
  assertEquals(await without("", "blocks.1.hook_resid_pre"), undefined);
});

Deno.test("firstLooks() splits those with the largest mean difference above the exchanged sentences, from the query of the largest, the same in all shards", () =>
  withText({ study: TINY }, async ({ text, pairs }) => {
    const drawn = await studyPairs(TINY);
    const heads = await attendPairs(text, pairs);
    const means = heads[0]!.map(({ layer, head }, i) => {
      const sum = heads.reduce((sum, own) => sum + own[i]!.largest - own[i]!.swapped!, 0);
      return { layer, head, mean: sum / heads.length };
    }).filter(({ mean }) => mean >= 0.05).sort((a, b) => b.mean - a.mean);
    const looks = await firstLooks(text, { drawn, protocol: "rephrased" });
    assertEquals(looks.size, pairs.length);
    const { found } = await allLooks({ text, pairs, epsilon: 0 }, []);
    for (const [i, pair] of pairs.entries()) {
      const own = looks.get(pairName(pair))!;
      assertEquals(own.map(({ layer, head }) => [layer, head]), [
        ...means.slice(0, 3).map(({ layer, head }) => [layer, head]),
      ]);
      for (const { layer, head, parts } of own) {
        const { byQuery, largest } = heads[i]!.find((other) =>
          other.layer === layer && other.head === head
        )!;
        const query = byQuery.lastIndexOf(largest);
        const expected = found.find((look) =>
          look.pair === pair && look.layer === layer && look.head === head && look.query === query
        );
        assertEquals(parts, expected!.parts);
      }
    }
  }));

Deno.test("attend says that planted heads look because of the word, and split() what keeps a backup from looking", async () => {
  await using study = await Study.open({ model: "planted/backup" });
  const { looks } = (await study.run("attend")).tables;
  assertEquals(
    looks.rows.filter(({ share }) => Math.abs(share!) > 1e-6)
      .map(({ layer, head, at, sender, n }) => [layer, head, at, sender, n]),
    [[1, 2, "key", "embedding", study.pairs.length]],
  );
  const { text, sentencePairs: [pair] } = study;
  const backup = (await readSplit(text, { layer: 2, head: 4 }))!;
  const both = [pair!.negated.sentence, pair!.affirmative.sentence];
  const senders = sendersTo(2, text.tower.shape.heads);
  const partsWith = async (interventions: readonly Intervention[]) => {
    const { cache } = await text.runWithCache(both, backup.hooks, { interventions });
    const runs = [0, 1].map((row) => (hook: string) => cache.row(hook, row));
    return backup.parts(pair!, pair!.negator + 1, runs);
  };
  const parts = await partsWith([]);
  const at = senders.length + senders.indexOf("1.2"); // it acts only where 1.2 has not brought negation to the token that looks
  assert(parts[0]! > 10 && parts[at]! < -100);
  const others = parts.filter((_, i) => i > 0 && i !== at);
  assert(others.every((part) => Math.abs(part) < 1e-5)); // of 181, in single precision
  const without = await partsWith([zero("blocks.0.attn.hook_z", { head: 1 })]);
  assertAlmostEquals(without[at]!, 0, 1e-5);
  assertAlmostEquals(sumOf(without), without[0]!, 1e-4);
  assert(without[0]! > 100); // the word alone makes it look
});

Deno.test("without the embedding of “no” in its keys, d loses as much as without the attention of head 1.2", async () => {
  await using study = await Study.open({ limit: 60 });
  const { looks } = (await study.run("attend")).tables;
  const heads = Map.groupBy(looks.rows, ({ layer, head }) => `${layer}.${head}`);
  assertEquals([...heads.keys()], ["1.2", "1.3", "6.2"]); // those that look most first
  for (const own of heads.values()) {
    assertAlmostEquals(sumOf(own.map(({ share }) => share!)), 1, 1e-12);
  }
  const [embedding] = heads.get("1.2")!;
  assertEquals([embedding!.at, embedding!.sender], ["key", "embedding"]);
  assert(embedding!.share_low! > 1); // the scale takes back some
  // at layer 1 nothing but the embedding differs between the keys, and with it the layer norm's scale
  const key = patch("blocks.0.attn.hook_k", { head: 1, position: "negator", from: "affirmative" });
  const look = patch("blocks.0.attn.hook_pattern", { head: 1, from: "affirmative" });
  const { summary } = await study.sweep([
    { name: "key", of: "negated", changes: [key] },
    { name: "look", of: "negated", changes: [look] },
  ]);
  const shareOf = (negation: string, run: string) =>
    summary.rows.find((row) =>
      row.negation === negation && row.run === run && row.segment === "all"
    )!.share!;
  for (const negation of ["foil", "caption"]) {
    const [ofKey, ofLook] = [shareOf(negation, "key"), shareOf(negation, "look")];
    assert(ofLook > 0.4 && Math.abs(ofKey - ofLook) < 0.03, `${negation} ${ofKey} ${ofLook}`);
  }
});
