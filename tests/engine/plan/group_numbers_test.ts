import { assert, assertEquals, assertNotEquals } from "@std/assert";
import {
  add,
  type ChangedRun,
  type Intervention,
  knockOut,
  patch,
} from "../../../lib/hooks/interventions.ts";
import { endsOf, numbered, pairOf } from "./numbered.ts";

const LENGTH = 7;
const NEGATED = { from: "negated" };
const OWN = { from: "affirmative" };

/** The ends of the negated and of the affirmative run, and of the affirmative one with some changes. */
function ends(...changes: readonly Intervention[]): [number, number, number] {
  return endsOf(LENGTH, [{ of: "affirmative", changes }]) as [number, number, number];
}

/** Changes that take all that the end token depends on from one run. */
function everything(from: string | ChangedRun): Readonly<Record<string, readonly Intervention[]>> {
  const all = (name: string) => patch(`blocks.*.${name}`, { from });
  return {
    "the embeddings": [patch("blocks.0.hook_resid_pre", { from })],
    "the negator's embedding": [patch("blocks.0.hook_resid_pre", { position: 3, from })],
    "the stream after a block": [patch("blocks.1.hook_resid_post", { from })],
    "the stream from the negator on": [
      patch("blocks.1.hook_resid_post", { position: [3, 4, 5, 6], from }),
    ],
    "the stream at the end token, at last": [
      patch("blocks.2.hook_resid_post", { position: 6, from }),
    ],
    "all heads and MLPs": [
      patch("blocks.0.hook_resid_pre", { from }),
      all("attn.hook_z"),
      all("hook_mlp_out"),
    ],
    "all queries, keys and values": [
      patch("blocks.0.hook_resid_pre", { position: 3, from }),
      ...["q", "k", "v"].map((part) => all(`attn.hook_${part}`)),
      all("hook_mlp_out"),
    ],
    "each head": [
      patch("blocks.0.hook_resid_pre", { position: 3, from }),
      ...[0, 1].map((head) => patch("blocks.1.attn.hook_z", { head, from })),
    ],
  };
}

for (const side of ["negated", "affirmative"]) {
  for (const [name, changes] of Object.entries(everything(side))) {
    Deno.test(`a run of the affirmative sentence that takes ${name} from the ${side} one ends as that does`, () => {
      const [negated, affirmative, changed] = ends(...changes);
      assertEquals(changed, side === "negated" ? negated : affirmative);
      assertNotEquals(negated, affirmative);
    });
  }
}

const PARTS = ["hook_mlp_out", "attn.hook_q", "attn.hook_k", "attn.hook_v", "attn.hook_z"];
const ALL_PARTS = ["hook_resid_post", ...PARTS];

const NOTHING_CHANGED: Readonly<Record<string, readonly Intervention[]>> = {
  "values before the first difference": [
    ...ALL_PARTS.map((name) => patch(`blocks.1.${name}`, { position: [0, 1, 2], ...NEGATED })),
  ],
  "parts of its own run": [
    ...PARTS.map((name) => patch(`blocks.*.${name}`, OWN)),
  ],
  "the last block before the end token": [
    ...["hook_resid_post", "attn.hook_z", "attn.hook_q", "hook_mlp_out"]
      .map((name) => patch(`blocks.2.${name}`, { position: [3, 4, 5], ...NEGATED })),
    add("blocks.2.hook_resid_post", [1], { position: [3, 4, 5] }),
  ],
  "queries before a key, to which they do not attend": [
    knockOut("blocks.1.attn.hook_pattern", { key: 4, query: [0, 1, 2, 3] }),
  ],
  "values that a later change replaces": [
    ...[patch("blocks.0.hook_resid_post", NEGATED), patch("blocks.0.hook_resid_post", OWN)],
    patch("blocks.1.attn.hook_z", { head: 1, ...NEGATED }),
    patch("blocks.1.attn.hook_z", { head: [0, 1], ...OWN }),
    patch("blocks.1.attn.hook_q", { head: 0, ...NEGATED }),
    patch("blocks.1.attn.hook_q", { head: 0, ...OWN }),
    ...[patch("blocks.1.hook_mlp_out", NEGATED), patch("blocks.1.hook_mlp_out", OWN)],
    ...[patch("blocks.0.hook_mlp_out", NEGATED), patch("blocks.1.hook_resid_pre", OWN)],
    ...[add("blocks.1.hook_resid_post", [1]), patch("blocks.1.hook_resid_post", OWN)],
  ],
};

