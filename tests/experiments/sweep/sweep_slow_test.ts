import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Clip } from "../../../lib/runtime/clip.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { fastSweep } from "../../../lib/experiments/sweep/fast/fast_sweep.ts";
import {
  type FastSite,
  fitsFastSweep,
  groupPairs,
} from "../../../lib/experiments/sweep/fast/groups.ts";
import { SweepStreams } from "../../../lib/experiments/sweep/streams/streams.ts";
import { preparePairs } from "../../../lib/subject/prepare.ts";
import { sweep, sweepEngine } from "../../../lib/experiments/sweep/sweep.ts";
import { type Site, traceCells } from "../../../lib/experiments/sweep/trace_cells.ts";
import {
  generalSweep,
  type SweepPair,
  type SweepResult,
} from "../../../lib/experiments/sweep/general_sweep.ts";
import { assertClose } from "./assert_close.ts";
import { randomTokens, tokenPair } from "./random_pairs.ts";
import {
  chosen,
  FORMS,
  formsOf,
  SMALL,
  STANDARD_PAIRS,
  type Study,
  studyPairs,
  TINY,
} from "../../studies.ts";

/** Forms whose pieces compute every row separately in float32. */
const FAST_FORMS = [...FORMS, "_fused"];

/** Loads the text tower of an export, uses it and frees it. */
async function withText(
  study: Study,
  use: (text: TextTower) => Promise<void> | void,
  { suffix = "", threads = 1 } = {},
): Promise<void> {
  const clip = await Clip.load(study.model, { ...chosen(suffix), threads, towers: ["text"] });
  try {
    await use(clip.text);
  } finally {
    await clip.release();
  }
}

async function byCell(batches: AsyncIterable<SweepResult[]>): Promise<Map<string, Float32Array>> {
  const results = (await Array.fromAsync(batches)).flat();
  return new Map(
    results.map((
      { index, cell: { layer, position, head }, embedding },
    ) => [`pair ${index}, layer ${layer}, position ${position}, head ${head}`, embedding]),
  );
}

const opened = new WeakMap<TextTower, Map<number, Promise<SweepStreams>>>();

/** A tower's blocks in a number of streams, opened once. */
function streamsOf(text: TextTower, count: number): Promise<SweepStreams> {
  const own = opened.get(text) ?? new Map<number, Promise<SweepStreams>>();
  opened.set(text, own);
  const streams = own.get(count) ?? SweepStreams.open(text.tower, count);
  own.set(count, streams);
  return streams;
}

async function fast(text: TextTower, pairs: readonly SweepPair[], site: FastSite = "resid") {
  return await byCell(fastSweep(await streamsOf(text, 1), pairs, site));
}

async function general(text: TextTower, pairs: readonly SweepPair[], site: Site = "resid") {
  return await byCell(generalSweep(text.tower, pairs, site));
}

async function sweepPairs(
  text: TextTower,
  study: Study,
  { file = study.pairs, protocol = "rephrased" as "rephrased" | "standard" } = {},
): Promise<SweepPair[]> {
  const pairs = await studyPairs(study, { file, protocol });
  return preparePairs(text, pairs, { protocol }).distinct
    .map((pair) => ({
      pair,
      cells: traceCells(pair, { site: "resid", ...text.tower.shape, ...text.family }),
    }));
}

for (const study of [TINY, SMALL]) {
  for (const suffix of [...formsOf(study), "_fused"]) {
    Deno.test({
      name:
        `fastSweep() gives the embeddings of the general engine with export "${suffix}" of ${study.label}`,
      ignore: !study.exists,
      fn: () =>
        withText(study, async (text) => {
          const engine = await sweepEngine(text);
          assert(engine.streams !== undefined, engine.refusal?.message);
          const pairs = await sweepPairs(text, study);
          assert(pairs.every((pair) =>
            fitsFastSweep(pair, { layers: text.tower.shape.layers, site: "resid" })
          ));
          assertClose(await fast(text, pairs), await general(text, pairs));
        }, { suffix }),
    });
  }
}

for (const [study, longest] of [[TINY, 24], [SMALL, 40]] as const) {
  Deno.test({
    name:
      `fastSweep() gives the embeddings of the general engine at every length from 6 to ${longest} of ${study.label}`,
    ignore: !study.exists,
    fn: () =>
      withText(study, async (text) => {
        const pairs = Array.from(
          { length: longest - 5 },
          (_, i) => tokenPair(text, randomTokens(i + 4, i), { negator: i % 4 + 1 }),
        );
        assertClose(await fast(text, pairs), await general(text, pairs));
      }),
  });
}

/** Pairs of several lengths that begin alike, some of them prefixes of others. */
function kin(text: TextTower): SweepPair[] {
  const stem = randomTokens(12, 1);
  return [
    ...[4, 5, 6, 9, 12].map((length) => tokenPair(text, stem.slice(0, length))),
    ...[4, 6, 8].map((length) => tokenPair(text, [...stem.slice(0, length), 300, 301])),
    tokenPair(text, stem, { some: 7 }),
    tokenPair(text, stem, { negator: 4 }),
  ];
}

