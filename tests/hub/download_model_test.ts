import { assertEquals } from "@std/assert";
import { lockFolder } from "../../lib/files/write_whole.ts";
import { downloadModel } from "../../lib/hub/download_model.ts";
import { hubOf } from "../../lib/hub/listing.ts";
import { parseHubName } from "../../lib/hub/repository.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";
import { properHub, REPOSITORY } from "./fake_hub.ts";

async function download(into: { folder: string } | { cache: string }): Promise<unknown> {
  using hub = properHub();
  return await downloadModel(parseHubName(REPOSITORY)!, {
    hub: hubOf((name) => name === "HF_ENDPOINT" ? hub.at().origin : undefined),
    into,
  });
}

Deno.test("downloadModel() keeps other processes out of its folder, and refuses one that is in use", () =>
  inFolder(async (root) => {
    for (const into of [{ folder: `${root}/model` }, { cache: root }]) {
      const path = "folder" in into ? into.folder : `${root}/models--owner--tiny-clip`;
      using _other = await lockFolder(path);
      await assertRejectsCode(() => download(into), "folder-in-use");
      assertEquals(namesIn(path), [".lock"]);
    }
  }));
