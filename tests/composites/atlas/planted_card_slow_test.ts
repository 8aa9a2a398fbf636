import { assertEquals } from "@std/assert";
import { makeCard } from "../../../lib/composites/cards/make_card.ts";
import { run } from "../../scripts/task_here.ts";
import { inFolder } from "../../scripts/task_process.ts";

Deno.test("the card of an atlas has what is planted in the model", () =>
  inFolder(async (folder) => {
    const atlas = await run("atlas", ["--model", "planted/and", "--threads", "1"], `${folder}/and`);
    const card = await makeCard(atlas); // data/planted/README.md
    assertEquals(
      card.parts.map((
        { part, gamma, way },
      ) => [part, Math.round(100 * gamma![0]) / 100, ...way ?? []]),
      [["head 2.1", 0.5, "reads"], ["head 2.3", 0.5, "reads"], ["mlp 2", 1, "writes"]],
    );
    const { circuit, scores: { sides } } = card;
    assertEquals([circuit!.parts, circuit!.of, sides.all!.accuracy[0]], [3, 20, 1]);
  }));
