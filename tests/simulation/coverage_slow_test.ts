import { assert, assertEquals } from "@std/assert";
import { equalClusters } from "./draws.ts";
import { INTERVALS } from "./coverage.ts";
import { TESTS } from "./test_sizes.ts";
import { simulate } from "./simulate.ts";
import { finish } from "../../lib/stats/steps.ts";
import { allSets, simulations, simulationsCsv } from "./report.ts";
import { readCsvLines } from "../../lib/tables/csv.ts";
import { stepsOf } from "../stats/turns.ts";

Deno.test("the interval of a probe's accuracy above its controls' contains 0 in about .95 of data sets without any information", () => {
  const probes = INTERVALS.filter(({ name }) => name.startsWith("probe"));
  const designs = [equalClusters(10, 2)];
  const [row] = finish(simulate(probes.map((each) => ({ ...each, designs })), 40));
  assertEquals(row!.printed, 1);
  const covered = row!.hits.reduce<number>((sum, share) => sum + share! / row!.hits.length, 0);
  // Three standard errors of .95 in 200 data sets are .046. A bootstrap over pairs alone covers .86.
  assert(covered > 0.904 && covered < 0.996, `${covered}`);
});

Deno.test("McNemar's test by cluster rejects equal accuracies in about .05 of data sets, and paired intervals contain the true difference in about .95", () => {
  const simulations = [...TESTS, ...INTERVALS]
    .filter(({ name }) => /by cluster|^difference of (accuracies, .7|two means)/.test(name));
  assertEquals(simulations.length, 3);
  const designs = [equalClusters(40, 3)];
  const rows = finish(simulate(simulations.map((each) => ({ ...each, designs })), 200));
  for (const { name, hits } of rows) {
    const share = hits.reduce<number>((sum, hit) => sum + hit! / hits.length, 0);
    const missed = name.startsWith("McNemar") ? share : 1 - share;
    assert(missed > 0.03 && missed < 0.07, `${name} ${share}`); // three standard errors of .05 in 1000 sets are .021
  }
});

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
