import { assertEquals } from "@std/assert";
import { allSets, simulations, simulationsCsv } from "./report.ts";
import { readCsvLines } from "../../lib/tables/csv.ts";
import { stepsOf } from "../stats/turns.ts";

Deno.test("simulations() has a row for each test and interval and each kind of clusters, and empty cells where there are too few", () => {
  const { steps, value: { test, interval } } = stepsOf(simulations(1));
  assertEquals(steps, allSets(1)); // one for each data set
  const means = interval.filter(({ name }) => name === "mean");
  assertEquals(means.map(({ clusters, printed }) => `${clusters}: ${printed}`), [
    ...["6 clusters of 3 rows: 0", "8 clusters of 3 rows: 0", "9 clusters of 3 rows: 1"],
    ...["12 clusters of 3 rows: 1", "20 clusters of 3 rows: 1", "40 clusters of 3 rows: 1"],
    "20 clusters of 1 to 6 rows: 1",
    ...["VALSE, foil-negated: 1", "VALSE, caption-negated: 1"],
  ]);
  assertEquals(means[0]!.hits, new Array(5).fill(undefined));
  const [head, ...lines] = readCsvLines(simulationsCsv({ test, interval }));
  assertEquals(head!.length, 9);
  assertEquals(lines.length, test.length + interval.length);
  const few = lines.find(([, name, clusters]) => name === "mean" && clusters!.startsWith("6 "));
  assertEquals(few, ["interval", "mean", "6 clusters of 3 rows", "0", "", "", "", "", ""]);
});

Deno.test("docs/figures/simulations.csv has the tests and intervals that are simulated", async () => {
  const page = new URL("../../docs/figures/simulations.csv", import.meta.url);
  const names = (text: string) =>
    readCsvLines(text).map(([kind, name, clusters]) => `${kind} ${name} ${clusters}`);
  const { value } = stepsOf(simulations(1));
  assertEquals(names(await Deno.readTextFile(page)), names(simulationsCsv(value)));
});
