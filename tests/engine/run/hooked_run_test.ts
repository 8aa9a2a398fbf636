import { assert, assertEquals, assertRejects } from "@std/assert";
import { idsInput, runHooked } from "../../../lib/engine/run/hooked_run.ts";
import {
  add,
  edit,
  type Intervention,
  knockOut,
  patch,
  scale,
  zero,
} from "../../../lib/hooks/interventions.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { NegscopeError } from "../../../lib/errors/errors.ts";
import { AFFIRMATIVE, bits, LONGER, NEGATED, valueOf, withClip as withText } from "./sentences.ts";

Deno.test("the cache holds the changed value while patching", async () => {
  await withText(async ({ text }) => {
    const hook = "blocks.1.hook_mlp_out";
    const plain = await text.runWithCache([NEGATED, LONGER], [hook]);
    const options = { interventions: [scale(hook, 2, { row: 1 })] };
    const { cache } = await text.runWithCache([NEGATED, LONGER], [hook], options);
    assertEquals(bits(cache.row(hook, 0)), bits(plain.cache.row(hook, 0)));
    const doubled = plain.cache.row(hook, 1).data.map((x) => 2 * x);
    assertEquals(cache.row(hook, 1).data, doubled);
  });
});

Deno.test("interventions at one hook point apply in the order given", async () => {
  await withText(async (clip) => {
    const hook = "blocks.0.hook_attn_out";
    const x = await valueOf(clip, hook, []);
    const vector = new Array<number>(16).fill(1);
    const [first, second] = [add(hook, vector), scale(hook, 2)];
    assertEquals(
      (await valueOf(clip, hook, [first, second])).data,
      x.data.map((v) => Math.fround(v + 1) * 2),
    );
    assertEquals((await valueOf(clip, hook, [second, first])).data, x.data.map((v) => v * 2 + 1));
  });
});

const SAME_VALUE: [string, string][] = [
  ["blocks.1.hook_resid_post", "blocks.2.hook_resid_pre"],
  ["blocks.0.hook_resid_post", "blocks.1.hook_resid_pre"],
];
for (const [first, second] of SAME_VALUE) {
  Deno.test(`changes of ${first} and then of ${second}, which are one value, both apply`, async () => {
    await withText(async ({ text }) => {
      const vector = new Array<number>(16).fill(1);
      const { cache } = await text.runWithCache([NEGATED], [first, second], {
        interventions: [scale(second, 2), add(first, vector)], // across hook points the order given does not matter
      });
      const plain = (await text.runWithCache([NEGATED], [first])).cache.get(first);
      const added = plain.data.map((x) => x + 1);
      assertEquals(cache.get(first).data, added);
      assertEquals(cache.get(second).data, added.map((x) => 2 * x));
    });
  });
}

Deno.test("an edit function sees each hook point with its rows, and its result is used", async () => {
  await withText(async ({ text }) => {
    const seen: string[] = [];
    const see = edit("blocks.*.hook_attn_out", (value, { hook, rows }) => {
      seen.push(`${hook} ${rows} ${value.shape}`);
      value.data.fill(0);
    });
    const sentences = [NEGATED, LONGER, AFFIRMATIVE];
    const edited = await text.run(sentences, { interventions: [see] });
    assertEquals(seen, [
      ...[0, 1, 2].map((layer) => `blocks.${layer}.hook_attn_out 0,2 2,7,16`),
      ...[0, 1, 2].map((layer) => `blocks.${layer}.hook_attn_out 1 1,10,16`),
    ]);
    const interventions = [zero("blocks.*.hook_attn_out")];
    assertEquals(bits(edited), bits(await text.run(sentences, { interventions })));
  });
});

Deno.test("a tower's base edit sees the value and the ids of every row, at its hook points alone", async () => {
  await withText(async ({ text: { tower } }) => {
    const ids = [[0, 5, 6, 7], [0, 8, 9, 7]];
    const hook = "blocks.1.hook_mlp_out";
    const seen: (readonly [string, readonly number[], readonly number[]])[] = [];
    const base = tower.withBase({
      hooks: [hook],
      apply: (hook, { data }, ids) => {
        seen.push([hook, ids, [...data]]);
        data.fill(0);
      },
    });
    const batches = [{ rows: [0, 1], positions: 4, input: () => idsInput(ids) }];
    const options = { batches, keep: [hook, "blocks.2.hook_mlp_out"], rowNames: ["a", "b"] };
    const own = await runHooked(tower, options);
    const { cache } = await runHooked(base, options);
    assertEquals(seen, ids.map((ids, i) => [hook, ids, [...own.cache.row(hook, i).data]]));
    assert(cache.get(hook).data.every((x) => x === 0));
  });
});

Deno.test("hooks do not leak into the next run, and one that throws does not harm it", async () => {
  await withText(async ({ text }) => {
    const plain = await text.run([NEGATED, LONGER]);
    await text.run([NEGATED], { interventions: [zero("*")] });
    assertEquals(bits(await text.run([NEGATED, LONGER])), bits(plain));
    const stop = edit("blocks.1.attn.hook_pattern", (value) => {
      value.data.fill(0);
      throw new Error("stop here");
    });
    await assertRejects(
      () => text.run([NEGATED], { interventions: [stop] }),
      Error,
      "stop here",
    );
    assertEquals(bits(await text.run([NEGATED, LONGER])), bits(plain));
    const shape = edit("hook_embed", (value) => value.row(0));
    await assertRejectsCode(
      () => text.run([NEGATED], { interventions: [shape] }),
      "sizes-differ: its shape",
    );
    assertEquals(bits(await text.run([NEGATED, LONGER])), bits(plain));
  });
});

Deno.test("everything is checked before anything runs", async () => {
  await withText(async ({ text }) => {
    const { cache } = await text.runWithCache([NEGATED], ["hook_embed"]);
    const wrong: [Intervention, string][] = [
      [zero("blocks.2.hook_mlp_out", { position: 7 }), "Cannot select position 7"],
      [zero("blocks.2.hook_mlp_out", { row: 1 }), "Cannot select row 1"],
      [zero("blocks.2.attn.hook_z", { head: 2 }), "Cannot select head 2"],
      [knockOut("*.hook_pattern", { query: 9 }), 'query 9 of "blocks.0.attn.hook_pattern"'],
      [zero("hook_embed", { key: 0 }), "Cannot select key"],
      [patch("blocks.2.hook_mlp_out", { from: cache }), "from the cache"],
      [scale("blocks.3.hook_mlp_out", 2), 'Cannot find hook point "blocks.3.hook_mlp_out"'],
    ];
    for (const [intervention, message] of wrong) {
      let ran = false;
      const input = () => (ran = true, idsInput([text.encode(NEGATED)]));
      const run = { batches: [{ rows: [0], positions: 7, input }], rowNames: [NEGATED], keep: [] };
      const before = edit("hook_embed", () => assert(false, "this runs first"));
      const interventions = [before, intervention];
      await assertRejects(
        () => runHooked(text.tower, { ...run, interventions }),
        NegscopeError,
        message,
      );
      assertEquals(ran, false, message);
    }
  });
});
