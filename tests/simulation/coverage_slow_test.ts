import { assert, assertEquals } from "@std/assert";
import { equalClusters } from "./draws.ts";
import { INTERVALS } from "./coverage.ts";
import { TESTS } from "./test_sizes.ts";
import { simulate } from "./simulate.ts";
import { finish } from "../../lib/stats/steps.ts";

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