Deno.test("fastSweep() gives the embeddings of the general engine for pairs that begin alike", () =>
  withText(TINY, async (text) => {
    assertClose(await fast(text, kin(text)), await general(text, kin(text)));
  }));

for (const suffix of FAST_FORMS) {
  for (const threads of [1, 2]) {
    Deno.test(`fastSweep() gives a pair the same bits alone and among others, export "${suffix}", ${threads} threads`, () =>
      withText(TINY, async (text) => {
        const pairs = kin(text);
        const together = await fast(text, pairs);
        const reversed = await fast(text, pairs.toReversed());
        for (const [index, pair] of pairs.entries()) {
          for (const [place, embedding] of await fast(text, [pair])) {
            const at = (i: number) => place.replace("pair 0", `pair ${i}`);
            assertEquals(together.get(at(index)), embedding, at(index));
            assertEquals(reversed.get(at(pairs.length - 1 - index)), embedding, at(index));
          }
        }
      }, { suffix, threads }));
  }
}

Deno.test("fastSweep() returns only the cells that need a run, and nothing without any", () =>
  withText(TINY, async (text) => {
    const [pair] = kin(text);
    const some = pair!.cells.filter(({ layer, position }) => layer === 2 && position > 4);
    const all = await fast(text, [pair!]);
    const found = await fast(text, [{ pair: pair!.pair, cells: some }]);
    assertEquals(found.size, some.length);
    for (const [place, embedding] of found) assertEquals(embedding, all.get(place));
    assertEquals(await fast(text, []), new Map());
    assertEquals(await fast(text, [{ pair: pair!.pair, cells: [] }]), new Map());
  }));

Deno.test("groupPairs() limits the rows of each group and puts pairs that begin alike together", () =>
  withText(TINY, (text) => {
    const pairs = Array.from(
      { length: 90 },
      (_, i) => tokenPair(text, [...randomTokens(4, i % 3), ...randomTokens(8, i)]),
    );
    for (const streams of [1, 2]) {
      const groups = groupPairs(pairs, { layers: 24, heads: 16, streams, site: "resid" });
      assert(groups.length > 2 && groups.length % streams === 0);
      const members = groups.flatMap((group) => group.members);
      assertEquals(members.toSorted((a, b) => a - b), [...pairs.keys()]);
      const own = 2 * 14 + 23 * (10 + 10 * 11 / 2); // 14 tokens, the negator at 3
      const rows = groups.map((group) => group.rows);
      assert(Math.max(...rows) <= 16_384 / streams + own);
      assert(Math.max(...rows) - Math.min(...rows) <= 2 * own, "nearly one size");
      const stems = members.map((index) => index % 3);
      assertEquals(stems.filter((stem, i) => stem !== stems[i - 1]).length, 3);
    }
  }));

Deno.test("fastSweep() accepts a repeated pair", () =>
  withText(TINY, async (text) => {
    const [pair] = kin(text);
    const alone = await fast(text, [pair!]);
    const thrice = await fast(text, [pair!, pair!, pair!]);
    assertEquals(thrice.size, 3 * alone.size);
    for (const [place, embedding] of thrice) {
      assertEquals(embedding, alone.get(place.replace(/pair \d/, "pair 0")));
    }
  }));

Deno.test("fitsFastSweep() accepts pairs that differ only at the negator, at site resid", () =>
  withText(TINY, async (text) => {
    const { layers } = text.tower.shape;
    const own = tokenPair(text, randomTokens(6, 1));
    assert(fitsFastSweep(own, { layers, site: "resid" }));
    const { pair, cells } = own;
    const differing = { ...pair.affirmative, ids: pair.affirmative.ids.with(5, 9) };
    assert(
      !fitsFastSweep({ pair: { ...pair, affirmative: differing }, cells }, {
        layers,
        site: "resid",
      }),
    );
    const early = { ...pair.affirmative, pooled: 4 };
    assert(
      !fitsFastSweep({ pair: { ...pair, affirmative: early }, cells }, { layers, site: "resid" }),
    );
    assert(!fitsFastSweep({ pair: { ...pair, negator: 4 }, cells }, { layers, site: "resid" }));
    const inner = traceCells(pair, { site: "z", ...text.tower.shape, ...text.family });
    assert(!fitsFastSweep({ pair, cells: inner }, { layers, site: "resid" }));
    const standard = await sweepPairs(text, TINY, { file: STANDARD_PAIRS, protocol: "standard" });
    const fits = standard.map((other) => fitsFastSweep(other, { layers, site: "resid" }));
    const substituted = standard.map(({ pair: { negated, affirmative } }) =>
      negated.ids.length === affirmative.ids.length
    );
    assertEquals(fits, substituted);
    assert(fits.includes(true) && fits.includes(false));
  }));

