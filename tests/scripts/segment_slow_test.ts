/** Runs segment, and correlate with the sizes that it wrote. */

import { onDisk, sha256File } from "../../lib/files/read_file.ts";
import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { readPairs } from "../../lib/data/read.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { segmentOnFiles } from "../../lib/segment/segment_files.ts";
import { Study } from "../../lib/runs/study.ts";
import { SEGMENTER as FOLDER } from "../segment/own_graph.ts";
import { done, runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, recordsIn, runTask } from "./task_process.ts";

const SEGMENTER = ["--segmenter", FOLDER, "--threads", "1"];
const FILES = [
  ...["effects.json", "findings.json", "manifest.json", "masks.npy", "report.html"],
  ...["subject_sizes.csv", "summary.txt"],
];

const GOLDEN: readonly {
  readonly image: string;
  readonly phrase: string;
  readonly subject_size: number;
  readonly subject_size_binary: number;
}[] = JSON.parse(Deno.readTextFileSync(`${FOLDER}/golden.json`));

/** A data file with a foil-negated row for each reference value, and a caption-negated one. */
async function dataIn(folder: string): Promise<string> {
  const path = `${folder}/pairs.json`;
  const rows = GOLDEN.map(({ image, phrase }, i) => {
    const there = phrase.startsWith("a ") ? "There is" : "There are";
    const noun = phrase.split(" ")[1]!;
    const row = { id: `row ${i}`, image, negation: "foil" };
    return { ...row, caption: `${there} ${phrase}.`, foil: `${there} no ${noun}.` };
  });
  const absent = { ...rows[1]!, id: "absent", negation: "caption" };
  const turned = { ...absent, caption: absent.foil, foil: absent.caption };
  await Deno.writeTextFile(path, JSON.stringify([rows[0], turned, ...rows.slice(1)]));
  return path;
}

const dataFlags = (data: string) => ["--data", data, "--images", fixture("images")];

