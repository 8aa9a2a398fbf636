import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import type { Pair } from "../../../lib/data/pairs.ts";
import { preparePairs } from "../../../lib/subject/prepare.ts";
import { similarity } from "../../../lib/model/similarity.ts";
import { DIRECTIONS, swapSentences } from "../../../lib/experiments/sweep/direction.ts";
import {
  type Cell,
  type Site,
  siteHook,
  SITES,
  traceCells,
} from "../../../lib/experiments/sweep/trace_cells.ts";
import {
  generalSweep,
  type SweepPair,
  type SweepResult,
} from "../../../lib/experiments/sweep/general_sweep.ts";
import { patch } from "../../../lib/hooks/interventions.ts";
import { scoreStudy, STANDARD_PAIRS, studyPairs, TINY, withClip } from "../../studies.ts";

/** Cells of all kinds, made to run. */
function forced(cells: readonly Cell[]): Cell[] {
  return cells.filter(({ target }) => target !== undefined)
    .map((cell) => ({ ...cell, kind: "run" }));
}

function sweepPairs(text: TextTower, pairs: readonly Pair[], site: Site): SweepPair[] {
  return preparePairs(text, pairs, { protocol: "standard" }).distinct
    .map((pair) => ({
      pair,
      cells: traceCells(pair, { site, ...text.tower.shape, ...text.family }),
    }));
}

function collect(
  text: TextTower,
  pairs: readonly SweepPair[],
  site: Site,
): Promise<SweepResult[][]> {
  return Array.fromAsync(generalSweep(text.tower, pairs, site));
}

function nameOf({ layer, head, position }: Cell): string {
  return `layer ${layer} head ${head} position ${position}`;
}

const CASES = (["rephrased", "standard"] as const).flatMap((protocol) =>
  DIRECTIONS.map((direction) => ({ protocol, direction }))
);

for (const { protocol, direction } of CASES) {
  Deno.test(`generalSweep() confirms traceCells() on cells that need no run, ${protocol} protocol, ${direction}`, () =>
    withClip(TINY, async (clip) => {
      const file = protocol === "rephrased" ? TINY.pairs : STANDARD_PAIRS;
      const pairs = await studyPairs(TINY, { file, protocol });
      const { distinct: prepared, sentences, images } = await scoreStudy(clip, TINY, {
        pairs,
        protocol,
      });
      const distinct = direction === "denoise" ? prepared : prepared.map(swapSentences);
      for (const site of SITES) {
        const known = distinct.map((pair) =>
          traceCells(pair, { site, ...clip.text.tower.shape, ...clip.family })
        );
        const swept = distinct.map((pair, i) => ({ pair, cells: forced(known[i]!) }));
        const kinds = new Set<string>();
        for (const { index, cell, embedding } of (await collect(clip.text, swept, site)).flat()) {
          const { kind } = known[index]!.find((other) => nameOf(other) === nameOf(cell))!;
          kinds.add(kind);
          if (kind === "run") continue;
          const { negated, affirmative } = distinct[index]!;
          const same = sentences.get((kind === "full" ? negated : affirmative).sentence)!;
          for (const image of images.values()) {
            // 100 x the cosines of two float32 runs that differ in the order of their sums.
            const found = similarity(embedding, image);
            const place = `${kind} at ${site}, ${nameOf(cell)}`;
            assertAlmostEquals(found, similarity(same, image), 1e-4, place);
          }
        }
        assert(kinds.has("zero") && kinds.has("run"), site);
        assertEquals(kinds.has("full"), site === "resid" || site === "resid_mid", site);
      }
    }));
}

Deno.test("generalSweep() gives bit for bit the results of separate runs with one patch each", () =>
  withClip(TINY, async ({ text }) => {
    const pairs = await studyPairs(TINY, { file: STANDARD_PAIRS, protocol: "standard" });
    const some = pairs.slice(1, 4); // two inserted negators and a substituted one
    for (const site of ["resid", "mlp_out", "z"] as const) {
      const swept = sweepPairs(text, some, site);
      const results = (await collect(text, swept, site)).flat();
      const expected = swept.flatMap(({ cells }) => cells.filter(({ kind }) => kind === "run"));
      assertEquals(results.length, expected.length);
      for (const { index, cell, embedding } of results) {
        const { negated, affirmative } = swept[index]!.pair;
        const hook = siteHook(site, cell.layer);
        const { cache } = await text.runWithCache([negated.sentence], [hook]);
        const alone = await text.run([affirmative.sentence], {
          interventions: [patch(hook, {
            position: cell.target!,
            from: cache,
            fromPosition: cell.position,
            ...(cell.head === undefined ? {} : { head: cell.head - 1 }),
          })],
        });
        assertEquals(embedding, alone.row(0).data, `${site}, ${nameOf(cell)}`);
      }
    }
  }));

Deno.test("generalSweep() splits large jobs into batches without changing a bit", () =>
  withClip(TINY, async ({ text }) => {
    const pairs = await studyPairs(TINY, { file: STANDARD_PAIRS, protocol: "standard" });
    const swept = sweepPairs(text, pairs.slice(0, 2), "resid");
    const once = (await collect(text, swept, "resid")).flat();
    const crowded = swept.map(({ pair, cells }) => ({
      pair,
      cells: Array.from({ length: 40 }, () => cells).flat(),
    }));
    const batches = await collect(text, crowded, "resid");
    assert(batches.length > 2, `${batches.length} batches`);
    const repeats = Map.groupBy(batches.flat(), ({ index, cell }) => `${index} ${nameOf(cell)}`);
    assertEquals(repeats.size, once.length);
    for (const { index, cell, embedding } of once) {
      const others = repeats.get(`${index} ${nameOf(cell)}`)!;
      assertEquals(others.length, 40);
      for (const other of others) assertEquals(other.embedding, embedding);
    }
  }));

Deno.test("generalSweep() runs nothing if no cell needs a run", () =>
  withClip(TINY, async ({ text }) => {
    const [pair] = sweepPairs(text, (await studyPairs(TINY)).slice(0, 1), "resid");
    const cells = pair!.cells.filter(({ kind }) => kind !== "run");
    assertEquals(await collect(text, [{ pair: pair!.pair, cells }], "resid"), []);
    assertEquals(await collect(text, [], "resid"), []);
  }));