Deno.test("sweep() chooses the engine pair by pair, regardless of other pairs in the run", () =>
  withText(TINY, async (text) => {
    const standard = await sweepPairs(text, TINY, { file: STANDARD_PAIRS, protocol: "standard" });
    const pairs = [...standard, ...kin(text)];
    const found = await byCell(sweep(text, pairs, "resid"));
    const [byFast, byGeneral] = [new Map<string, Float32Array>(), await general(text, pairs)];
    for (const [index, pair] of pairs.entries()) {
      if (!fitsFastSweep(pair, { layers: text.tower.shape.layers, site: "resid" })) continue;
      for (const [place, embedding] of await fast(text, [pair])) {
        byFast.set(place.replace("pair 0", `pair ${index}`), embedding);
      }
    }
    assertEquals([...found.keys()].sort(), [...byGeneral.keys()].sort());
    for (const [place, embedding] of found) {
      assertEquals(embedding, byFast.get(place) ?? byGeneral.get(place), place);
    }
  }));

Deno.test("sweep() leaves other sites to the general engine", () =>
  withText(TINY, async (text) => {
    for (const site of ["resid_mid", "attn_out", "mlp_out"] as const) {
      const pairs = atSite(text, kin(text).slice(0, 2), site);
      assertEquals(await byCell(sweep(text, pairs, site)), await general(text, pairs, site));
    }
  }));

/** The same pairs with the cells of another site. */
function atSite(text: TextTower, pairs: readonly SweepPair[], site: Site): SweepPair[] {
  return pairs.map(({ pair }) => ({
    pair,
    cells: traceCells(pair, { site, ...text.tower.shape, ...text.family }),
  }));
}

for (const study of [TINY, SMALL]) {
  for (const suffix of [...formsOf(study), "_fused"]) {
    Deno.test({
      name:
        `fastSweep() gives the heads' embeddings of the general engine with export "${suffix}" of ${study.label}`,
      ignore: !study.exists,
      fn: () =>
        withText(study, async (text) => {
          const some = (await sweepPairs(text, study)).slice(0, 3);
          const pairs = atSite(text, some, "z");
          const { layers } = text.tower.shape;
          assert(pairs.every((pair) => fitsFastSweep(pair, { layers, site: "z" })));
          assertClose(await fast(text, pairs, "z"), await generalHeads(text, pairs, suffix));
        }, { suffix }),
    });
  }
}

/** One export has fused attention, so that the general engine cannot stop at z there; the plain export has the same weights. */
async function generalHeads(text: TextTower, pairs: readonly SweepPair[], suffix: string) {
  if (suffix !== "_fused") return await general(text, pairs, "z");
  const expected: Map<string, Float32Array>[] = [];
  const study = text.tower.path.startsWith(TINY.model) ? TINY : SMALL;
  await withText(study, async (plain) => void expected.push(await general(plain, pairs, "z")));
  return expected[0]!;
}

Deno.test("fastSweep() gives the general engine's head embeddings of pairs that begin alike, with the same bits alone and in two threads", () =>
  withText(TINY, async (text) => {
    const pairs = atSite(text, kin(text), "z");
    const together = await fast(text, pairs, "z");
    assertClose(together, await general(text, pairs, "z"));
    const threads = await byCell(fastSweep(await streamsOf(text, 2), pairs, "z"));
    assertEquals(threads, together);
    for (const [index, pair] of pairs.entries()) {
      for (const [place, embedding] of await fast(text, [pair], "z")) {
        assertEquals(together.get(place.replace("pair 0", `pair ${index}`)), embedding, place);
      }
    }
  }));

Deno.test("sweepEngine() rethrows every error that is not a refusal of the graph", () =>
  withText(TINY, async (text) => {
    const fault = () => Promise.reject(new TypeError("a fault of the kit"));
    Object.defineProperty(text.tower, "rowEnds", { value: fault });
    await assertRejects(() => sweepEngine(text), TypeError, "a fault of the kit");
  }));

for (const study of [TINY, SMALL]) {
  Deno.test({
    name:
      `sweepEngine() refuses the fast schedule for half-precision weights and says why, ${study.label}`,
    ignore: !study.exists,
    fn: () =>
      withText(study, async (text) => {
        const { streams, refusal } = await sweepEngine(text);
        assertEquals([streams, refusal?.code], [undefined, "rows-disagree"]);
        assertStringIncludes(
          refusal!.message,
          `Cannot sweep "${study.model}/onnx/text_model_fp16.onnx"`,
        );
        assertStringIncludes(refusal!.message, "of the largest value, expected at most 1e-5");
        const pairs = (await sweepPairs(text, study)).slice(0, 2);
        assertEquals(await byCell(sweep(text, pairs, "resid")), await general(text, pairs));
      }, { suffix: "_fp16" }),
  });
}