for (const [name, changes] of Object.entries(NOTHING_CHANGED)) {
  Deno.test(`a run in which only ${name} are changed ends as if it were unchanged`, () => {
    const [, affirmative, changed] = ends(...changes);
    assertEquals(changed, affirmative);
  });
}

Deno.test("changes of what the end token depends on give each run an end of its own", () => {
  const runs = [
    ...ALL_PARTS.flatMap((name) =>
      [4, 5].map((position) => patch(`blocks.1.${name}`, { position, ...NEGATED }))
    ),
    ...["q", "k", "v", "z"].flatMap((part) =>
      [0, 1].map((head) => patch(`blocks.1.attn.hook_${part}`, { head, ...NEGATED }))
    ),
    ...[true, false].flatMap((renormalize) =>
      [3, 4].flatMap((key) =>
        [0, 1].map((head) => knockOut("blocks.1.attn.hook_pattern", { head, key, renormalize }))
      )
    ),
    knockOut("blocks.1.attn.hook_pattern", { key: 3 }),
    knockOut("blocks.1.attn.hook_pattern", { key: 3, query: 6 }),
    knockOut("blocks.1.attn.hook_pattern", { key: 3, query: [5, 6] }),
    ...[[1], [1], [2]].map((vector) => add("blocks.1.hook_resid_post", vector)),
  ].map((change): ChangedRun => ({ of: "affirmative", changes: [change] }));
  const found = endsOf(LENGTH, runs);
  assertEquals(new Set(found).size, 2 + runs.length);
});

Deno.test("runs to which one and the same vector is added at one place end alike", () => {
  const vector = [1];
  const runs = [0, 1].map((): ChangedRun => (
    { of: "affirmative", changes: [add("blocks.1.hook_resid_post", vector, { position: 5 })] }
  ));
  const [, affirmative, first, second] = endsOf(LENGTH, runs);
  assertEquals(first, second);
  assertNotEquals(first, affirmative);
});

Deno.test("a run that takes everything from a changed run ends as that run does, two deep", () => {
  const source: ChangedRun = {
    of: "affirmative",
    changes: [
      patch("blocks.0.attn.hook_v", { head: 1, position: [4, 5], ...NEGATED }),
      knockOut("blocks.1.attn.hook_pattern", { key: 3, head: 0 }),
    ],
  };
  const taking = (of: string, hooks: readonly string[], from: ChangedRun): ChangedRun => (
    { of, changes: hooks.map((hook) => patch(hook, { from })) }
  );
  const between = taking("negated", ["blocks.1.hook_resid_post"], source);
  const blocks = ["blocks.0", "blocks.1"];
  const own = blocks.flatMap((block) => [`${block}.attn.hook_z`, `${block}.hook_mlp_out`]);
  const parts = taking("affirmative", own, source);
  const last = taking("negated", ["blocks.2.hook_resid_post"], between);
  const [negated, affirmative, ...found] = endsOf(LENGTH, [source, between, parts, last]);
  assertEquals(new Set(found).size, 1);
  assert(found[0] !== negated && found[0] !== affirmative);
});

Deno.test("a changed run from which one list's runs take values is another run in each group", () => {
  const source: ChangedRun = {
    of: "affirmative",
    changes: [patch("blocks.0.hook_resid_post", { position: 4, ...NEGATED })],
  };
  const runs: ChangedRun[] = [
    source,
    { of: "negated", changes: [patch("blocks.1.hook_resid_post", { from: source })] },
  ];
  const { ends: found } = numbered(
    [pairOf(6), pairOf(6, { no: 7 })].map((sentences) => ({ sentences, runs })),
  );
  for (const [own, taking] of found) assertEquals(taking, own);
  assertNotEquals(found[0], found[1]);
});
