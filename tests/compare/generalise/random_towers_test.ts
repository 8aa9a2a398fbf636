import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type ControlledHead,
  type ControlledSet,
  randomAgreement,
} from "../../../lib/compare/generalise/compare_heads.ts";

/** Three heads of layer 1 with the values of each tower; a caption side of twice the rows has them doubled. */
function setOf(towers: Readonly<Record<string, readonly number[]>>): ControlledSet {
  const controls = Object.entries(towers).flatMap(([control, values]) =>
    values.flatMap((value, i): ControlledHead[] => [
      { negation: "foil", layer: 1, head: i + 1, control, above_baseline_control: -value },
      { negation: "caption", layer: 1, head: i + 1, control, above_baseline_control: 2 * value },
    ])
  );
  const heads = [{ negation: "foil", n_baseline: 10 }, { negation: "caption", n_baseline: 20 }];
  return { controls, heads };
}

Deno.test("randomAgreement() ranks heads over the rows of both sides, tower by tower", () => {
  const here = setOf({ "random 1": [1, 2, 3], "random 2": [1, 2, 3], random: [9, 9, 9] });
  const there = setOf({ "random 1": [10, 20, 30], "random 2": [30, 10, 20] });
  const [first, second, ...rest] = randomAgreement(here, there);
  assertAlmostEquals(first!.rho!, 1, 1e-12);
  assertAlmostEquals(second!.rho!, -0.5, 1e-12); // 1 - 6 (4 + 1 + 1) / 24
  assertEquals([first!.first, second!.second, rest], ["data, random 1", "sentences, random 2", []]);
});

Deno.test("randomAgreement() says nothing without towers in both sets, or if their heads are alike", () => {
  const towers = setOf({ "random 1": [1, 2, 3] });
  assertEquals(randomAgreement(towers, setOf({ determiner: [1, 2, 3] })), []);
  assertEquals(randomAgreement(towers, setOf({ "random 1": [2, 2, 2] })), []);
});
