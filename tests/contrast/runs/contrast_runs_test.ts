import { assertEquals, assertStringIncludes } from "@std/assert";
import { contrast } from "../../../lib/contrast/contrast.ts";
import { SCREEN, VENUES } from "../../../lib/charts/venues.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { HEADS, MANIFEST, withRun } from "../../runs/run_folders.ts";
import { inFolder, namesIn } from "../../scripts/task_process.ts";

const PICTURES = { formats: [], preset: SCREEN } as const;

/** An ablation_summary.csv. */
function ablated(...effects: readonly number[]): string {
  const lines = effects.map((effect, i) =>
    `foil,all,image,mlp ${i + 1},flat,all,${i + 1},,mlp_out,9,${effect},,\n`
  );
  return `negation,segment,tower,node,method,role,layer,head,part,n,mean_effect,low,high\n${
    lines.join("")
  }`;
}

const ABLATE = { ...MANIFEST, command: "ablate" };

Deno.test("contrast() writes what two runs share, and finds it finished the second time", () =>
  withRun(
    { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1, 2, 4) },
    (first) =>
      withRun(
        { "manifest.json": ABLATE, "ablation_summary.csv": ablated(2, 3, 5.5) },
        (second) =>
          inFolder(async (folder) => {
            const out = `${folder}/out`;
            const compare = () => contrast([first, second], { out, pictures: PICTURES });
            const { findings, said } = await compare();
            assertStringIncludes(
              findings,
              `first: ${first} (ablate, clip-vit-base-patch32, 490 rows)\n`,
            );
            assertStringIncludes(findings, "1.500  foil-negated, all, all, image, mlp 3, flat\n");
            assertStringIncludes(said, "contrast.csv, contrast_summary.csv, contrast_rows.csv");
            assertEquals(namesIn(out), [
              ...["contrast.csv", "contrast.vl.json", "contrast_map.vl.json"],
              ...["contrast_rows.csv", "contrast_summary.csv"],
              ...["manifest.json", "report.html", "summary.txt"],
            ]);
            const { options } = JSON.parse(await Deno.readTextFile(`${out}/manifest.json`));
            assertEquals(options, { runs: [first, second] });
            assertStringIncludes((await compare()).said, "This run is finished already");
            await assertRejectsCode(
              () => contrast([first, second], { out: second, pictures: PICTURES }),
              "usage-value-wrong",
            );
          }),
      ),
  ));

Deno.test("contrast() writes no LaTeX source over a file of the user's", () =>
  withRun(
    { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1, 2, 4) },
    (run) =>
      inFolder(async (out) => {
        const tex = `${out}/contrast.tex`;
        await Deno.writeTextFile(tex, "my own figure");
        const pictures = { formats: ["svg"], preset: VENUES.get("icml")! } as const;
        await assertRejectsCode(
          () => contrast([run, run], { out, pictures }),
          "folder-taken",
        );
        assertEquals(await Deno.readTextFile(tex), "my own figure");
        await Deno.remove(tex);
        const { said } = await contrast([run, run], { out, pictures });
        assertStringIncludes(said, "contrast.svg, contrast.tex");
      }),
  ));

Deno.test("contrast() refuses runs that share no table, and a table that was edited", () =>
  withRun(
    { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1) },
    (first) =>
      withRun({ "manifest.json": ABLATE, "heads.csv": HEADS }, async (second) => {
        const settings = { out: `${first}/out`, pictures: PICTURES };
        await Deno.remove(`${second}/heads.csv`);
        const { message } = await assertRejectsCode(
          () => contrast([first, second], settings),
          "run-edited",
        );
        assertStringIncludes(message, "heads.csv");
        await Deno.writeTextFile(`${first}/ablation_summary.csv`, ablated(2));
        await assertRejectsCode(() => contrast([first, second], settings), "run-edited");
      }),
  ));

Deno.test("contrast() needs two runs of one task", () =>
  withRun(
    { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1) },
    (first) =>
      withRun({ "manifest.json": MANIFEST }, async (second) => {
        const { message } = await assertRejectsCode(
          () => contrast([first, second], { out: `${first}/out`, pictures: PICTURES }),
          "not-comparable",
        );
        assertEquals(
          message,
          `Cannot contrast runs "${first}" and "${second}": ` +
            "they are of different experiments, ablate and trace; expected two runs of one experiment",
        );
      }),
  ));
