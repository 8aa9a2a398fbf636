import { assertAlmostEquals, assertEquals } from "@std/assert";
import { studentIntervals } from "../../../lib/stats/intervals/student.ts";

Deno.test("studentIntervals() reaches t standard errors for the mean, and further for one more value", () => {
  // The values 1 to 5: mean 3, standard deviation sqrt(2.5); t of 4 degrees of freedom is 2.776 (tables of Student's t).
  const { mean, ofMean, ofNext } = studentIntervals([5, 1, 2, 4, 3]);
  assertEquals(mean, 3);
  assertAlmostEquals(ofMean, 2.7764 * Math.sqrt(2.5 / 5), 1e-4);
  assertAlmostEquals(ofNext, 2.7764 * Math.sqrt(2.5 * 6 / 5), 1e-4);
});
