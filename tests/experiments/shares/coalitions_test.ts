import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Role } from "../../../lib/data/roles.ts";
import {
  coalitionGroups,
  coalitionsOf,
  isIn,
  patchedHooks,
  playersOf,
} from "../../../lib/experiments/shares/measure.ts";
import { patch } from "../../../lib/hooks/interventions.ts";

/** A pair of the given roles, the first of which is the negator's. */
function pairOf(...later: readonly Role[]) {
  const ids = Array.from({ length: 2 + later.length }, (_, i) => i);
  const sentence = { sentence: "", ids, tokens: ids.map(String), pooled: ids.length - 1 };
  const roles: readonly Role[] = ["sot", "before", ...later];
  return { negated: sentence, affirmative: sentence, negator: 2, roles };
}

Deno.test("coalitionGroups() patches the positions of each coalition after every block but the last", () => {
  const pair = pairOf("negator", "subject_further", "subject_further", "eot");
  const [{ runs, sentences }] = coalitionGroups([pair], 3) as [
    ReturnType<typeof coalitionGroups>[0],
  ];
  assertEquals(patchedHooks(3), ["blocks.0.hook_resid_post", "blocks.1.hook_resid_post"]);
  const positions = [[2], [3, 4], [2, 3, 4], [5], [2, 5], [3, 4, 5]]; // coalitions 1 to 6 of three players
  assertEquals(
    runs,
    patchedHooks(3).flatMap((hook) =>
      positions.map((position) => (
        { of: "affirmative", changes: [patch(hook, { position, from: "negated" })] }
      ))
    ),
  );
  assertEquals(Object.keys(sentences), ["negated", "affirmative"]);
});

Deno.test("coalitionGroups() gives pairs with the same players at the same positions one list of runs", () => {
  const roles = ["negator", "subject_first", "eot"] as const;
  const [a, b, c] = coalitionGroups(
    [pairOf(...roles), pairOf(...roles), pairOf("negator", "subject_first", "full_stop", "eot")],
    3,
  );
  assertStrictEquals(a!.runs, b!.runs);
  assertEquals(c!.runs.length, 2 * 14);
});

Deno.test("playersOf() finds the distinct roles from the negator on, and the player of each position", () => {
  assertEquals(
    playersOf({
      roles: [
        ...["sot", "there", "is_are", "negator", "subject_first"] as const,
        ...["subject_further", "subject_further", "full_stop", "eot"] as const,
      ],
      negator: 3,
    }),
    {
      roles: ["negator", "subject_first", "subject_further", "full_stop", "eot"],
      of: [0, 1, 2, 2, 3, 4],
    },
  );
  assertEquals(
    playersOf({ roles: ["sot", "before", "negator", "after", "after", "eot"], negator: 2 }),
    { roles: ["negator", "after", "eot"], of: [0, 1, 1, 2] },
  );
});

Deno.test("coalitionsOf() lists all sets of players but the empty one and the whole", () => {
  const roles = ["negator", "after", "eot"] as const;
  const named = coalitionsOf({ roles }).map((coalition) =>
    roles.filter((_, player) => isIn(coalition, player)).join("+")
  );
  assertEquals(named, [
    ...["negator", "after", "negator+after", "eot", "negator+eot", "after+eot"],
  ]);
  assertEquals(coalitionsOf({ roles: ["negator", "eot"] }), [1, 2]);
});
