import { assertEquals } from "@std/assert";
import { assertThrowsCode } from "../../error_codes.ts";
import { ONE, SHARED, STANDARD, withStudy } from "../small_studies.ts";

const PLACES = [
  // study, row, sentence, role, positions
  [STANDARD, "inserted", "negated", "negator", [3]],
  [STANDARD, "inserted", "negated", "inserted", [3]],
  [STANDARD, "inserted", "affirmative", "negator", []],
  [STANDARD, "inserted", "affirmative", "inserted", []],
  [STANDARD, "substituted", "negated", "negator", [3]],
  [STANDARD, "substituted", "negated", "inserted", []],
  [STANDARD, "substituted", "affirmative", "negator", [3]],
  [STANDARD, "start", "negated", "negator", [1]],
  [STANDARD, "start", "affirmative", "negator", []],
  [SHARED, "first", "negated", "negator", [3]],
  [SHARED, "first", "affirmative", "negator", [3]],
  [SHARED, "first", "affirmative", "there", [1]],
  [SHARED, "second", "negated", "negator", [1]],
  [SHARED, "second", "affirmative", "negator", [1]],
  [SHARED, "second", "affirmative", "there", []],
] as const;

for (const [study, places] of Map.groupBy(PLACES, ([study]) => study)) {
  Deno.test(`positions() of a role depends on what the sentences have, ${study.protocol}`, () =>
    withStudy(study, async (study) => {
      for (const [, id, which, role, positions] of places) {
        const found = (await study.row(id))[which].positions(role);
        assertEquals(found, [...positions], `"${role}" of the ${which} sentence of row ${id}`);
      }
    }));
}

Deno.test("the roles in outputs depend on whether a token has a counterpart", () =>
  withStudy(STANDARD, async (study) => {
    assertEquals((await study.row("inserted")).negated.roles[3], "inserted");
    assertEquals((await study.row("substituted")).negated.roles[3], "negator");
  }));

Deno.test("positions() of a misspelt role is an error", () =>
  withStudy(ONE, async (study) => {
    const { negated } = await study.row("inserted");
    assertThrowsCode(() => negated.positions("negatr"), "name-unknown", "the roles are sot");
  }));
