import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import type { Pair, Protocol } from "../../../lib/data/pairs.ts";
import type { Role } from "../../../lib/data/align.ts";
import { attendRows, differenceByRole } from "../../../lib/experiments/attend/attend.ts";
import { edit } from "../../../lib/hooks/interventions.ts";
import { preparePairs } from "../../../lib/study/rows/prepare.ts";
import { keptIn } from "../../study/kept_map.ts";
import {
  chosen,
  goldenTable,
  SIGLIP_TINY,
  STANDARD_PAIRS,
  type Study,
  studyPairs,
  testForms,
  TINY,
} from "../../studies.ts";
import { attendPairs } from "../measured_rows.ts";

const ATTENTION = 2e-5; // attention weights are float32 after sums of at most 32 products

async function withText(
  study: Study,
  use: (text: Clip["text"]) => Promise<void>,
  suffix = "",
): Promise<void> {
  const clip = await Clip.load(study.model, { ...chosen(suffix), towers: ["text"] });
  try {
    await use(clip.text);
  } finally {
    await clip.release();
  }
}

async function differences(text: Clip["text"], pairs: readonly Pair[], protocol: Protocol) {
  const { distinct, indexOfRow } = preparePairs(text, pairs, { protocol });
  const heads = await attendPairs(text, distinct);
  return pairs.flatMap(({ id }, row) => heads[indexOfRow[row]!]!.map((head) => ({ id, ...head })));
}

function compare(
  found: Awaited<ReturnType<typeof differences>>,
  golden: ReturnType<typeof goldenTable>,
) {
  assertEquals(found.length, golden.length);
  found.forEach(({ id, layer, head, largest, swapped }, i) => {
    const { max_difference, swapped_difference, ...row } = golden[i]!;
    assertEquals([id, `${layer}`, `${head}`], [row["id"], row["layer"], row["head"]]);
    assertAlmostEquals(largest, Number(max_difference), ATTENTION);
    if (swapped_difference === undefined) return; // the shared values have no such column
    assertEquals(swapped === undefined, swapped_difference === ""); // no twin, no exchange
    if (swapped !== undefined) assertAlmostEquals(swapped, Number(swapped_difference), ATTENTION);
  });
}

testForms(
  "attendPairs() equals the golden values",
  (study, suffix) =>
    withText(study, async (text) => {
      const golden = goldenTable(study, "attention");
      const found = await differences(text, await studyPairs(study), "rephrased");
      compare(found, golden);
    }, suffix),
);

Deno.test("attendPairs() counts an unaligned token's twin as 0 under the standard protocol", () =>
  withText(TINY, async (text) => {
    const protocol = "standard";
    const pairs = await studyPairs(TINY, { file: STANDARD_PAIRS, protocol });
    const golden = goldenTable(TINY, "attention_standard");
    const found = await differences(text, pairs, protocol);
    compare(found, golden);
    assertEquals(new Set(found.map(({ swapped }) => swapped === undefined)).size, 2); // inserted and substituted negators
  }));

Deno.test("attendPairs() reads the affirmative sentence at the aligned query and the aligned negator", () =>
  withText(TINY, async (text) => {
    const [boat] = preparePairs(text, await studyPairs(TINY), { protocol: "rephrased" }).distinct;
    const pair = { ...boat!, alignment: [0, 1, 2, 1, 5, undefined, 6] }; // as if the twin stood at 1
    const known = edit("blocks.*.attn.hook_pattern", (pattern) => {
      const [, , queries, keys] = pattern.shape as [number, number, number, number];
      pattern.data.forEach((_, i) => {
        const query = Math.floor(i / keys) % queries;
        pattern.data[i] = (8 * query + i % keys) / 64;
      });
    });
    const [heads] = await attendPairs(text, [pair], { interventions: [known] });
    const weight = (query: number, key: number) => (8 * query + key) / 64;
    for (const { byQuery, largest, swapped } of heads!) {
      assertEquals([...Float64Array.from(byQuery)], [
        ...[0, 0, 0, weight(3, 3) - weight(1, 1), weight(4, 3) - weight(5, 1)],
        ...[weight(5, 3), weight(6, 3) - weight(6, 1)],
      ]);
      assertEquals(largest, Math.max(byQuery[4]!, byQuery[5]!, byQuery[6]!));
      assertEquals(swapped, weight(4, 1)); // 3 and 4 are nobody's counterpart
    }
  }));

Deno.test("differenceByRole() is the largest over the row's tokens of the role, and 0 without one", () => {
  const roles: readonly Role[] = [
    ...["sot", "before", "before", "negator"] as const,
    ...["after", "after", "after", "eot"] as const,
  ];
  const byQuery = [0, 0.5, 0.25, 1, -0.5, -0.25, -0.75, 0.125];
  const head = { layer: 1, head: 1, byQuery, largest: 0.125, swapped: undefined };
  const by = (role: Role) => differenceByRole({ roles }, head, role);
  assertEquals([by("before"), by("after"), by("eot")], [0.5, -0.25, 0.125]);
  assertEquals(by("subject_further"), 0);
});

Deno.test("attendRows() goes on with kept rows of SigLIP, whose queries before the negator count", async () => {
  const pairs = await studyPairs(SIGLIP_TINY);
  await withText(SIGLIP_TINY, async (text) => {
    const { distinct, indexOfRow } = preparePairs(text, pairs, { protocol: "rephrased" });
    const rows = pairs.map((pair, i) => ({ pair, aligned: distinct[indexOfRow[i]!]! }));
    const kept = keptIn(new Map());
    let read = 0;
    const heads = async () =>
      [...(await attendRows(text, rows, { kept, progress: () => void read++ })).values()]
        .map((own) => own.map((head) => ({ ...head, byQuery: Array.from(head.byQuery) })));
    const whole = await heads();
    read = 0;
    assertEquals(await heads(), whole);
    assertEquals(read, 0);
  });
});
