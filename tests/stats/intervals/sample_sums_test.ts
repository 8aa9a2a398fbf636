import { assertEquals } from "@std/assert";
import { knownSums, sampleSums } from "../../../lib/stats/bootstrap.ts";
import { seededRandom } from "../../../lib/stats/random.ts";

Deno.test("sampleSums() has the bits of adding one cluster after the other, for any number of clusters", () => {
  const random = seededRandom(5);
  const samples = 7;
  for (let clusters = 0; clusters <= 27; clusters++) {
    const byCluster = Float64Array.from(
      { length: clusters },
      (_, i) => i % 3 === 1 ? 0 : (random.below(1e6) - 5e5) / 3e4, // a cluster without a value adds nothing
    );
    const draws = Uint8Array.from({ length: clusters * samples }, () => random.below(5));
    const expected = Float64Array.from(
      { length: samples },
      (_, sample) =>
        byCluster.reduce(
          (sum, value, cluster) => sum + draws[cluster * samples + sample]! * value,
          0,
        ),
    );
    assertEquals(sampleSums(byCluster, draws, samples), expected, `${clusters}`);
  }
});

Deno.test("knownSums() has the bits of summing the column itself, and gives nothing for any other column", () => {
  const random = seededRandom(6);
  const [clusters, samples] = [20, 50];
  const draws = Uint8Array.from({ length: clusters * samples }, () => random.below(5));
  const column = () => Float64Array.from({ length: clusters }, () => random.below(1e6) / 3e4 - 15);
  const known = [column(), column()].map((byCluster) => ({
    byCluster,
    bySample: sampleSums(byCluster, draws, samples),
  }));
  for (const { byCluster, bySample } of known) {
    const negated = byCluster.map((sum) => -sum);
    assertEquals(knownSums(byCluster.slice(), known), bySample);
    assertEquals(knownSums(negated, known), sampleSums(negated, draws, samples));
    assertEquals(knownSums(byCluster.map((sum, i) => i === 3 ? -sum : sum), known), undefined);
  }
  assertEquals(knownSums(column(), []), undefined);
});
