import { assertEquals } from "@std/assert";
import { RunPlanner } from "../../../lib/engine/plan/planned_runs.ts";
import { ActivationCache } from "../../../lib/hooks/cache.ts";
import {
  add,
  type ChangedRun,
  edit,
  type Intervention,
  knockOut,
  mean,
  patch,
  scale,
  zero,
} from "../../../lib/hooks/interventions.ts";
import { TOWER } from "./numbered.ts";

function plan(...changes: readonly Intervention[]) {
  return new RunPlanner(TOWER).planned({ of: "affirmative", changes });
}

const FROM = { from: "negated" };
const PATTERN = "blocks.1.attn.hook_pattern";

const NOT_PLANNED: Readonly<Record<string, readonly Intervention[]>> = {
  "a value that is not another run's": [
    zero("blocks.1.hook_resid_post"),
    scale("blocks.1.hook_resid_post", 2),
    add("blocks.1.hook_mlp_out", [1]),
    add("blocks.1.hook_resid_pre", [1]),
    add("blocks.1.hook_resid_post", [1], { row: 0 }),
    add("blocks.1.hook_resid_post", [1], { position: "negator" }),
    mean("blocks.1.hook_resid_post"),
    edit("blocks.1.hook_resid_post", () => {}),
    patch("blocks.1.hook_resid_post", { from: new ActivationCache(["row"]) }),
  ],
  "a value from another place": [
    patch("blocks.1.hook_resid_post", { ...FROM, position: 2, fromPosition: 3 }),
    patch("blocks.1.hook_resid_post", { ...FROM, position: "negator" }),
    patch("blocks.1.hook_resid_post", { ...FROM, row: 0 }),
    patch("blocks.1.hook_resid_post", { ...FROM, fromRow: 0 }),
    patch(PATTERN, { ...FROM, query: 1, fromQuery: 2 }),
    patch(PATTERN, { ...FROM, key: 1, fromKey: 2 }),
  ],
  "a hook point that is not numbered": [
    patch("blocks.1.hook_resid_mid", FROM),
    patch("blocks.1.hook_attn_out", FROM),
    patch("blocks.1.attn.hook_attn_scores", FROM),
    patch(PATTERN, FROM),
    zero(PATTERN, { key: 2 }),
  ],
  "weights other than those of one key after the first": [
    ...[knockOut(PATTERN), knockOut(PATTERN, { key: 0 }), knockOut(PATTERN, { key: [1, 2] })],
    ...[knockOut(PATTERN, { key: "negator" }), knockOut(PATTERN, { key: 2, query: "eot" })],
    knockOut(PATTERN, { key: 2, row: 0 }),
    knockOut("blocks.1.attn.hook_attn_scores", { key: 2 }),
  ],
};

for (const [reason, changes] of Object.entries(NOT_PLANNED)) {
  Deno.test(`RunPlanner leaves ${reason} to the general engine`, () => {
    for (const change of changes) {
      assertEquals(plan(change), undefined, JSON.stringify(change));
      const planned = patch("blocks.0.hook_mlp_out", FROM);
      assertEquals(plan(planned, change), undefined); // one is enough
      const from = { of: "negated", changes: [change] };
      assertEquals(plan(patch("blocks.2.hook_resid_post", { from })), undefined); // also in a run that is taken from
    }
  });
}

Deno.test("RunPlanner plans two knock-outs in a block only of different heads", () => {
  const own = knockOut(PATTERN, { key: 2, head: 0 });
  assertEquals(plan(own, knockOut(PATTERN, { key: 2, head: [0, 1] })), undefined);
  assertEquals(plan(own, knockOut(PATTERN, { key: 3 })), undefined);
  const planned = plan(
    own,
    knockOut(PATTERN, { key: 3, head: 1, query: [5, 4], renormalize: true }),
  );
  assertEquals(planned!.blocks[1], {
    first: 2,
    knockedOut: [
      { heads: [0], key: 2, renormalize: false },
      { heads: [1], key: 3, renormalize: true, queries: [4, 5] },
    ],
  });
  assertEquals(planned!.lastKey, 3);
  assertEquals(plan(own, knockOut("blocks.0.attn.hook_pattern", { key: 1, head: 0 }))!.lastKey, 2);
});

Deno.test("RunPlanner says where a run begins to differ, and what it and the runs that it takes from have changed", () => {
  const planner = new RunPlanner(TOWER);
  const source: ChangedRun = {
    of: "third",
    changes: [patch("blocks.1.attn.hook_z", { from: "negated", head: 1, position: [5, 3, 5] })],
  };
  const planned = planner.planned({
    of: "affirmative",
    changes: [patch("blocks.2.hook_resid_post", { from: source, position: 4 })],
  })!;
  assertEquals([planned.begin, planned.first], [1, 4]);
  assertEquals([...planned.sentences], ["affirmative", "third", "negated"]);
  const [taken] = planner.planned(source)!.blocks[1]!.z!;
  assertEquals([taken!.heads, taken!.positions], [[1], [3, 5]]);
  assertEquals(planned.blocks[2]!.after, [{ from: planner.planned(source)!, positions: [4] }]);
  const whole = plan(patch("blocks.*.attn.hook_k", FROM))!;
  assertEquals(whole.blocks.map((own) => own!.k![0]!.heads), [[0, 1], [0, 1], [0, 1]]);
  assertEquals([whole.begin, whole.first], [0, 0]);
  const resid = plan(patch("blocks.0.hook_resid_pre", FROM))!;
  assertEquals([resid.begin, resid.blocks[0]!.before!.length], [0, 1]);
});
