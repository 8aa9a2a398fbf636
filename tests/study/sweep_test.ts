import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { add, knockOut, patch, zero } from "../../lib/hooks/interventions.ts";
import type { SweepRun } from "../../lib/study/sweep.ts";
import { Study } from "../../lib/runs/study.ts";
import { assertRejectsCode } from "../error_codes.ts";
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { TINY } from "../studies.ts";
import { ONE, STANDARD, withStudy } from "./small_studies.ts";

const { model, images, pairs: data } = TINY;

async function tiny(use: (study: Study) => Promise<void>): Promise<void> {
  await using study = await Study.open({ model, images, data, threads: 1, cache: false });
  await use(study);
}

const restored = (block: number, position: number | string): SweepRun => ({
  of: "affirmative",
  name: `${block} ${position}`,
  changes: [patch(`blocks.${block}.hook_resid_post`, { position, from: "negated" })],
});

Deno.test("Study.sweep() gives the effects of trace, to the last bit", () =>
  tiny(async (study) => {
    const { tables: { effects } } = await study.run("trace", {
      segments: ["correct", "incorrect", "ambiguous"],
    });
    const blocks = [0, 1, 2];
    const positions = Math.max(...effects.rows.map(({ position }) => position)) + 1;
    const ids = new Set(effects.rows.map(({ id }) => id));
    for (const id of ids) {
      const row = await study.row(id);
      const { negated, affirmative } = row.aligned;
      if (negated.ids.length !== affirmative.ids.length) continue;
      const places = [...negated.ids.keys()];
      assert(places.length <= positions);
      const runs = blocks.flatMap((block) => places.map((position) => restored(block, position)));
      const swept = await row.sweep(runs);
      for (const { run, effect } of swept.rows) {
        const [block, position] = run.split(" ").map(Number);
        const traced = effects.rows.find((own) =>
          own.id === id && own.layer === block! + 1 && own.position === position
        );
        assertEquals(effect, traced!.effect, `${id}, ${run}`);
      }
    }
  }));

Deno.test("Study.sweep() gives exactly 0 where nothing can change and exactly d where all does, on either side", () =>
  tiny(async (study) => {
    const same = patch("blocks.1.attn.hook_z", { from: "affirmative" });
    const lost = patch("blocks.2.hook_resid_post", { position: "eot", from: "affirmative" });
    const sweep = await study.sweep([
      { of: "affirmative", name: "itself", changes: [same] },
      { ...restored(1, 0), name: "sot" },
      { of: "affirmative", name: "nothing" },
      { of: "negated", name: "lost", changes: [lost] },
      { ...restored(2, "eot"), name: "all" },
    ]);
    const isWhole = (run: string) => run === "lost" || run === "all";
    const listed = String(sweep).split("\n").slice(2).map((line) => isWhole(line.split(/ +/)[1]!));
    assertEquals(listed, [true, true, false, false, false, true, true, false, false, false]); // the largest shares first
    const rows = await Promise.all(study.pairs.map(({ id }) => study.row(id)));
    const isEqual = ({ aligned: { negated, affirmative } }: typeof rows[number]) =>
      negated.ids.length === affirmative.ids.length;
    const equal = new Set(rows.filter(isEqual).map(({ pair }) => pair.id));
    assert(equal.size > 1);
    const d = new Map((await study.score()).rows.map((row) => [row.id, row.d]));
    for (const { id, run, effect } of sweep.table.rows) {
      if (!equal.has(id)) continue;
      const whole = isWhole(run);
      assertEquals(effect, whole ? d.get(id) : 0, `${id}, ${run}`);
    }
  }));

Deno.test("Study.sweep() runs what the planner does not number too, and one run is as in score()", () =>
  tiny(async (study) => {
    const vector = new Float64Array(study.text.tower.shape.width).fill(0.1);
    const changes = [
      zero("blocks.0.mlp.hook_post", { neuron: 3, position: "negator" }),
      add("blocks.1.hook_resid_post", vector, { position: "eot" }),
    ];
    const swept = await study.sweep([{ of: "negated", changes }]);
    const scored = await study.score({ interventions: changes, sentences: "negated" });
    const before = await study.score();
    swept.table.rows.forEach(({ effect }, row) =>
      assertAlmostEquals(effect!, before.rows[row]!.d - scored.rows[row]!.d, 2e-4) // S in float32, in batches of other sizes
    );
  }));

Deno.test("Study.sweep() takes values of changed runs, as two runs one after the other do", () =>
  tiny(async (study) => {
    const first = [patch("blocks.0.attn.hook_z", { head: 1, from: "negated" })];
    const row = await study.row(study.pairs[0]!.id);
    const from = { of: "affirmative", changes: first } as const;
    const changes = [patch("blocks.1.attn.hook_q", { head: 0, from })];
    const nested = await row.sweep([{ of: "affirmative", changes }]);
    const cacheOfNegated = await row.negated.cache("blocks.0.attn.hook_z");
    const cache = await row.affirmative.cache("blocks.1.attn.hook_q", {
      interventions: [patch("blocks.0.attn.hook_z", { head: 1, from: cacheOfNegated })],
    });
    const by = await row.affirmative.score({
      interventions: [patch("blocks.1.attn.hook_q", { head: 0, from: cache })],
    });
    assertAlmostEquals(nested.rows[0]!.s!, by, 2e-4); // S in float32, in batches of other sizes
  }));

Deno.test("Study.sweep() leaves out rows without a token of a role", () =>
  withStudy(STANDARD, async (study) => {
    const changes = [knockOut("blocks.0.attn.hook_pattern", { key: "negator" })];
    const blind: SweepRun = { of: "negated", name: "blind", changes };
    const { table, summary } = await study.sweep([restored(0, "inserted"), blind]);
    assertEquals(new Set(table.rows.map(({ run }) => run)), new Set(["blind"])); // no affirmative sentence has an inserted token
    const whole = summary.rows.filter(({ segment }) => segment === "all");
    assertEquals(whole.map(({ run, role, n }) => [run, role, n]), [["blind", "negator", 3]]);
  }));

Deno.test("Study.sweep() refuses what is no list of runs, and names what does not fit", () =>
  withStudy(ONE, async (study) => {
    const z = (options: object) => patch("blocks.0.attn.hook_z", options as never);
    const negated = (...changes: unknown[]) => [{ of: "negated", changes }];
    const other = z({ from: "twin" });
    const wrong: readonly (readonly [runs: unknown, code?: ErrorCode, said?: string])[] = [
      [{ of: "negated" }, "value-wrong", "of negated or affirmative"],
      [[{ of: "caption", changes: [] }]],
      [[{ of: "negated", name: "a" }, { of: "negated", name: "a" }]],
      [[{ of: "negated", changes: z({ from: "affirmative" }) }]],
      [negated(z({ from: { of: "affirmative", changes: [z({})] } }))],
      [negated(other), "name-unknown"],
      [negated(z({ head: 99, from: "affirmative" })), "index-outside"],
    ];
    for (const [runs, code = "value-wrong", said = ""] of wrong) {
      await assertRejectsCode(() => study.sweep(runs as never), code, said);
    }
    await assertRejectsCode(() => study.score({ interventions: [other] }), "role-absent");
  }));
