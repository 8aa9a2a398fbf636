import { assert, assertEquals } from "@std/assert";
import { checksumsOf, loadStudy } from "../../lib/opening/load_study.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import { EmbeddingCache } from "../../lib/opening/embedding_cache.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import type { StudyChoice } from "../../lib/study/choice/study_options.ts";
import type { Study } from "../../lib/study/study.ts";
import { keptIn } from "./kept_map.ts";
import { fixture, inFolder, namesIn } from "../scripts/task_process.ts";
import { TINY } from "../studies.ts";

const CHOICE: StudyChoice = {
  model: TINY.model,
  data: TINY.pairs,
  images: TINY.images,
  threads: 1,
};

async function load(cache?: EmbeddingCache, choice = CHOICE): Promise<Study> {
  const inputs = await openInputs(choice);
  return await loadStudy(inputs, {
    ...{ runtime: nodeRuntime(), checksums: await checksumsOf(inputs), cache },
  });
}

/** A folder with copies of the images, one of which a test replaces. */
async function copiedImages(folder: string): Promise<string> {
  const images = `${folder}/images`;
  await Deno.mkdir(images);
  for (const name of namesIn(TINY.images)) {
    await Deno.copyFile(`${TINY.images}/${name}`, `${images}/${name}`);
  }
  return images;
}

Deno.test("Study embeds images whose file was replaced, and those that a limit left out", () =>
  inFolder(async (folder) => {
    const cache = new EmbeddingCache(`${folder}/cache`);
    const images = await copiedImages(folder);
    const embedded = async (choice: StudyChoice) => {
      await using study = await load(cache, { ...CHOICE, images, ...choice });
      const counts: number[] = [];
      await study.embeddings.images({ progress: (_, total) => void counts.push(total) });
      return counts.at(-1) ?? 0;
    };
    assertEquals(await embedded({ limit: 3 }), 3);
    assertEquals(await embedded({}), 4); // of 7
    await using study = await load();
    const name = study.pairs[0]!.image;
    await Deno.copyFile(fixture("images/alpha.png"), `${images}/${name}`);
    assert(await embedded({}) <= 1); // its content may be another image's
    assertEquals(await embedded({}), 0);
  }));

Deno.test("Study refuses an image that has changed since its checksum was taken", () =>
  inFolder(async (folder) => {
    const images = await copiedImages(folder);
    await using study = await load(undefined, { ...CHOICE, images });
    const name = study.pairs[0]!.image;
    await Deno.copyFile(fixture("images/alpha.png"), `${images}/${name}`);
    await assertRejectsCode(
      () => study.scoredRows(),
      `file-changed: Cannot use image "${name}": its file has changed`,
    );
    await Deno.copyFile(`${TINY.images}/${name}`, `${images}/${name}`);
    assertEquals((await study.scoredRows()).rows.length, 8); // a failure is not kept
  }));

Deno.test("Study loads the image tower when it is needed, and again after it was freed", async () => {
  await using study = await load();
  const first = await study.image();
  assert(await study.image() === first);
  await study.releaseImage();
  assert(await study.image() !== first);
});

Deno.test("Study adds the embeddings kept by an unfinished run to the cache, so that the next run embeds nothing", () =>
  inFolder(async (folder) => {
    const cache = new EmbeddingCache(`${folder}/cache`);
    const rows = new Map<string, readonly number[]>();
    await using without = await load();
    const expected = await without.embeddings.images({ kept: keptIn(rows) });
    const names = [...rows.keys()];
    assertEquals(names.length, 7);
    for (const name of names.slice(5)) rows.delete(name); // the run was cut off
    const embedded = async (kept?: Map<string, readonly number[]>) => {
      await using study = await load(cache);
      const totals: number[] = [];
      const images = await study.embeddings.images({
        ...(kept && { kept: keptIn(kept) }),
        progress: (_, total) => void totals.push(total),
      });
      assertEquals(images, expected);
      return [totals.at(-1) ?? 0, study.embeddings.origins?.image];
    };
    assertEquals(await embedded(rows), [2, { cached: 0, computed: 2, resumed: 5 }]);
    assertEquals(await embedded(), [0, { cached: 7, computed: 0 }]);
  }));

Deno.test("Study loads and embeds nothing after it was freed, but keeps its results", async () => {
  const study = await load();
  const known = await load();
  const scored = await known.scoredRows();
  await study[Symbol.asyncDispose]();
  await known[Symbol.asyncDispose]();
  await assertRejectsCode(() => study.image(), "tower-not-loaded: the image tower");
  await assertRejectsCode(() => study.embeddings.images(), "tower-not-loaded: the image tower");
  await assertRejectsCode(() => study.scoredRows(), "tower-not-loaded: the text tower");
  assert(await known.scoredRows() === scored);
  await assertRejectsCode(() => known.image(), "tower-not-loaded");
});

Deno.test("Study aligns all rows before it reads an image", async () => {
  const inputs = await openInputs(CHOICE);
  const [pair] = inputs.pairs;
  const longer = { ...pair!, id: "long", caption: `${pair!.caption} ${pair!.caption}` };
  const images = { ...inputs.images!, read: () => Promise.reject(new Error("an image was read")) };
  const given = { ...inputs, pairs: [pair!, longer], images };
  const loading = () => loadStudy(given, { runtime: nodeRuntime() });
  await assertRejectsCode(loading, 'pair-not-minimal: "long"');
});
