import { loadStudy } from "../../../lib/opening/load_study.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { patternTable } from "../../../lib/experiments/attend/pattern_table.ts";
import {
  patternRows,
  readPatterns,
  type RowPatterns,
} from "../../../lib/experiments/attend/patterns.ts";
import type { Pair } from "../../../lib/data/pairs.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { openInputs } from "../../../lib/opening/choice/open_inputs.ts";
import { sentencePairKey } from "../../../lib/study/rows/prepare.ts";
import type { Study } from "../../../lib/study/study.ts";
import { SIGLIP_TINY, type Study as StudyFiles, TINY } from "../../studies.ts";
import { attendPairs } from "../measured_rows.ts";

const WEIGHT = 1e-4; // weights are rounded to four decimals

async function load(files: StudyFiles, shard?: { k: number; n: number }): Promise<Study> {
  const { model, pairs: data, images } = files;
  return await loadStudy(await openInputs({ model, data, images, threads: 1, shard }), {
    runtime: nodeRuntime(),
  });
}

/** The weight of a head from a query to a key. */
function weightOf(
  { causal, ...sentences }: RowPatterns,
  { sentence, head, query, key }: {
    readonly sentence: "negated" | "affirmative";
    readonly head: number;
    readonly query: number;
    readonly key: number;
  },
): number {
  const { positions, weights } = sentences[sentence];
  const place = causal ? query * (query + 1) / 2 + key : query * positions.length + key;
  return weights[head]![place]!;
}

for (const files of [TINY, SIGLIP_TINY]) {
  Deno.test(`readPatterns() has weights that add up to 1, and the differences of attendPairs(), in ${files.label}`, async () => {
    await using study = await load(files);
    const patterns = await readPatterns(study);
    const sided = new Set(study.pairs.map((pair) => `${pair.negation} ${sentencePairKey(pair)}`));
    assertEquals(patterns.size, sided.size);
    const heads = await attendPairs(study.text, study.sentencePairs);
    for (const { pair, aligned } of study.rows) {
      const own = patterns.get(pair.id);
      if (own === undefined) continue;
      assertEquals(own.causal, files === TINY);
      const differences = heads[study.sentencePairs.indexOf(aligned)]!;
      const { positions, tokens } = own.negated;
      assertEquals(positions.length, aligned.roles.filter((role) => role !== "pad").length);
      assertEquals(tokens, positions.map((position) => aligned.negated.tokens[position]!));
      const key = aligned.negator;
      differences.forEach(({ byQuery }, head) => {
        for (let query = key; query < aligned.roles.indexOf("eot"); query++) {
          const [no, some] = (["negated", "affirmative"] as const).map((sentence) =>
            weightOf(own, { sentence, head, query, key })
          );
          assertAlmostEquals(no! - some!, byQuery[query]!, WEIGHT);
        }
        if (files !== TINY) return; // padding has a share of the rest
        const query = positions.length - 1;
        const sum = positions.reduce(
          (all, key) => all + weightOf(own, { sentence: "affirmative", head, query, key }),
          0,
        );
        assertAlmostEquals(sum, 1, positions.length * WEIGHT);
      });
    }
  });
}

Deno.test("readPatterns() reads in a shard those of the whole run's rows that are its own", async () => {
  await using whole = await load(TINY);
  const all = await readPatterns(whole);
  for (const k of [1, 2]) {
    await using shard = await load(TINY, { k, n: 2 });
    const own = await readPatterns(shard);
    const ids = new Set(shard.pairs.map(({ id }) => id));
    assertEquals([...own], [...all].filter(([id]) => ids.has(id)));
  }
});

Deno.test("patternRows() takes rows of each side at equal distances, and no sentence pair of a side twice", () => {
  const row = (id: number, side: "caption" | "foil", sentence: string): Pair => ({
    ...{ id: `${id}`, image: "", negation: side },
    ...side === "foil"
      ? { caption: `a ${sentence}`, foil: `no ${sentence}` }
      : { caption: `no ${sentence}`, foil: `a ${sentence}` },
  });
  const pairs = Array.from({ length: 40 }, (_, i) => row(i, "foil", `${Math.floor(i / 2)}`));
  pairs.push(row(50, "caption", "0"), row(51, "caption", "0"));
  assertEquals([...patternRows(pairs, 4)], ["0", "10", "20", "30", "50"]);
  assertEquals(patternRows(pairs).size, 9);
});

Deno.test("patternTable() has the four heads of a row's side that prefer the negator most, and every query and key of both sentences", () => {
  const sentence = (tokens: readonly string[]) => ({
    ...{ positions: [0, 1], tokens },
    weights: Array.from({ length: 6 }, (_, head) => [1, head / 10, 1 - head / 10]),
  });
  const patterns = {
    ...{ causal: true, negated: sentence(["<s>", "no"]), affirmative: sentence(["<s>", "a"]) },
  };
  const pair = { id: "r", image: "", negation: "foil", caption: "a", foil: "no" } as const;
  const heads = [0.1, 0.5, 0.2, 0.4, 0.3, 0].map((selectivity, i) => ({
    ...{ negation: "foil" as const, layer: Math.floor(i / 2) + 1, head: i % 2 + 1, selectivity },
    above_baseline: i === 1 ? 0.01 : undefined, // as much with the sentences exchanged
  }));
  const others = heads.map((head) => ({ ...head, negation: "caption" as const, selectivity: 1 }));
  const { rows } = patternTable([{ pair, patterns }, { pair }], [...others, ...heads]);
  assertEquals(rows.length, 4 * 2 * 3);
  const named = new Set(rows.map(({ layer, head }) => `${layer}.${head}`));
  assertEquals([...named], ["2.2", "3.1", "2.1", "1.1"]);
  assertEquals(rows[5], {
    ...{ id: "r", negation: "foil", layer: 2, head: 2, sentence: "affirmative" },
    ...{ query: 1, query_token: "a", key: 1, key_token: "a", weight: 0.7 },
  });
  assert(rows.every(({ query, key }) => key <= query));
});
