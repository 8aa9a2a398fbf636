import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { contrast, runDifferences } from "../../../lib/composites/contrast/contrast.ts";
import { folderNames } from "../../../lib/composites/compare/models.ts";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { HEADS, MANIFEST, withRun } from "../../runs/run_folders.ts";
import { SUMMARY } from "../../../lib/runs/write_results.ts";
import { inFolder, namesIn } from "../../scripts/task_process.ts";

const PICTURES = { formats: [], preset: SCREEN } as const;

/** Uses the folders of two runs. */
const withRuns = (
  [one, other]: readonly [Parameters<typeof withRun>[0], Parameters<typeof withRun>[0]],
  use: (first: string, second: string) => Promise<void>,
) => withRun(one, (first) => withRun(other, (second) => use(first, second)));

/** Gives settings that write one contrast over the other. */
const intoOne = (
  use: (settings: Parameters<typeof contrast>[1] & { overwrite: true }) => Promise<void>,
) => inFolder((folder) => use({ out: `${folder}/out`, pictures: PICTURES, overwrite: true }));

const ONE_ROW = "id,image,negation,caption,foil,d,segment\na,a.png,foil,a dog,no dog,2,correct\n";

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
  withRuns(
    [
      { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1, 2, 4) },
      { "manifest.json": ABLATE, "ablation_summary.csv": ablated(2, 3, 5.5, 1) },
    ],
    (first, second) =>
      inFolder(async (folder) => {
        const out = `${folder}/out`;
        const compare = () => contrast([first, second], { out, pictures: PICTURES });
        const { findings, said } = await compare();
        assertMatch(findings, /foil-negated, layer 3, all +4 +5\.500 +1\.500\n/);
        assertEquals(said, `Report, which explains the words: ${out}/report.html`);
        assertEquals(namesIn(out), [
          ...["agreement.csv", "contrast.csv", "contrast_map.vl.json", "effects.json"],
          ...["findings.json", "manifest.json", "report.html", "summary.txt"],
        ]);
        const { options, rows } = JSON.parse(await Deno.readTextFile(`${out}/manifest.json`));
        assertEquals(options, { runs: [first, second] });
        const agreement = await Deno.readTextFile(`${out}/agreement.csv`);
        assertStringIncludes(agreement, `,${folderNames([first, second]).join()},`);
        assertMatch(await Deno.readTextFile(`${out}/report.html`), /runs have the same options/);
        const missing = [{ reason: "not measured", n: 1 }]; // in the second run alone
        assertEquals(rows, { read: 4, kept: 3, dropped: missing });
        assertStringIncludes((await compare()).said, "This run is finished already");
      }),
  ));

Deno.test("contrast() refuses what cannot be contrasted, and a table that was edited", () =>
  withRuns(
    [
      { "manifest.json": ABLATE, "ablation_summary.csv": ablated(1) },
      { "manifest.json": ABLATE, "heads.csv": HEADS },
    ],
    async (first, second) => {
      const settings = { out: `${first}/out`, pictures: PICTURES };
      const refuses = (runs: readonly string[], message: string, how = settings) =>
        assertRejectsCode(() => contrast(runs, how), "not-comparable", message);
      await refuses([first], "the number of runs is 1; expected two runs of one experiment");
      await refuses([first, first, second], "the number of runs is 3; expected two runs");
      await refuses([first, second], "they have no table in common");
      const others = [
        ["trace", "they are of different experiments, ablate and trace; expected two runs of one"],
        ["study", '" holds several runs; expected two runs of one experiment; name those within'],
      ] as const;
      for (const [command, message] of others) {
        const run = { "manifest.json": { ...MANIFEST, command } };
        await withRun(run, async (other) => void await refuses([first, other], message));
      }
      const inside = () => contrast([first, second], { ...settings, out: first });
      await assertRejectsCode(inside, "usage-value-wrong", "another folder than that of a run");
      await Deno.writeTextFile(`${first}/ablation_summary.csv`, ablated(2));
      const edited = () => contrast([first, first], { ...settings, out: `${second}/out` });
      await assertRejectsCode(edited, "run-edited: ablation_summary.csv");
    },
  ));

/** choices.csv of a file of questions. */
function chosen(questions: readonly string[]): string {
  const lines = questions.flatMap((question, row) => [
    `${row},${row},${question},,0,1,2`,
    `${row},${row},${question},,1,0,1`,
  ]);
  return ["id,row,question,group,option,right,score", ...lines, ""].join("\n");
}

