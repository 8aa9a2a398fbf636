import { assertEquals } from "@std/assert";
import { CachedRepository, hubCacheFolder, snapshotName } from "../../lib/hub/cache.ts";
import { inFolder } from "../scripts/task_process.ts";
import { COMMIT } from "./fake_hub.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";

const NAME = { repository: "owner/name", revision: "main" };

Deno.test("hubCacheFolder() is the folder that all libraries of the Hub use", () => {
  const of = (environment: { HF_HOME?: string; HOME?: string }) =>
    hubCacheFolder(environment, "do");
  assertEquals(of({ HOME: "/home/me" }), "/home/me/.cache/huggingface/hub");
  assertEquals(of({ HF_HOME: "/data/hf", HOME: "/home/me" }), "/data/hf/hub");
  assertEquals(of({ HF_HOME: "/data/hf" }), "/data/hf/hub");
  assertEquals(of({ HF_HOME: "~/hf", HOME: "/home/me" }), "/home/me/hf/hub");
  assertEquals(of({ HF_HOME: "", HOME: "/home/me" }), "/home/me/.cache/huggingface/hub");
  for (const environment of [{}, { HOME: "" }, { HF_HOME: "~/hf" }]) {
    assertEquals(
      assertThrowsCode(() => of(environment), "hub-cache-unknown").message,
      "Cannot find the Hub's cache: neither HF_HOME nor HOME is set; set HF_HOME to a folder, or do",
    );
  }
});

Deno.test("CachedRepository lays files out as the Hub's own library does", () =>
  inFolder(async (cache) => {
    const cached = new CachedRepository(cache, NAME);
    await Deno.writeTextFile(await cached.blob("abc"), "content");
    await cached.link(COMMIT, "onnx/model.onnx", "abc");
    await cached.link(COMMIT, "config.json", "abc");
    await cached.writeRef(COMMIT);
    const folder = `${cache}/models--owner--name`;
    assertEquals(await Deno.readTextFile(`${folder}/refs/main`), COMMIT);
    const link = (name: string) => Deno.readLink(`${folder}/snapshots/${COMMIT}/${name}`);
    assertEquals(await link("onnx/model.onnx"), "../../../blobs/abc");
    assertEquals(await link("config.json"), "../../blobs/abc");
    const snapshot = await cached.snapshot();
    assertEquals(snapshot, `${folder}/snapshots/${COMMIT}`);
    assertEquals(await Deno.readTextFile(`${snapshot}/onnx/model.onnx`), "content");
  }));

Deno.test("CachedRepository replaces a link that leads elsewhere", () =>
  inFolder(async (cache) => {
    const cached = new CachedRepository(cache, NAME);
    const blobs = ["old", "new"];
    for (const hex of blobs) await Deno.writeTextFile(await cached.blob(hex), hex);
    for (const hex of [...blobs, "new"]) await cached.link(COMMIT, "config.json", hex);
    const path = `${cached.snapshotFolder(COMMIT)}/config.json`;
    assertEquals(await Deno.readTextFile(path), "new");
    await Deno.remove(path);
    await Deno.mkdir(`${path}/in/the/way`, { recursive: true });
    const error = await assertRejectsCode(
      () => cached.link(COMMIT, "config.json", "new"),
      "hub-link-not-made",
    );
    assertEquals(
      error.message,
      `Cannot link "${path}" in the Hub's cache: Is a directory (os error 21)${
        error.message.slice(error.message.indexOf(": rename"), error.message.indexOf("; download"))
      }; download into a folder of your own with --out`,
    );
  }));

Deno.test("CachedRepository finds branches, tags and commits", () =>
  inFolder(async (cache) => {
    const at = (revision: string) => new CachedRepository(cache, { ...NAME, revision });
    await Deno.mkdir(at("v1").snapshotFolder(COMMIT), { recursive: true });
    await at("v1").writeRef(COMMIT);
    await at("refs/pr/1").writeRef(COMMIT);
    await at(COMMIT).writeRef(COMMIT);
    for (const revision of ["v1", "refs/pr/1", COMMIT]) {
      assertEquals(await at(revision).snapshot(), at("v1").snapshotFolder(COMMIT));
    }
    assertEquals(
      (await assertRejectsCode(() => at("v2").snapshot(), "model-not-downloaded")).message,
      `Cannot find model "owner/name@v2": its download in "${cache}" is not complete; check the name, or first run: deno task download clip owner/name@v2`,
    );
  }));

Deno.test("CachedRepository does not take another commit for a shortened one", () =>
  inFolder(async (cache) => {
    const at = (revision: string) => new CachedRepository(cache, { ...NAME, revision });
    await Deno.mkdir(at("main").snapshotFolder(COMMIT), { recursive: true });
    for (const revision of [COMMIT.slice(0, 12), "deadbeef"]) await at(revision).writeRef(COMMIT);
    assertEquals(await at(COMMIT.slice(0, 12)).snapshot(), at("main").snapshotFolder(COMMIT));
    await assertRejectsCode(
      () => at("deadbeef").snapshot(),
      "model-not-downloaded",
      "first run: deno task download clip owner/name@deadbeef",
    );
  }));

Deno.test("CachedRepository says how to download what is not there", () =>
  inFolder(async (cache) => {
    const cached = new CachedRepository(cache, NAME);
    assertEquals(
      (await assertRejectsCode(() => cached.snapshot(), "model-not-downloaded")).message,
      `Cannot find model "owner/name": there is neither a folder of that name nor a download of it in "${cache}"; check the name, or first run: deno task download clip owner/name`,
    );
    await cached.writeRef("../../../etc"); // not a commit
    await assertRejectsCode(() => cached.snapshot(), "model-not-downloaded", "is not complete");
    await cached.writeRef(COMMIT);
    await assertRejectsCode(() => cached.snapshot(), "model-not-downloaded", "is not complete");
  }));

Deno.test("CachedRepository reports what is in the way", () =>
  inFolder(async (cache) => {
    const cached = new CachedRepository(cache, NAME);
    await Deno.writeTextFile(`${cache}/models--owner--name`, "");
    await assertRejectsCode(() => cached.blob("abc"), "folder-not-writable", "Cannot write into ");
    await Deno.remove(`${cache}/models--owner--name`);
    await Deno.mkdir(`${cached.folder}/refs/main`, { recursive: true });
    await assertRejectsCode(() => cached.writeRef(COMMIT), "file-not-written", "Cannot write ");
  }));

Deno.test("snapshotName() is the Hub's name of a snapshot's folder", () => {
  const name = "/x/hub/models--Xenova--clip-vit-base-patch32/snapshots/";
  assertEquals(snapshotName(name + COMMIT), "Xenova/clip-vit-base-patch32");
  assertEquals(snapshotName(`${name}${COMMIT}/`), "Xenova/clip-vit-base-patch32");
  assertEquals(snapshotName(`${name}main`), undefined);
  assertEquals(snapshotName("data/shapes/model"), undefined);
});
