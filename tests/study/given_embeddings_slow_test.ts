import { assertEquals, assertStringIncludes } from "@std/assert";
import { rowBundles, studyBundle } from "../../lib/show/notebook.ts";
import { Study } from "../../lib/runs/study.ts";
import { checkModelUnchanged, checksumsOf } from "../../lib/opening/model_files.ts";
import { openInputs } from "../../lib/opening/open_inputs.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";
import { goldenImages, studyPairs, TINY } from "../studies.ts";
import { writeMatrix, writeTensors } from "../opening/embedding_files.ts";

const { model } = TINY;

Deno.test("a study of image embeddings scores rows that a script made, and has neither pictures nor an image tower", () =>
  inFolder(async (folder) => {
    const imageEmbeddings = `${folder}/images.safetensors`;
    await writeTensors(imageEmbeddings, goldenImages(TINY));
    const pairs = await studyPairs(TINY);
    await using study = await Study.open({ model, pairs, imageEmbeddings, cache: false });
    await using whole = await Study.open({
      ...{ model, pairs, cache: false },
      images: TINY.images,
    });
    const scores = (await study.score()).rows.map(({ d }) => Math.round(d * 1e3));
    assertEquals(scores, (await whole.score()).rows.map(({ d }) => Math.round(d * 1e3)));
    const row = await study.row(pairs[0]!.id);
    assertEquals([row.hasImage, row.hasPicture], [true, false]);
    assertEquals((await rowBundles(row)).length, 1);
    assertStringIncludes(String(study), "; image embeddings from images.safetensors\n");
    assertEquals(/\| image +\|/.test(studyBundle(study)["text/markdown"]!), false);
    await assertRejectsCode(
      () => row.picture(),
      `images-not-given: Cannot read the image of row "${
        pairs[0]!.id
      }": the study has no images; give Study.open() the folder of the images`,
    );
    const refuses = (work: () => Promise<unknown>) =>
      assertRejectsCode(work, `images-not-given: of "${imageEmbeddings}" stand in for it`);
    await refuses(() => study.image());
    await refuses(() => study.run("ablate"));
    const { tables } = await study.run("ablate", { tower: "text", nodes: ["mlps"] });
    assertEquals(tables.ablation.rows.length, 3 * pairs.length); // which needs no image tower
  }));

Deno.test("checkModelUnchanged() refuses image embeddings that have changed since they were read", () =>
  inFolder(async (folder) => {
    const imageEmbeddings = `${folder}/images.npy`;
    for (const file of [imageEmbeddings, `${folder}/images.txt`]) {
      await writeMatrix(imageEmbeddings, goldenImages(TINY));
      const inputs = await openInputs({ model, data: TINY.pairs, imageEmbeddings });
      const checksums = await checksumsOf(inputs);
      await checkModelUnchanged(checksums);
      await Deno.writeTextFile(file, "more", { append: true });
      await assertRejectsCode(
        () => checkModelUnchanged(checksums),
        `file-changed: Cannot use "${file}": it has changed since the run began`,
      );
    }
  }));

Deno.test("a limit and a shard need only the embeddings of their own rows", () =>
  inFolder(async (folder) => {
    const all = goldenImages(TINY);
    const pairs = await studyPairs(TINY);
    const { image } = pairs[0]!;
    const imageEmbeddings = `${folder}/images.npy`;
    await writeMatrix(
      imageEmbeddings,
      new Map([[image, all.get(image)!], ["other.jpg", all.get(image)!]]),
    );
    const own = pairs.filter((pair) => pair.image === image);
    const { embeddings } = await openInputs({ model, pairs: own, imageEmbeddings });
    assertEquals([...embeddings!.vectors.keys()], [image]);
    await assertRejectsCode(
      () => openInputs({ model, pairs, imageEmbeddings }),
      "data-rows-unusable: Cannot use",
    );
  }));
