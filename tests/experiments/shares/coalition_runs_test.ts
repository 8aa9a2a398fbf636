import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Role } from "../../../lib/data/roles.ts";
import { coalitionGroups, patchedHooks } from "../../../lib/experiments/shares/coalition_runs.ts";
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
