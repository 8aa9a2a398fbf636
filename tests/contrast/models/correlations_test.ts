import { assertAlmostEquals, assertEquals } from "@std/assert";
import { correlationsTable } from "../../../lib/contrast/models/correlations.ts";
import { modelLine } from "../../../lib/contrast/models/model_line.ts";
import { type Manifest, readFinished } from "../../../lib/files/manifest.ts";
import { MANIFEST, withRun } from "../../runs/run_folders.ts";

/** The shares of a row of which the negator, the subject and the end token hold these, by layer; the method fixes the first and the last layer. */
function sharesFile(layers: readonly (readonly [negator: number, subject: number, eot: number])[]) {
  const whole = [[1, 0, 0], ...layers, [0, 0, 1]];
  const lines = whole.flatMap((shares, layer) =>
    ["there", "negator", "subject_first", "eot"].map((role, i) =>
      `a,foil,correct,${layer},${role},${i === 0 ? 0 : 2 * shares[i - 1]!}`
    )
  );
  return ["id,negation,segment,layer,role,share", ...lines, ""].join("\n");
}

const FILES = {
  "manifest.json": { ...MANIFEST, command: "shares" } as Manifest,
  "evaluate.csv":
    "id,image,negation,caption,foil,s_caption,s_foil,d,segment,tokens\na,a.png,foil,a dog,no dog,2,0,2,correct,4\n",
};

Deno.test("correlationsTable() leaves the places that the method fixes out of rho, which would make any two models look alike", () =>
  withRun(
    { ...FILES, "shares.csv": sharesFile([[0.5, 0.3, 0.2], [0.1, 0.15, 0.75]]) },
    (first) =>
      withRun(
        { ...FILES, "shares.csv": sharesFile([[0.15, 0.25, 0.6], [0.7, 0.2, 0.1]]) },
        async (second) => {
          const lines = await Promise.all([first, second].map(async (folder) =>
            await modelLine({
              ...{ name: folder, data: undefined, seed: 0 },
              runs: [{ folder, manifest: await readFinished(folder) }],
            })
          ));
          const { rows } = await correlationsTable(lines, ({ model }) => model.name);
          assertEquals(rows.map(({ measure, parts }) => [measure, parts]), [["shares", 6]]);
          const onOthers = lines.map((line, i) => ({
            ...line,
            model: {
              ...line.model,
              runs: line.model.runs.map((run) => ({
                ...run,
                manifest: {
                  ...run.manifest,
                  sources: { model: [], data: [{ file: "images", sha256: `${i}` }] },
                },
              })),
            },
          }));
          const others = await correlationsTable(onOthers, ({ model }) => model.name);
          assertEquals(others.rows, [], "of rows whose pictures are other files");
          // by size, first 5 4 3 1 2 6, second 2 4 5 6 3 1: squared differences 9 0 4 25 1 25, and 1 - 6 x 64 / (6 x 35)
          assertAlmostEquals(rows[0]!.rho!, 1 - 6 * 64 / (6 * 35), 1e-12);
        },
      ),
  ));
