import { assertEquals } from "@std/assert";
import { decimal } from "../../lib/reading/json.ts";

Deno.test("decimal() reads decimal digits and nothing else that Number takes", () => {
  const numbers = { "1": 1, ".5": 0.5, "2.": 2, "-1e-3": -0.001, "+4E2": 400, " 0.25 ": 0.25 };
  assertEquals(Object.keys(numbers).map(decimal), Object.values(numbers));
  for (const text of ["0x1", "0b1", "0o7", "", " ", "Infinity", "1e999", "NaN", "1_000", "1,5"]) {
    assertEquals(decimal(text), NaN, text);
  }
});
