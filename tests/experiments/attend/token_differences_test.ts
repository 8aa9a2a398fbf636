import { assertAlmostEquals, assertEquals } from "@std/assert";
import { headDifferences } from "../../../lib/experiments/attend/attend.ts";
import { tokenDifferences } from "../../../lib/experiments/attend/token_differences.ts";
import { Study } from "../../../lib/runs/study/study.ts";
import { goldenTable, TINY } from "../../studies.ts";

const PAIR = { id: "a", image: "", negation: "foil", caption: "a dog", foil: "no dog" } as const;

Deno.test("tokenDifferences() lists each head's difference from every token, in the order of the sentence", () => {
  const byQuery = [[0, 0.5, 0.25], [0, -0.5, 0]];
  const heads = byQuery.map((own, i) =>
    headDifferences(own, { layer: 2, head: i + 1, negator: 1, swapped: undefined, causal: true })
  );
  const roles = ["sot", "negator", "eot"] as const;
  const measured = { key: "", roles, tokens: ["<s>", "no", "</s>"], heads };
  const { rows } = tokenDifferences([{ pair: PAIR, measured }]);
  assertEquals(
    rows.map((row) => Object.values(row).join()),
    [
      ...["a,foil,2,1,0,sot,<s>,0", "a,foil,2,1,1,negator,no,0.5", "a,foil,2,1,2,eot,</s>,0.25"],
      ...["a,foil,2,2,0,sot,<s>,0", "a,foil,2,2,1,negator,no,-0.5", "a,foil,2,2,2,eot,</s>,0"],
    ],
  );
});

Deno.test("attention_tokens.csv has the reference's largest difference among the tokens after the negator", async () => {
  const { model, pairs: data, images } = TINY;
  await using study = await Study.open({ model, data, images, threads: 1, cache: false });
  const { tables } = await study.run("attend");
  const byHead = Map.groupBy(
    tables.attentionTokens.rows,
    ({ id, layer, head }) => `${id} ${layer}.${head}`,
  );
  const golden = goldenTable(TINY, "attention");
  assertEquals(byHead.size, golden.length);
  for (const { id, layer, head, max_difference } of golden) {
    const own = byHead.get(`${id} ${layer}.${head}`)!;
    const negator = own.findIndex(({ role }) => role === "negator");
    const later = own.slice(negator + 1).map(({ difference }) => difference);
    assertAlmostEquals(Math.max(...later), Number(max_difference), 2e-5); // float32 attention weights
  }
});
