import { assertEquals } from "@std/assert";
import { attendedSet, halfSteps } from "../../../lib/compare/generalise/compare_heads.ts";
import { finish } from "../../../lib/stats/steps.ts";

const NOUNS = "dog cat car tree boat lamp clock horse bird cow sheep goat".split(" ");

/** The set of some nouns in two frames, whose heads have these values. */
function setOf(
  nouns: readonly string[],
  valueOf: (head: number, noun: number, frame: number) => number,
) {
  const pairs = nouns.flatMap((noun) =>
    ["", " here"].map((end) => (
      {
        ...{ id: noun + end, image: "", negation: "foil" as const },
        ...{ caption: `There is a ${noun}${end}.`, foil: `There is no ${noun}${end}.` },
      }
    ))
  );
  const rows = pairs.flatMap(({ id }, i) =>
    [1, 2, 3, 4].map((head) => {
      const max_difference = valueOf(head, Math.floor(i / 2), i % 2);
      return { id, layer: 1, head, max_difference, swapped_difference: head === 4 ? undefined : 0 };
    })
  );
  return attendedSet(rows, pairs)!;
}

function rhos(set: ReturnType<typeof setOf>) {
  const made = finish(halfSteps("data", set, 1));
  const rounded = (rho: number | undefined) => rho && Math.round(rho * 1e9) / 1e9;
  return new Map(
    made.map(({ of, first, rho }) => [`${of} ${first.replace("data, ", "")}`, rounded(rho)]),
  );
}

Deno.test("halfSteps() correlates halves that keep a noun together, and each frame with all other rows", () => {
  const found = rhos(setOf(NOUNS, (head, _, frame) => frame === 0 ? head : 10 - 2 * head));
  assertEquals([...found], [
    ["selectivity half by nouns", 1], // the same in every noun
    ["selectivity frame there is no …", -1], // and the other way round in the other frame
    ["selectivity frame there is no … here", -1],
    ["baseline half by nouns", undefined], // the same in all heads
    ["baseline frame there is no …", undefined],
    ["baseline frame there is no … here", undefined],
    ["above_baseline half by nouns", 1], // of three heads
    ["above_baseline frame there is no …", -1],
    ["above_baseline frame there is no … here", -1],
  ]);
});

Deno.test("halfSteps() divides by noun where there are twelve, else by pair", () => {
  // What a noun has in one frame it lacks in the other, so that no head has anything if nouns stay together.
  const cancelling = (nouns: readonly string[]) =>
    rhos(setOf(nouns, (head, noun, frame) => (frame === 0 ? 1 : -1) * Math.sin(head * 7 + noun)));
  assertEquals(cancelling(NOUNS).get("selectivity half by nouns"), undefined);
  assertEquals(typeof cancelling(NOUNS.slice(1)).get("selectivity half by pairs"), "number");
});
