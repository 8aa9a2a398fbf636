import "../../own_cache.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { PlantedHead } from "../../../data/planted/recipe/circuit.ts";
import { modelFiles } from "../../../data/planted/recipe/files.ts";
import { NEGATION } from "../../../data/planted/recipe/models.ts";
import { Study } from "../../../lib/runs/study.ts";
import { controlOption } from "../../../lib/study/controls/control.ts";
import { experiment } from "../../../lib/study/experiment/experiment.ts";
import { type AnyTable, fillTable, table, text } from "../../../lib/tables/table.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { TINY } from "../../studies.ts";

const DATA = "data/planted";

/** The verdicts on heads with a share of d above .2, over all rows of each side. */
function verdicts(table: AnyTable, control = "determiner"): string[] {
  return table.rows.filter((row) =>
    row["segment"] === "all" && row["control"] === control && row["head"] !== undefined &&
    row["method"] !== "direct" &&
    (row["role"] === undefined || table.name !== "attribution_summary") &&
    Number(row["share"]) > 0.2
  ).map(({ negation, layer, head, specific }) => `${negation} ${layer}.${head} ${specific}`);
}

/** A head that looks from the end token at the word in the negator's place, and writes where it has a feature. */
const reader = (head: number, reads: "negator" | "determiner", amount: number): PlantedHead => ({
  ...{ layer: 2, head, from: "end", to: "position_3" },
  moves: { reads: [reads], writes: "output", amount },
});

Deno.test("no head that does the same for another determiner is specific, by any method, and one that does so for the negator is", () =>
  inFolder(async (folder) => {
    const planted = [reader(1, "determiner", -NEGATION / 2), reader(2, "negator", NEGATION / 2)];
    for (const [file, content] of modelFiles({ circuit: { heads: 4, planted }, nodes: [] })) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${file}`, bytes);
    }
    await using study = await Study.open({
      ...{ model: folder, data: `${DATA}/pairs.json`, images: `${DATA}/images` },
      cache: false,
    });
    const heads = ["2.1 no", "2.2 yes"]; // of the first the affirmative word is marked, as it is beside any other word
    const sides = ["foil", "caption"].flatMap((side) => heads.map((part) => `${side} ${part}`));
    for (const method of ["knockout", "ablate", "attribute", "paths"] as const) {
      const options = { ...method === "ablate" && { tower: "text" }, control: ["determiner"] };
      const { tables } = await study.run(method, options as never);
      const { nodesSummary, summary } = tables as unknown as Record<string, AnyTable>;
      assertEquals(verdicts(nodesSummary ?? summary!), sides, method);
    }
  }));

Deno.test("a planted head has all of d with any image, none of that of another determiner, and random towers say nothing of it", async () => {
  await using study = await Study.open({ model: "planted/relay", cache: false });
  const control = ["image", "determiner", "random"] as const;
  const { tables, findings } = await study.run("attribute", { control });
  const { summary, summaryControls } = tables as unknown as Record<string, AnyTable>;
  assertEquals(verdicts(summary!), ["foil 3.3 yes", "caption 3.3 yes"]);
  const of = (control: string) =>
    summaryControls!.rows.filter((row) =>
      row["segment"] === "all" && row["control"] === control && row["layer"] === 3 &&
      row["head"] === 3 && row["role"] === undefined
    ).map(({ share_control, specific }) => [Math.round(1e3 * (share_control as number)), specific]);
  assertEquals(of("determiner"), [[0, "yes"], [0, "yes"]]);
  assertEquals(of("random").map(([, specific]) => specific), [undefined, undefined]);
  for (const [share, specific] of of("image")) {
    assertEquals(specific, "no");
    assert(share as number > 500, `${share}`); // |d| of other images over |d|: about 1
  }
  assertStringIncludes(findings, "It is beyond the control determiner.");
});

Deno.test("a tower that cannot have random weights, or lacks an experiment's, is refused before any row is measured", async () => {
  let measured = 0;
  const own = (weights: readonly string[]) =>
    experiment({
      ...{ name: "own", summary: "nothing", does: "reads nothing.", runs: "text" },
      ...{ reads: "text, images if given", weights: () => weights },
      options: { control: controlOption({ standard: ["random"] }) },
      measure: ({ pairs }) => Promise.resolve(pairs.map(() => measured++)),
      tables: () => ({ own: fillTable(table("own", "Nothing.", { id: text("The id.") }), []) }),
      ...{ charts: () => ({}), findings: () => ({}) },
    });
  const { model, pairs: data } = TINY;
  await using study = await Study.open({ model, data, onnx: "_quantized", cache: false });
  const random = "leave out --random-weights, or the control random";
  await assertRejectsCode(() => study.run(own([])), "hook-unreachable", random);
  const weight = "blocks.2.attn.W_O";
  const reading = () => study.run(own([weight]), { control: [] });
  await assertRejectsCode(reading, `hook-unreachable: Cannot reach weight "${weight}"`);
  assertEquals(measured, 0);
  await study.run(own([]), { control: [] });
  assertEquals(measured, study.pairs.length);
});
