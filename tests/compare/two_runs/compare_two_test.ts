import { assertEquals, assertStringIncludes } from "@std/assert";
import { compareTwoFolders } from "../../../lib/compare/two_runs/compare_two.ts";
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

Deno.test("compareTwoFolders() writes what two runs share, and finds it finished the second time", () =>
  withRun(
    { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1, 2, 4) },
    (first) =>
      withRun(
        { "manifest.json": ABLATE, "ablation_summary.csv": ablated(2, 3, 5.5) },
        (second) =>
          inFolder(async (folder) => {
            const out = `${folder}/out`;
            const compare = () => compareTwoFolders([first, second], { out, pictures: PICTURES });
            const { findings, said } = await compare();
            assertStringIncludes(
              findings,
              `first: ${first} (ablate, clip-vit-base-patch32, 490 rows)\n`,
            );
            assertStringIncludes(findings, "1.500  foil-negated, all, all, image, mlp 3, flat\n");
            assertStringIncludes(said, "runs_side_by_side.csv, runs_side_by_side_summary.csv");
            assertEquals(namesIn(out), [
              ...[
                "manifest.json",
                "report.html",
                "runs_side_by_side.csv",
                "runs_side_by_side.vl.json",
              ],
              ...["runs_side_by_side_summary.csv", "summary.txt"],
            ]);
            const { options } = JSON.parse(await Deno.readTextFile(`${out}/manifest.json`));
            assertEquals(options, { runs: [first], with: second });
            assertStringIncludes((await compare()).said, "This run is finished already");
            await assertRejectsCode(
              () => compareTwoFolders([first, second], { out: second, pictures: PICTURES }),
              "usage-value-wrong",
            );
          }),
      ),
  ));

Deno.test("compareTwoFolders() writes no LaTeX source over a file of the user's", () =>
  withRun(
    { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1, 2, 4) },
    (run) =>
      inFolder(async (out) => {
        const tex = `${out}/runs_side_by_side.tex`;
        await Deno.writeTextFile(tex, "my own figure");
        const pictures = { formats: ["svg"], preset: VENUES.get("icml")! } as const;
        await assertRejectsCode(
          () => compareTwoFolders([run, run], { out, pictures }),
          "folder-taken",
        );
        assertEquals(await Deno.readTextFile(tex), "my own figure");
        await Deno.remove(tex);
        const { said } = await compareTwoFolders([run, run], { out, pictures });
        assertStringIncludes(said, "runs_side_by_side.svg, runs_side_by_side.tex");
      }),
  ));

Deno.test("compareTwoFolders() refuses runs that share no table, and a table that was edited", () =>
  withRun(
    { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1) },
    (first) =>
      withRun({ "manifest.json": MANIFEST, "heads.csv": HEADS }, async (second) => {
        const settings = { out: `${first}/out`, pictures: PICTURES };
        await Deno.remove(`${second}/heads.csv`);
        const { message } = await assertRejectsCode(
          () => compareTwoFolders([first, second], settings),
          "run-edited",
        );
        assertStringIncludes(message, "heads.csv");
        await Deno.writeTextFile(`${first}/ablation_summary.csv`, ablated(2));
        await assertRejectsCode(() => compareTwoFolders([first, second], settings), "run-edited");
      }),
  ));

Deno.test("compareTwoFolders() needs two runs of one task", () =>
  withRun(
    { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1) },
    (first) =>
      withRun({ "manifest.json": MANIFEST }, async (second) => {
        const { message } = await assertRejectsCode(
          () => compareTwoFolders([first, second], { out: `${first}/out`, pictures: PICTURES }),
          "not-comparable",
        );
        assertEquals(
          message,
          `Cannot compare runs "${first}" (ablate) and "${second}" (trace): ` +
            "they have no table in common that can be compared; expected two runs of one task",
        );
      }),
  ));
