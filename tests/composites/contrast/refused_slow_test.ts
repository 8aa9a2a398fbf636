import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { makeCard } from "../../../lib/composites/cards/make_card.ts";
import { run, runHere } from "../../scripts/task_here.ts";
import { inFolder } from "../../scripts/task_process.ts";

Deno.test("the card of an atlas has what is planted in the model", () =>
  inFolder(async (folder) => {
    const atlas = await run("atlas", ["--model", "planted/and"], `${folder}/and`);
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

Deno.test("contrast refuses what cannot be contrasted, in one line", () =>
  inFolder(async (folder) => {
    const limit = ["--limit", "24"];
    const evaluate = await run("evaluate", limit, `${folder}/evaluate`);
    const fewer = await run("evaluate", ["--limit", "20"], `${folder}/fewer`);
    const compared = await run("contrast", [evaluate, evaluate], `${folder}/itself`);
    await Deno.mkdir(`${folder}/empty`);
    const wrong: readonly (readonly [operands: readonly string[], message: string])[] = [
      [[], "Cannot run without A B"],
      [[evaluate], "there is one run; expected two runs of one experiment; name those within"],
      [[evaluate, evaluate, fewer], "there are 3 runs; expected two runs of one experiment"],
      [[evaluate, fewer], "they are of different rows: 20 with the same id, image and sentences"],
      [[evaluate, `${folder}/none`], "there is no such folder"],
      [[evaluate, `${folder}/empty`], "it holds no manifest.json"],
      [[evaluate, compared], "it is of the task contrast; expected a run of an experiment or"],
      [[evaluate, evaluate, "--out", evaluate], "expected another folder than that of a run"],
    ];
    for (const [operands, message] of wrong) {
      const out = operands.includes("--out") ? [] : ["--out", `${folder}/out`];
      const { code, stderr } = await runHere("contrast", [...operands, ...out, "--format", "none"]);
      assert(code === 1 || code === 2, `${operands} ${code}`);
      assertStringIncludes(stderr, message, operands.join(" "));
      assertEquals(stderr.match(/^Cannot/gm)?.length, 1, stderr);
      assert(stderr.trimEnd().split("\n").length <= 2, stderr); // the second names the help
    }
  }));
