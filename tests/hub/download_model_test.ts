import { assertEquals } from "@std/assert";
import { lockFolder } from "../../lib/files/folders.ts";
import { downloadModel } from "../../lib/hub/download_model.ts";
import { hubOf } from "../../lib/hub/listing.ts";
import { parseHubName } from "../../lib/hub/repository.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { COMMIT, FILES, properHub, REPOSITORY } from "./fake_hub.ts";

async function download(into: { folder: string } | { cache: string }): Promise<unknown> {
  using hub = properHub();
  return await downloadModel(parseHubName(REPOSITORY)!, {
    hub: hubOf({ HF_ENDPOINT: hub.at().origin }),
    into,
  });
}

Deno.test("downloadModel() writes nothing where links within its folder lead", () =>
  inFolder(async (root) => {
    const [victims, folder, cache] = [`${root}/victims`, `${root}/model`, `${root}/cache`];
    const repository = `${cache}/models--owner--tiny-clip`;
    await Deno.mkdir(victims);
    await Deno.writeTextFile(`${victims}/config.json`, "mine");
    const snapshot = `${repository}/snapshots/${COMMIT}`;
    const attacks = [
      { into: { folder }, folders: [folder], link: `${folder}/onnx` },
      { into: { cache }, folders: [repository], link: `${repository}/blobs` },
      { into: { cache }, folders: [repository], link: `${repository}/snapshots` },
      { into: { cache }, folders: [snapshot], link: `${snapshot}/onnx` },
      { into: { cache }, folders: [repository], link: `${repository}/refs` },
    ];
    for (const { into, folders, link } of attacks) {
      for (const path of folders) await Deno.mkdir(path, { recursive: true });
      await Deno.symlink(victims, link);
      const says = `Cannot write "${link}": it is a link`;
      await assertRejectsCode(() => download(into), "link-in-the-way", says);
      assertEquals(namesIn(victims), ["config.json"]);
      for (const place of [folder, cache]) {
        await Deno.remove(place, { recursive: true }).catch(() => {});
      }
    }
    await Deno.mkdir(folder);
    await Deno.symlink(`${victims}/config.json`, `${folder}/config.json`); // replaced as a whole
    await download({ folder });
    assertEquals(await Deno.readTextFile(`${victims}/config.json`), "mine");
    assertEquals(await Deno.readFile(`${folder}/config.json`), FILES["config.json"]);
    assertEquals((await Deno.lstat(`${folder}/config.json`)).isFile, true);
  }));

Deno.test("downloadModel() keeps other processes out of its folder, and refuses one that is in use", () =>
  inFolder(async (root) => {
    for (const into of [{ folder: `${root}/model` }, { cache: root }]) {
      const path = "folder" in into ? into.folder : `${root}/models--owner--tiny-clip`;
      using _other = await lockFolder(path);
      await assertRejectsCode(() => download(into), "folder-in-use");
      assertEquals(namesIn(path), [".lock"]);
    }
  }));
