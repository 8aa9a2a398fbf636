import { assertEquals } from "@std/assert";
import { coalitionsOf, isIn, playersOf } from "../../../lib/experiments/shares/players.ts";

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