Deno.test("segment writes transformers' sizes for foil-negated rows, and each mask beside its image", () =>
  inFolder(async (folder) => {
    const data = await dataIn(folder);
    const out = `${folder}/out`;
    const flags = [...SEGMENTER, ...dataFlags(data), "--out", out];
    const { code, stdout, stderr } = await runTask("segment", flags);
    assertEquals([code, stderr, namesIn(out)], [0, "", FILES]);
    assertStringIncludes(stdout.replaceAll(/\s+/g, " "), "in the median of 5 rows");
    assertStringIncludes(stdout, `Report, which explains the words: ${out}/report.html\n`);

    const [first, absent, ...rest] = recordsIn(`${out}/subject_sizes.csv`);
    assertEquals(absent, {
      ...{ id: "absent", image: "photo.jpg", phrase: "" },
      ...{ subject_size: "", subject_size_binary: "" },
    });
    [first!, ...rest].forEach((row, i) => {
      const golden = GOLDEN[i]!;
      assertEquals([row["id"], row["phrase"]], [`row ${i}`, golden.phrase]);
      assertAlmostEquals(Number(row["subject_size"]), golden.subject_size, 1e-5);
      assertAlmostEquals(Number(row["subject_size_binary"]), golden.subject_size_binary, 1e-5);
    });

    const masks = await Deno.readFile(`${out}/masks.npy`);
    const header = new TextDecoder().decode(masks.subarray(10, 128)).trimEnd();
    assertEquals(header, "{'descr': '|u1', 'fortran_order': False, 'shape': (5, 64, 64), }");
    const levels = masks.subarray(128);
    GOLDEN.forEach(({ subject_size }, i) => {
      const own = levels.subarray(i * 4096, (i + 1) * 4096);
      const mean = own.reduce((sum, level) => sum + level, 0) / 255 / 4096;
      assertAlmostEquals(mean, subject_size, 0.5 / 255); // each level is rounded
    });

    const report = await Deno.readTextFile(`${out}/report.html`);
    const pictures = report.matchAll(/<img src="data:image\/webp;[^"]+"[^>]* alt="([^"]+)"/g);
    assertEquals([...pictures].map(([, alt]) => alt), [
      ...["photo.jpg", "mask of some boats", "mask of a dog", "odd.png", "mask of some dogs"],
      ...["alpha.png", "mask of a lantern", "rotated.jpg", "mask of some cats"],
    ]);
    const { sources, finished, rows } = JSON.parse(Deno.readTextFileSync(`${out}/manifest.json`));
    assertEquals([finished, rows.read, rows.kept], [true, 6, 6]);
    const files = ["config.json", "tokenizer.json", "preprocessor_config.json", "onnx/model.onnx"];
    const digests = files.map(async (file) => {
      return { file, sha256: await sha256File(`${FOLDER}/${file}`) };
    });
    assertEquals(sources.model, await Promise.all(digests));
    assertEquals(sources.data.map(({ file }: { file: string }) => file), ["pairs.json", "images"]);

    const again = await runHere("segment", flags);
    assertStringIncludes(again.stdout, `This run is finished already: ${out}`);
    assertStringIncludes(again.stdout, "The subject covers");
  }));

Deno.test("segment names all rows that it cannot use, and leaves them out with --skip-bad", () =>
  inFolder(async (folder) => {
    const data = `${folder}/pairs.json`;
    const row = { negation: "foil", caption: "There is a dog.", foil: "There is no dog." };
    const long = `There is ${"a dog ".repeat(15)}.`;
    const rows = [
      { id: "good", image: "photo.jpg", ...row },
      { id: "gone", image: "gone.png", ...row },
      { id: "broken", image: "broken.png", ...row },
      { id: "long", image: "photo.jpg", ...row, caption: long },
      { id: "absent", image: "gone.png", ...row, negation: "caption" },
      { id: "unnamed", image: "photo.jpg", ...row, caption: "There is a." },
    ];
    await Deno.writeTextFile(data, JSON.stringify(rows));
    const images = `${folder}/images`;
    await Deno.mkdir(images);
    await Deno.copyFile(fixture("images/photo.jpg"), `${images}/photo.jpg`);
    await Deno.writeTextFile(`${images}/broken.png`, "no image");
    const flags = [...SEGMENTER, "--data", data, "--images", images, "--out", `${folder}/out`];
    const refused = await runHere("segment", flags);
    assertEquals(refused.code, 1);
    assertStringIncludes(refused.stderr, `Cannot use 2 of 6 rows from "${data}" with the images`);
    assertStringIncludes(refused.stderr, 'pair "long": its phrase has 32 tokens with start and');
    await done("segment", [...flags, "--skip-bad"]);
    const skipping = Deno.readTextFileSync(`${folder}/out/report.html`);
    for (
      const said of [
        ...["its image is missing", "its image cannot be decoded"],
        ...["a sentence is longer than the model reads", "without a phrase (unnamed)"],
        ...["gone", "broken", "long"].map((id) => `<code>${id}</code>`),
      ]
    ) assertStringIncludes(skipping, said);
    const table = recordsIn(`${folder}/out/subject_sizes.csv`);
    assertEquals(table.map(({ id, phrase }) => [id, phrase]), [
      ...[["good", "a dog"], ["absent", ""], ["unnamed", ""]],
    ]);
    await Deno.writeTextFile(data, JSON.stringify(rows.filter(({ id }) => id === "broken")));
    const broken = await runHere("segment", [...flags, "--overwrite"]);
    assertStringIncludes(broken.stderr, 'Cannot decode image "broken.png": ');
  }));

Deno.test("correlate uses the sizes that segment wrote, of a file or of rows made by a script, and identifies them", () =>
  inFolder(async (folder) => {
    const data = await dataIn(folder);
    const sizes = `${folder}/sizes.csv`;
    await segmentOnFiles({ segmenter: FOLDER, threads: 1, data, images: fixture("images") }, {
      ...{ out: `${folder}/segment`, seed: 0 },
    });
    const { pairs } = await readPairs(onDisk(data), { protocol: "rephrased" });
    const made = { segmenter: FOLDER, threads: 1, pairs, images: fixture("images") };
    await segmentOnFiles(made, { out: `${folder}/made`, seed: 0 });
    const read = (name: string) => Deno.readTextFileSync(`${folder}/${name}`);
    assertEquals(read("made/subject_sizes.csv"), read("segment/subject_sizes.csv"));
    const manifest = JSON.parse(read("made/manifest.json"));
    const source = { file: "pairs", sha256: sha256Text(JSON.stringify(pairs)) };
    assertEquals([manifest.options.data, manifest.sources.data[0]], [undefined, source]);
    const flags = ["--model", fixture("clip-tiny"), ...dataFlags(data), "--threads", "1"]
      .concat("--format", "none", "--cache", "none", "--out", `${folder}/out`);
    await Deno.rename(`${folder}/segment/subject_sizes.csv`, sizes);
    const run = (path: string) => runHere("correlate", [...flags, "--subject-sizes", path]);
    const first = await run(sizes);
    assertEquals([first.code, first.stderr], [0, ""]);
    const features = recordsIn(`${folder}/out/correlate.csv`);
    const written = recordsIn(sizes);
    const sizesOf = (rows: typeof written) => rows.map((row) => [row["id"], row["subject_size"]]);
    assertEquals(sizesOf(features), sizesOf(written));
    assertEquals(features.filter(({ subject_size }) => subject_size !== "").length, 5);
    const { sources } = JSON.parse(await Deno.readTextFile(`${folder}/out/manifest.json`));
    assertEquals(sources.data.at(-1), { file: "subject sizes", sha256: await sha256File(sizes) });

    const moved = `${folder}/moved.csv`;
    await Deno.rename(sizes, moved);
    await Deno.writeTextFile(sizes, "id,subject_size\nelsewhere,.5\n");
    const unknown = await run(sizes);
    assertStringIncludes(unknown.stderr, 'the data have no row "elsewhere"; give the file that');

    await using study = await Study.open({
      ...{ model: fixture("clip-tiny"), data, images: fixture("images"), threads: 1 },
      ...{ subjectSizes: moved, cache: false },
    });
    assertEquals(
      study.pairs.map(({ subjectSize }) => subjectSize ?? ""),
      written.map(({ subject_size }) => subject_size && Number(subject_size)),
    );
  }));