/** A run of a benchmark, whose accuracies do not say what was asked. */
const benchmark = (questions: readonly string[]) => ({
  "manifest.json": { ...MANIFEST, command: "benchmark" },
  "choices.csv": chosen(questions),
  "benchmark.csv": `by,group,measure,n,value,low,high\nall,all,accuracy,${questions.length},1,,\n`,
});

/** Runs of the retrieval of captions. */
const retrieval = (sentences: readonly string[]) => ({
  "manifest.json": { ...MANIFEST, command: "benchmark" },
  "retrieval.csv": [
    "direction,row,caption,id,image,sentence,rank,tied",
    ...sentences.map((sentence, row) => `text_to_image,${row},0,${row},a.png,${sentence},1,0`),
    "",
  ].join("\n"),
  "benchmark.csv": "by,group,measure,n,value,low,high\ntext_to_image,all,r1,2,1,,\n",
});

Deno.test("contrast() compares benchmarks on the same questions alone", () =>
  intoOne(async (settings) => {
    const pairs = [
      [benchmark(["a1", "b2"]), benchmark(["a1", "c3"])], // another question in the same row
      [benchmark(["a1", "b2"]), benchmark(["b2", "a1"])],
      [retrieval(["a dog"]), retrieval(["a dog", "a cow"])],
    ] as const;
    for (const [one, other] of pairs) {
      await withRuns([one, other], async (first, second) => {
        const refused = () => contrast([first, second], settings);
        await assertRejectsCode(refused, "not-comparable", "they are of different rows: ");
        await contrast([first, first], settings);
      });
    }
  }));

/** A run of two pictures with two sentences, with the scores of each row and the shares that are right. */
const twoPictures = (scores: readonly (readonly number[])[], shares: readonly number[]) => ({
  "manifest.json": { ...MANIFEST, command: "benchmark" },
  "choices.csv": [
    "id,row,question,group,option,right,score",
    ...scores.flatMap((four, row) =>
      four.map((score, i) => `${row},${row},q${row},,${i},${i % 3 === 0 ? 1 : 0},${score}`)
    ),
    "",
  ].join("\n"),
  "benchmark.csv": `by,group,measure,n,value,low,high\n${
    ["text", "image", "group", "ties"].map((score, i) => `all,all,${score},12,${shares[i]},,\n`)
      .join("")
  }`,
});

Deno.test("contrast() pairs the rows of text, image and group score", () =>
  inFolder(async (folder) => {
    const rows = Array.from({ length: 12 }, (_, row) => row);
    const right = [3, 1, 2, 4];
    const wrong = [[2, 1, 3, 4], [4, 3, 1, 2], [2, 3, 1, 4], [4, 1, 3, 2]]; // of pictures, then of sentences
    const runs = [
      twoPictures(rows.map(() => right), [1, 1, 1, 1]),
      twoPictures(rows.map((row) => wrong[row % 4]!), [0.5, 0.5, 0, 0]),
    ] as const;
    await withRuns(runs, async (first, second) => {
      await contrast([first, second], { out: `${folder}/out`, pictures: PICTURES });
      const text = await Deno.readTextFile(`${folder}/out/contrast.csv`);
      const lines = parse(text, { skipFirstRow: true });
      const columns = ["other", "difference", "only_first", "only_second"];
      assertEquals(lines.map((line) => columns.map((name) => line[name])), [
        ["all, all, text", "-0.5", "6", "0"],
        ["all, all, image", "-0.5", "6", "0"],
        ["all, all, group", "-1", "12", "0"],
      ]);
    });
  }));

Deno.test("contrast() refuses runs on other pictures under the same names", () =>
  intoOne(async (settings) => {
    const evaluated = {
      "manifest.json": { ...MANIFEST, command: "evaluate" },
      "summary.csv": SUMMARY,
      "evaluate.csv": ONE_ROW,
    };
    for (const run of [evaluated, benchmark(["a1", "b2"]), retrieval(["a dog", "a cat"])]) {
      const on = (sha256: string) => ({
        ...run,
        "manifest.json": {
          ...run["manifest.json"],
          sources: { ...MANIFEST.sources, data: [{ file: "images", sha256 }] },
        },
      });
      await withRuns([on("1"), on("2")], async (first, second) => {
        const said = "their images are other files under the same names";
        const refused = () => contrast([first, second], settings);
        await assertRejectsCode(refused, "not-comparable", said);
        await contrast([second, second], settings);
        await withRun(run, async (without) => void await contrast([first, without], settings));
      });
    }
  }));

