import { assert, assertEquals } from "@std/assert";
import { allSets, simulations, simulationsText } from "./report.ts";
import { stepsOf } from "../stats/turns.ts";

Deno.test("simulations() has a row for each test and interval and each kind of clusters, and empty cells where there are too few", () => {
  const { steps, value: { sizes, coverage } } = stepsOf(simulations(1));
  assertEquals(steps, allSets(1)); // one for each data set
  const means = coverage.filter(({ name }) => name === "mean");
  assertEquals(means.map(({ clusters, printed }) => `${clusters}: ${printed}`), [
    ...["6 clusters of 3 rows: 0", "8 clusters of 3 rows: 0", "9 clusters of 3 rows: 1"],
    ...["12 clusters of 3 rows: 1", "20 clusters of 3 rows: 1", "40 clusters of 3 rows: 1"],
    "20 clusters of 1 to 6 rows: 1",
    ...["VALSE, foil-negated: 1", "VALSE, caption-negated: 1"],
  ]);
  assertEquals(means[0]!.hits, new Array(5).fill(undefined));
  const text = simulationsText({ sizes, coverage }, 1);
  const lines = text.split("\n");
  assert(
    lines.includes(
      "| mean | 6 clusters of 3 rows | .000 | empty | empty | empty | empty | empty |",
    ),
  );
  const tables = lines.filter((line) => line.startsWith("|"));
  assertEquals(tables.length, sizes.length + coverage.length + 2 * 2); // with their heads
  assertEquals(new Set(tables.map((line) => line.split("|").length)), new Set([8 + 2]));
});
