import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { add, knockOut, patch, zero } from "../../lib/hooks/interventions.ts";
import type { SweepRun } from "../../lib/study/sweep.ts";
import { Study } from "../../lib/runs/study.ts";
import { assertRejectsCode } from "../error_codes.ts";
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
      const swept = await row.sweep(
        blocks.flatMap((block) => places.map((position) => restored(block, position))),
      );
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
    const sweep = await study.sweep([
      { of: "affirmative", name: "itself", changes: [same] },
      {
        of: "affirmative",
        name: "sot",
        changes: [patch("blocks.1.hook_resid_post", { position: 0, from: "negated" })],
      },
      { of: "affirmative", name: "nothing" },
      {
        of: "negated",
        name: "lost",
        changes: [patch("blocks.2.hook_resid_post", { position: "eot", from: "affirmative" })],
      },
      {
        of: "affirmative",
        name: "all",
        changes: [patch("blocks.2.hook_resid_post", { position: "eot", from: "negated" })],
      },
    ]);
    const equal = new Set(
      (await Promise.all(study.pairs.map(({ id }) => study.row(id))))
        .filter(({ aligned: { negated, affirmative } }) =>
          negated.ids.length === affirmative.ids.length
        )
        .map(({ pair }) => pair.id),
    );
    assert(equal.size > 1);
    const d = new Map((await study.score()).rows.map((row) => [row.id, row.d]));
    for (const { id, run, effect } of sweep.table.rows) {
      if (!equal.has(id)) continue;
      const whole = run === "lost" || run === "all";
      assertEquals(effect, whole ? d.get(id) : 0, `${id}, ${run}`);
    }
  }));

Deno.test("Study.sweep() runs what the planner does not number too, and one run is as in score()", () =>
  tiny(async (study) => {
    const changes = [
      zero("blocks.0.mlp.hook_post", { neuron: 3, position: "negator" }),
      add("blocks.1.hook_resid_post", new Float64Array(study.text.tower.shape.width).fill(0.1), {
        position: "eot",
      }),
    ];
    const [swept, scored, before] = [
      await study.sweep([{ of: "negated", changes }]),
      await study.score({ interventions: changes, sentences: "negated" }),
      await study.score(),
    ];
    swept.table.rows.forEach(({ effect }, row) =>
      assertAlmostEquals(effect!, before.rows[row]!.d - scored.rows[row]!.d, 2e-4) // S in float32, in batches of other sizes
    );
  }));

Deno.test("Study.sweep() takes values of changed runs, as two runs one after the other do", () =>
  tiny(async (study) => {
    const first = [patch("blocks.0.attn.hook_z", { head: 1, from: "negated" })];
    const row = await study.row(study.pairs[0]!.id);
    const { of, from } = { of: "affirmative", from: { of: "affirmative", changes: first } };
    const nested = await row.sweep([{
      of,
      changes: [patch("blocks.1.attn.hook_q", { head: 0, from })],
    }]);
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
    const { table, summary } = await study.sweep([
      restored(0, "inserted"),
      {
        of: "negated",
        name: "blind",
        changes: [knockOut("blocks.0.attn.hook_pattern", { key: "negator" })],
      },
    ]);
    assertEquals(new Set(table.rows.map(({ run }) => run)), new Set(["blind"])); // no affirmative sentence has an inserted token
    const whole = summary.rows.filter(({ segment }) => segment === "all");
    assertEquals(whole.map(({ run, role, n }) => [run, role, n]), [["blind", "negator", 3]]);
  }));

Deno.test("a sweep lists the runs with the largest shares of d", () =>
  tiny(async (study) => {
    const sweep = await study.sweep([restored(1, "eot")]);
    assertStringIncludes(sweep.toString(), "1 run of 8 rows; those with the largest shares");
  }));

Deno.test("Study.sweep() refuses what is no list of runs, and names what does not fit", () =>
  withStudy(ONE, async (study) => {
    const sweep = (runs: unknown) => study.sweep(runs as never);
    const text = (error: Error) => error.message;
    const wrong = await assertRejectsCode(
      () => sweep({ of: "negated" }),
      "value-wrong",
    );
    assertStringIncludes(text(wrong), "of negated or affirmative");
    await assertRejectsCode(
      () => sweep([{ of: "caption", changes: [] }]),
      "value-wrong",
    );
    await assertRejectsCode(
      () => sweep([{ of: "negated", name: "a" }, { of: "negated", name: "a" }]),
      "value-wrong",
    );
    await assertRejectsCode(
      () =>
        sweep([{ of: "negated", changes: patch("blocks.0.attn.hook_z", { from: "affirmative" }) }]),
      "value-wrong",
    );
    const from = { of: "affirmative", changes: [patch("blocks.0.attn.hook_z", {} as never)] };
    const nested = patch("blocks.0.attn.hook_z", { from });
    await assertRejectsCode(
      () => sweep([{ of: "negated", changes: [nested] }]),
      "value-wrong",
    );
    const other = patch("blocks.0.attn.hook_z", { from: "twin" });
    await assertRejectsCode(() => sweep([{ of: "negated", changes: [other] }]), "name-unknown");
    const head = patch("blocks.0.attn.hook_z", { head: 99, from: "affirmative" });
    await assertRejectsCode(() => sweep([{ of: "negated", changes: [head] }]), "index-outside");
    await assertRejectsCode(() => study.score({ interventions: [other] }), "role-absent");
  }));
