import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { EffectRow } from "../../../lib/experiments/trace/tables.ts";
import { type Site, SITES } from "../../../lib/experiments/trace/trace.ts";
import {
  formsOf,
  goldenTable,
  type ScoredStudy,
  STANDARD_PAIRS,
  testForms,
  TINY,
  withScored,
} from "../../studies.ts";
import { traceRows } from "../measured_rows.ts";

/** Scores and effects are 100 x a cosine of float32 embeddings against one in float64 throughout. */
const TOLERANCE = 2e-4;

async function trace(scored: ScoredStudy, site: Site): Promise<readonly EffectRow[]> {
  const { clip, rows, images } = scored;
  return (await traceRows(clip.text, rows, { site, images })).rows;
}

function compareEffects(
  rows: readonly EffectRow[],
  golden: readonly Record<string, string>[],
  scored: ScoredStudy,
): void {
  const d = new Map(scored.evaluate.map((row) => [row.id, row.d]));
  assertEquals(rows.length, golden.length);
  rows.forEach((row, i) => {
    const { id, layer, head, position, effect, cte } = golden[i]!;
    const place = `${row.site} of ${id}, layer ${layer}, head ${head}, position ${position}`;
    assertEquals([row.id, row.layer, row.position], [id, Number(layer), Number(position)]);
    assertEquals(`${row.head ?? ""}`, head ?? "");
    if (effect === "") {
      assertEquals([row.effect, row.cte], [undefined, undefined], place);
      return;
    }
    assertAlmostEquals(row.effect!, Number(effect), TOLERANCE, place);
    // The error of effect / d if both are off by the tolerance.
    const bound = TOLERANCE * (1 + Math.abs(Number(cte))) / Math.abs(d.get(row.id)!);
    assertAlmostEquals(row.cte!, Number(cte), bound, place);
  });
}

testForms(
  "traceRows() gives the reference effects of every site",
  (study, suffix) =>
    withScored(study, async (scored) => {
      for (const site of SITES) {
        const golden = goldenTable(study, `trace_${site}`);
        compareEffects(await trace(scored, site), golden, scored);
      }
    }, { suffix }),
);

const STANDARD = { file: STANDARD_PAIRS, protocol: "standard" as const };

for (const suffix of formsOf(TINY)) {
  Deno.test(`traceRows() gives the reference effects of the standard protocol with export "${suffix}"`, () =>
    withScored(TINY, async (scored) => {
      const rows = await trace(scored, "resid");
      compareEffects(rows, goldenTable(TINY, "trace_resid_standard"), scored);
      const empty = rows.filter(({ effect }) => effect === undefined);
      assertEquals(new Set(empty.map(({ role }) => role)), new Set(["inserted"]));
      assertEquals(empty.length, 4 * 4); // four inserted negators at 4 layers
    }, { ...STANDARD, suffix }));
}

Deno.test("traceRows() writes effects that the method fixes exactly", () =>
  withScored(TINY, async (scored) => {
    const d = new Map(scored.evaluate.map((row) => [row.id, row.d]));
    const last = scored.clip.text.tower.shape.layers;
    for (const { id, layer, position, role, effect, cte } of await trace(scored, "resid")) {
      const place = `${id}, layer ${layer}, position ${position}`;
      const exact = (position < 3)
        ? 0
        : layer === 0
        ? (role === "negator" ? 1 : 0)
        : layer === last
        ? (role === "eot" ? 1 : 0)
        : undefined;
      if (exact === undefined) continue;
      assertEquals([effect, cte], [exact * d.get(id)!, exact], place);
    }
  }));

Deno.test("traceRows() names site, role and segment of every cell", () =>
  withScored(TINY, async (scored) => {
    const site = "attn_out";
    const [{ scores, aligned }] = scored.rows.slice(1, 2) as [ScoredStudy["rows"][number]];
    const { rows } = await traceRows(scored.clip.text, [{ scores, aligned }], {
      ...{ site, images: scored.images },
    });
    assertEquals(rows.slice(0, aligned.roles.length).map(({ role }) => role), aligned.roles);
    for (const row of rows) {
      assertEquals([row.negation, row.segment, row.site], [scores.negation, scores.segment, site]);
    }
  }));

Deno.test("traceRows() runs sentences that rows share only once and scores them with each row's image", () =>
  withScored(TINY, async (scored) => {
    const told: [number, number][] = [];
    const { rows } = await traceRows(scored.clip.text, scored.rows, {
      site: "resid",
      images: scored.images,
      progress: (done, total) => told.push([done, total]),
    });
    // Cells that need a run: blocks 1 and 2 at and after the negator, for each of the six distinct pairs.
    const total = scored.distinct.reduce((sum, { roles }) => sum + 2 * (roles.length - 3), 0);
    assertEquals(told.at(-1), [total, total]);
    assert(told.every(([done], i) => done > (told[i - 1]?.[0] ?? 0)));
    const [first, again] = ["birds-absent", "birds-absent-again"]
      .map((id) =>
        rows.filter((row) => row.id === id && row.layer === 1 && row.position === 4)[0]!
      );
    assert(Math.abs(first!.effect! - again!.effect!) > 0.01); // other images
  }));

Deno.test("traceRows() leaves only the CTE empty if d is 0", () =>
  withScored(TINY, async (scored) => {
    const [{ scores, aligned }] = scored.rows as [ScoredStudy["rows"][number]];
    const even = { scores: { ...scores, s_foil: scores.s_caption, d: 0 }, aligned };
    const { rows } = await traceRows(scored.clip.text, [even], {
      site: "resid",
      images: scored.images,
    });
    assert(rows.every(({ cte }) => cte === undefined));
    assert(rows.every(({ effect }) => effect !== undefined));
    assert(rows.some(({ effect }) => effect !== 0));
  }));