Deno.test("contrast() says first which of its models do not tell negation", () =>
  intoOne(async (settings) => {
    const scored = (name: string, accuracy: string, gamma: string) => ({
      "manifest.json": { ...MANIFEST, command: "evaluate", model: { ...MANIFEST.model, name } },
      "summary.csv":
        `negation,n,accuracy,accuracy_low,accuracy_high,gamma,gamma_low,gamma_high\nall,9,${accuracy},,,\nboth,9,,,,${gamma}\n`,
      "evaluate.csv": ONE_ROW,
    });
    const runs = [
      scored("able", "0.75,0.625,0.875", "2,1,3"),
      scored("deaf", "0.5,0.25,0.75", "0,-1,1"),
    ] as const;
    await withRuns(runs, async (able, deaf) => {
      await contrast([able, able], settings); // the same bytes, so that nothing differs
      const text = await Deno.readTextFile(`${settings.out}/contrast.csv`);
      const cells = parse(text, { skipFirstRow: true });
      assertEquals(
        cells.map(({ quantity, difference, low, high }) => [quantity, difference, low, high]),
        [["accuracy", "0", "0", "0"], ["gamma", "0", "0", "0"], ["d", "0", "", ""]],
      );
      const { findings } = await contrast([able, deaf], settings);
      const [, first] = findings.split("\n\n");
      assertStringIncludes(first!.replaceAll(/\s+/g, " "), "deaf does not tell negation here: ");
      assertEquals(findings.match(/tells? negation/g)?.length, 1);
    });
  }));

/** A run of evaluate with the first or with all of 24 rows right, and with these checksums of its towers. */
const ofTowers = (right: 1 | 24, towers: Readonly<Record<string, string>>, options = {}) => {
  const lines = Array.from({ length: 24 }, (_, i) => (
    `${i},a.png,foil,a dog ${i},no dog ${i},${i < right ? 2 : -2},correct\n`
  ));
  const taken = Object.entries(towers).map(([tower, sha256]) => ({ tower, sha256 }));
  return {
    "manifest.json": {
      ...{ ...MANIFEST, command: "evaluate", options: { ...MANIFEST.options, ...options } },
      model: { ...MANIFEST.model, taken: taken as never },
    },
    "summary.csv": `negation,n,accuracy\nall,24,${right / 24}\n`,
    "evaluate.csv": `id,image,negation,caption,foil,d,segment\n${lines.join("")}`,
  };
};

Deno.test("contrast() says which tower brings a better score where the other is the same", () =>
  intoOne(async (settings) => {
    const cases = [
      [{ text: "1", image: "2" }, { text: "1", image: "3" }, "image"],
      [{ text: "1", image: "2" }, { text: "3", image: "2" }, "text"],
      [{ text: "1", image: "2" }, { text: "1", image: "2" }, undefined],
      [{ text: "1", image: "2" }, { text: "3", image: "4" }, undefined],
      [{ text: "1" }, { text: "1", image: "2" }, undefined],
      [{ text: "1", image: "2" }, { text: "1", image: "3" }, undefined, { "random-weights": "1" }],
    ] as const;
    for (const [one, other, tower, options] of cases) {
      await withRuns([ofTowers(1, one), ofTowers(24, other, options)], async (first, second) => {
        const { findings } = await contrast([first, second], settings);
        const said = findings.replaceAll(/\s+/g, " ");
        const [, found] = /The (\w+) tower alone brings it/.exec(said) ?? [];
        assertEquals(found, tower, JSON.stringify([one, other]));
      });
    }
  }));

function run(
  files: Readonly<Record<string, string>>,
  { images = "i", ...options }: Record<string, string> = {},
) {
  const model = Object.entries(files).map(([file, sha256]) => ({ file, sha256 }));
  return { options, sources: { model, data: [{ file: "images", sha256: images }] } };
}

const OWN = { "config.json": "c", "model.safetensors": "m" };

Deno.test("runDifferences() finds the same files under other names, and leaves out what options say", () => {
  assertEquals(runDifferences(run(OWN), run({ "config.json": "c", "elsewhere.pt": "m" })), []);
  const options = { "random-weights": "1", model: "elsewhere" };
  const random = run({ ...OWN, "random weights (seed 1)": "r" }, options);
  assertEquals(runDifferences(run(OWN), random), ["--random-weights (none, 1)"]);
});

Deno.test("runDifferences() names options with both values, and files of data and model whose contents differ", () => {
  assertEquals(
    runDifferences(
      run({ ...OWN, "tuned.pt": "1" }, { site: "resid", seed: "0" }),
      run({ ...OWN, "tuned.pt": "2", "image embeddings": "e" }, { images: "j", seed: "0" }),
    ),
    ["--site (resid, none)", "the data (images)", "the model (tuned.pt, image embeddings)"],
  );
});
