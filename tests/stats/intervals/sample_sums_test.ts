import { assertEquals } from "@std/assert";
import { negatedSums, sampleSums } from "../../../lib/stats/intervals/sample_sums.ts";
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

Deno.test("negatedSums() has the bits of summing the column itself, and gives nothing for any other column", () => {
  const random = seededRandom(6);
  const [clusters, samples] = [20, 50];
  const draws = Uint8Array.from({ length: clusters * samples }, () => random.below(5));
  const byCluster = Float64Array.from({ length: clusters }, () => (random.below(1e6) - 5e5) / 3e4);
  const known = { byCluster, bySample: sampleSums(byCluster, draws, samples) };
  const negated = byCluster.map((sum) => -sum);
  assertEquals(negatedSums(byCluster.slice(), known), known.bySample);
  assertEquals(negatedSums(negated, known), sampleSums(negated, draws, samples));
  assertEquals(negatedSums(byCluster.map((sum, i) => i === 3 ? -sum : sum), known), undefined);
  assertEquals(negatedSums(byCluster, undefined), undefined);
});
