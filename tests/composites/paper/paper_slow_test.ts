/** The paper's results on a few rows: run once, added to, and started over. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { readFinished, writeManifest } from "../../../lib/files/manifest.ts";
import {
  hasAtlas,
  PAPER_PARTS,
  PARTS,
  runBeyond,
  runPaper,
} from "../../../lib/composites/paper/paper.ts";
import { openRun } from "../../../lib/runs/open_run.ts";
import { SEGMENTER } from "../../segment/own_graph.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { fixture, inFolder, recordsIn } from "../../scripts/task_process.ts";
import { goldenImages, TINY } from "../../studies.ts";
import { writeTensors } from "../../opening/embedding_files.ts";
import { filesBelow } from "./files_below.ts";
import { manifest } from "./finished_parts.ts";

const PICTURES = { formats: [], preset: SCREEN };
const HOW = { pictures: PICTURES, cache: false } as const;
const SOME = { limit: 20, threads: 1 } as const; // tests of parts run them side by side

const read = (path: string) => Deno.readTextFileSync(path);

Deno.test("runPaper() puts each published figure beside a measured one that its table holds", () =>
  inFolder(async (folder) => {
    const out = `${folder}/paper`;
    const done = await runPaper(SOME, { ...HOW, out });
    assertEquals(done!.text, read(`${out}/summary.txt`));
    const all = recordsIn(`${out}/comparison.csv`);
    assertEquals(all.length, 21 + 312 + 192 + 192 + 128, "every published figure");
    const rows = all.filter(({ measured }) => measured !== "");
    const tableOf: Readonly<Record<string, readonly [file: string, column: string]>> = {
      accuracy: ["summary", "accuracy"],
      causal_trace: ["trace/trace", "cte"],
      negator_attention: ["attend/heads", "selectivity"],
    };
    for (const [quantity, [file, column]] of Object.entries(tableOf)) {
      const own = rows.filter((row) => row["quantity"] === quantity);
      assert(own.length > 0);
      for (const row of own) {
        const name = quantity === "accuracy" ? `scores_${row["protocol"]}/${file}` : file;
        const line = recordsIn(`${out}/${name}.csv`).find((line) =>
          ["negation", "segment", "layer", "head", "role"].every((key) =>
            !row[key] || !(key in line) || line[key] === row[key]
          ) && (line["site"] ?? "resid") === "resid" &&
          (line["direction"] ?? "denoise") === "denoise"
        );
        assertEquals(line?.[column], row["measured"], JSON.stringify(row));
      }
    }
    const page = read(`${out}/report.html`);
    for (const { title, name } of PARTS) {
      const isOther = ["scores_standard", "scores_all"].includes(name); // its rows are not the other parts'
      assertEquals(page.includes(`<h2>${title}</h2>`), !isOther, name);
      assertStringIncludes(page, `href="${name}/report.html"`);
    }
    const text = page.replace(/<(style|script)[^]*?<\/\1>/g, "").replace(/<[^>]*>/g, " ");
    assert(text.split(/\s+/).length < 4_500, "a reader's words");
    const { files } = await readFinished(out);
    const written = [...PAPER_PARTS.tables.map((name) => `${name}.csv`), ...PAPER_PARTS.files];
    assertEquals(written.filter((file) => !files.includes(file)), []);

    const before = filesBelow(out).map((name) => Deno.statSync(`${out}/${name}`).mtime);
    const again = await runPaper(SOME, { ...HOW, out });
    assertStringIncludes(again!.text, "This run is finished already");
    assertStringIncludes(again!.files, done!.text);
    assertEquals(filesBelow(out).map((name) => Deno.statSync(`${out}/${name}`).mtime), before);

    await assertRejectsCode(() => runPaper({ limit: 19 }, { ...HOW, out }), "folder-taken");
    const table = read(`${out}/trace/trace.csv`);
    Deno.writeTextFileSync(`${out}/trace/trace.csv`, table.replace("foil", "caption"));
    await assertRejectsCode(() => runPaper(SOME, { ...HOW, out }), "run-edited");
  }));

Deno.test("runPaper() adds to a finished folder, and starts over on demand", () =>
  inFolder(async (folder) => {
    const out = `${folder}/paper`;
    const valse = fixture("existence.json"); // without sizes
    const choice = { model: TINY.model, data: valse, images: TINY.images, threads: 1 };
    const first = await runPaper(choice, { ...HOW, out });
    assert(first!.text.split("\n").length <= 25, "a screen");
    assertStringIncludes(
      read(`${out}/report.html`),
      "<b>Sizes of subjects</b>: the data have none",
    );

    const traced = Deno.statSync(`${out}/trace/trace.csv`).mtime;
    await runPaper(choice, { ...HOW, out, segmenter: SEGMENTER });
    assertEquals(read(`${out}/report.html`).includes("<h2>Not run</h2>"), false);
    assertEquals(Deno.statSync(`${out}/trace/trace.csv`).mtime, traced, "not repeated");
    const sizes = recordsIn(`${out}/segment/subject_sizes.csv`);
    const features = recordsIn(`${out}/correlate/correlate.csv`);
    const sizeOf = new Map(sizes.map(({ id, subject_size }) => [id, subject_size]));
    for (const { id, subject_size } of features) assertEquals(subject_size, sizeOf.get(id!));
    assert(features.some(({ subject_size }) => subject_size !== ""));
    const page = read(`${out}/report.html`);
    assertStringIncludes(page, "<h2>Sizes of subjects</h2>");
    const methods = read(`${out}/methods.md`);
    assertStringIncludes(methods, "CLIPSeg");
    const again = await runPaper(choice, { ...HOW, out }); // what was added stays
    assertStringIncludes(again!.text, "This run is finished already");
    assertEquals(recordsIn(`${out}/correlate/correlate.csv`), features);

    const chapterOf = () =>
      /<section id="beyond-the-paper">([^]*?)<\/section>/.exec(read(`${out}/report.html`))?.[1];
    assertEquals(chapterOf(), undefined);
    const { text } = (await runPaper(choice, { ...HOW, out, atlas: true }))!;
    const [atlas] = (await openRun(`${out}/atlas`)).findings.findings[0]!.sentences!;
    assertStringIncludes(chapterOf()!, 'id="figure-circuit_picture"');
    assertStringIncludes(chapterOf()!, 'href="atlas/report.html"');
    assertEquals(text.includes(atlas!), false, "it is not of the paper");
    assertEquals(read(`${out}/methods.md`), methods);
    assertEquals(Deno.statSync(`${out}/trace/trace.csv`).mtime, traced, "not repeated");
    const later = await runPaper(choice, { ...HOW, out }); // what was added stays
    assertStringIncludes(later!.text, "This run is finished already");

    // Other data are refused before any work, and --overwrite removes what was there before it begins.
    const other = { model: TINY.model, data: TINY.pairs, images: TINY.images };
    await assertRejectsCode(() => runPaper(other, { ...HOW, out }), "folder-taken");
    assertEquals(Deno.statSync(`${out}/trace/trace.csv`).mtime, traced);
    const bar = () => {
      throw new Error("stopped");
    };
    const stopped = () => runPaper(other, { ...HOW, out, overwrite: true, bar });
    await assertRejects(stopped, Error, "stopped");
    const kept = filesBelow(out).filter((name) => /\.(csv|md|html|txt)$/.test(name));
    assertEquals(kept, [], "nothing of the earlier results");
    await runPaper(other, { ...HOW, out }); // goes on after the interruption
    await runPaper(other, { ...HOW, out, pictures: { formats: ["svg"], preset: SCREEN } });
    for (const name of ["trace/trace_map", "comparison_maps"]) {
      assert(Deno.statSync(`${out}/${name}.svg`).isFile, "drawn later");
    }
  }));

Deno.test("runPaper() takes a list of pairs as it stands, and leaves out the image tower where embeddings stand in for it", () =>
  inFolder(async (folder) => {
    const [out, imageEmbeddings] = [`${folder}/paper`, `${folder}/images.safetensors`];
    const data = fixture("pairs_standard.json");
    const choice = { model: TINY.model, data, images: TINY.images };
    const valse = () => runPaper(choice, { ...HOW, out });
    await assertRejectsCode(valse, "data-rows-unusable: standard");
    assertEquals([...Deno.readDirSync(folder)], [], "nothing was begun");
    await writeTensors(imageEmbeddings, goldenImages(TINY));
    const embedded = { model: TINY.model, data, imageEmbeddings, protocol: "standard" } as const;
    await runPaper(embedded, { ...HOW, out });
    const { parts } = JSON.parse(read(`${out}/parts.json`));
    assertEquals(Object.keys(parts), [
      ...["scores_standard", "trace", "attend", "knockout", "correlate"],
    ]);
    const { options, rows, versions } = await readFinished(`${out}/trace`);
    assertEquals(options["protocol"], "standard");
    assertStringIncludes(read(`${out}/report.html`), "<b>Image tower</b>");
    const methods = read(`${out}/methods.md`);
    assertStringIncludes(methods, `${rows.kept} rows under the standard protocol`);
    assertStringIncludes(methods, `with seed 0 of negscope ${versions.kit} (Deno ${versions.deno}`);
    assertEquals(methods.includes("flat image"), false, "the image tower was not run");
  }));

Deno.test("runPaper() runs in no shard, and makes no atlas of another protocol or through a link", () =>
  inFolder(async (folder) => {
    const out = `${folder}/paper`;
    const refused = (choice: Parameters<typeof runPaper>[0], said: string) => {
      const run = () => runPaper(choice, { ...HOW, out, atlas: true });
      return assertRejectsCode(run, "usage-value-wrong", said);
    };
    await refused({ ...SOME, shard: { k: 1, n: 2 } }, "Cannot run paper in a shard: expected");
    const list = { model: TINY.model, data: fixture("pairs_standard.json"), images: TINY.images };
    const standard = 'Cannot make an atlas with protocol "standard": expected rephrased';
    await refused({ ...list, protocol: "standard" }, standard);
    assertEquals([...Deno.readDirSync(folder)], [], "nothing was begun");
    await Deno.mkdir(`${folder}/mine`);
    await Deno.mkdir(out);
    await Deno.symlink(`${folder}/mine`, `${out}/atlas`);
    const inputs = { options: {}, sources: { model: [], data: [] } };
    await assertRejectsCode(() => runBeyond(SOME, { ...HOW, out, inputs }), "link-in-the-way");
    assertEquals([...Deno.readDirSync(`${folder}/mine`)], []);
  }));

Deno.test("runPaper() refuses a protocol for VALSE and a segmenter beside sizes before any work", () =>
  inFolder(async (folder) => {
    const out = `${folder}/paper`;
    const refused = (choice: object, more: object, said: string) => {
      const run = () => runPaper({ ...SOME, ...choice }, { ...HOW, ...more, out });
      return assertRejectsCode(run, "usage-value-wrong", said);
    };
    await refused({ protocol: "standard" }, {}, `with protocol "standard" alone: expected no`);
    const segmenter = { segmenter: SEGMENTER };
    const sizes = { subjectSizes: `${out}/segment/subject_sizes.csv` };
    await refused(sizes, segmenter, `Cannot use segmenter "${SEGMENTER}" beside subjectSizes: exp`);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("hasAtlas() finds a finished atlas of the same model and data", () =>
  inFolder(async (out) => {
    const made = manifest({ command: "atlas" });
    const { sources } = made;
    assertEquals(await hasAtlas(out, made), false);
    await Deno.mkdir(`${out}/atlas`);
    const path = `${out}/atlas/manifest.json`;
    const found = async (written: Partial<typeof made>) => {
      await writeManifest(path, { ...made, ...written });
      return await hasAtlas(out, { sources });
    };
    assertEquals(await found({}), true);
    assertEquals(await found({ finished: false }), false);
    assertEquals(await found({ command: "trace" }), false);
    const others = [{ file: "existence.json", sha256: "c".repeat(64) }];
    assertEquals(await found({ sources: { ...sources, data: others } }), false);
    assertEquals(await found({ sources: { ...sources, model: others } }), false);
  }));
