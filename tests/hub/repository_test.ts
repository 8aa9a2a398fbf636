import { assertEquals } from "@std/assert";
import {
  CachedRepository,
  checkPinned,
  DEFAULT_MODEL,
  hubCacheFolder,
  nameText,
  OPENAI_B32,
  parseHubName,
} from "../../lib/hub/repository.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";
import { COMMIT } from "./fake_hub.ts";

Deno.test("parseHubName() takes a pinned repository's name for the pinned commit, and its branch by name", () => {
  const { repository, commit } = OPENAI_B32;
  assertEquals(DEFAULT_MODEL, repository);
  assertEquals(parseHubName(repository), { repository, revision: commit });
  assertEquals(parseHubName(`${repository}@main`), { repository, revision: "main" });
  for (const name of ["a/b", "a/b@v1", repository, `${repository}@main`, `${repository}@v1`]) {
    assertEquals(nameText(parseHubName(name)!), name);
  }
  assertEquals(nameText(parseHubName("a/b@main")!), "a/b");
  assertEquals(nameText(parseHubName(`${repository}@${commit}`)!), repository);
});

Deno.test("parseHubName() refuses impossible names and paths that lead upwards", () => {
  const spelled =
    "gpt2 / a/ /b a/b/c a//b ./a ../a a/.. a/. a/b..c a--b/c /a/b a/b@ a/b@../c a/b@c/../d a/b@/c a/b@c/ a/b@c@d a/b?c a/b#c a\\b/c https://huggingface.co/a/b a/b%2e";
  const others = ["", "a b/c", "a/b@c d", "a/b\n", `a/${"b".repeat(97)}`];
  for (const text of [...spelled.split(" "), ...others]) {
    assertEquals(parseHubName(text), undefined, text);
  }
});

Deno.test("checkPinned() refuses another content of a file that it knows, in the pinned commit alone", () => {
  const { repository, commit, files } = OPENAI_B32;
  const [path, other] = ["config.json", sha256Text("abd")] as const;
  checkPinned({ repository, commit, path }, files[path]);
  checkPinned({ repository: "a/b", commit, path }, other);
  checkPinned({ repository, commit: "c".repeat(40), path }, other);
  for (const path of ["model.safetensors", "toString"]) {
    checkPinned({ repository, commit, path }, other);
  }
  const says = `its SHA-256 is ${other} instead of ${files[path]}; expected the file of commit 3d`;
  const check = () => checkPinned({ repository, commit, path }, other);
  assertThrowsCode(check, "download-differs", says);
});

const NAME = { repository: "owner/name", revision: "main" };

/** Makes a snapshot as all libraries of the Hub do: links to blobs. */
async function makeSnapshot(
  cached: CachedRepository,
  names: readonly string[] = ["config.json"],
): Promise<void> {
  await Deno.mkdir(`${cached.folder}/blobs`, { recursive: true });
  for (const name of names) {
    await Deno.writeTextFile(cached.blob(name), "");
    await cached.link(COMMIT, name, name);
  }
}

type Variables = Readonly<Record<string, string>>;

const cacheIn = (variables: Variables) => hubCacheFolder((name) => variables[name], "do");

Deno.test("hubCacheFolder() is the folder that all libraries of the Hub use", () => {
  const standard = "/home/me/.cache/huggingface/hub";
  // as huggingface_hub's constants.py computes HF_HUB_CACHE
  const found: readonly [Variables, string][] = [
    [{}, standard],
    [{ HF_HOME: "" }, standard],
    [{ HOME: "", USERPROFILE: "/users/me" }, "/users/me/.cache/huggingface/hub"],
    [{ HOME: "", USERPROFILE: "/users/me", HF_HOME: "~/hf" }, "/users/me/hf/hub"],
    [{ XDG_CACHE_HOME: "/x" }, "/x/huggingface/hub"],
    [{ HF_HOME: "/data/hf", XDG_CACHE_HOME: "/x" }, "/data/hf/hub"],
    [{ HUGGINGFACE_HUB_CACHE: "/old", HF_HOME: "/data/hf" }, "/old"],
    [{ HF_HUB_CACHE: "/new", HUGGINGFACE_HUB_CACHE: "/old", HF_HOME: "/data/hf" }, "/new"],
    [{ HF_HUB_CACHE: "~/hub" }, "/home/me/hub"],
    [{ HF_HOME: "~" }, "/home/me/hub"],
  ];
  for (const [variables, folder] of found) {
    assertEquals(cacheIn({ HOME: "/home/me", ...variables }), folder);
  }
  assertEquals(cacheIn({ HF_HOME: "/data/hf" }), "/data/hf/hub");
  const says = "none of HF_HUB_CACHE, HF_HOME, XDG_CACHE_HOME and HOME is set; set HF_HUB_CACHE to";
  assertThrowsCode(() => cacheIn({ HOME: "" }), "cache-unknown", says);
});

Deno.test("CachedRepository lays files out as the Hub's own library does", () =>
  inFolder(async (cache) => {
    const cached = new CachedRepository(cache, NAME);
    await makeSnapshot(cached, []);
    await Deno.writeTextFile(cached.blob("abc"), "content");
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
    await makeSnapshot(cached, []);
    for (const hex of blobs) await Deno.writeTextFile(cached.blob(hex), hex);
    for (const hex of [...blobs, "new"]) await cached.link(COMMIT, "config.json", hex);
    const path = `${cached.snapshotFolder(COMMIT)}/config.json`;
    assertEquals(await Deno.readTextFile(path), "new");
    await Deno.remove(path);
    await Deno.mkdir(`${path}/in/the/way`, { recursive: true });
    const linking = () => cached.link(COMMIT, "config.json", "new");
    await assertRejectsCode(linking, "file-not-written", `Cannot write "${path}": Is a directory`);
  }));

Deno.test("CachedRepository finds branches, tags and commits", () =>
  inFolder(async (cache) => {
    const at = (revision: string) => new CachedRepository(cache, { ...NAME, revision });
    await makeSnapshot(at("v1"));
    await at("v1").writeRef(COMMIT);
    await at("refs/pr/1").writeRef(COMMIT);
    await at(COMMIT).writeRef(COMMIT);
    for (const revision of ["v1", "refs/pr/1", COMMIT]) {
      assertEquals(await at(revision).snapshot(), at("v1").snapshotFolder(COMMIT));
    }
    const says =
      `Cannot find model "owner/name@v2": its download in "${cache}" is not complete, or`;
    await assertRejectsCode(() => at("v2").snapshot(), "model-missing", says);
  }));

Deno.test("CachedRepository takes snapshots of any form, and none without settings", () =>
  inFolder(async (cache) => {
    const cached = new CachedRepository(cache, NAME);
    await cached.writeRef(COMMIT);
    const folder = cached.snapshotFolder(COMMIT);
    const find = () => cached.snapshot();
    await makeSnapshot(cached, ["tokenizer.json", "negclip.pth"]);
    await assertRejectsCode(find, "model-missing: is not complete, or of single files");
    for (const settings of ["config.json", "open_clip_config.json"]) {
      await makeSnapshot(cached, [settings]);
      assertEquals(await cached.snapshot(), folder);
      await Deno.remove(`${cached.folder}/blobs/${settings}`); // a link without its blob
      await assertRejectsCode(find, "model-missing: is not complete");
    }
  }));

Deno.test("CachedRepository says how to download what is not there", () =>
  inFolder(async (cache) => {
    const cached = new CachedRepository(cache, NAME);
    const says =
      `there is neither a folder of that name nor a download of it in "${cache}"; check the`;
    await assertRejectsCode(() => cached.snapshot(), "model-missing", says);
    await cached.writeRef("../../../etc"); // not a commit
    await assertRejectsCode(() => cached.snapshot(), "model-missing: is not complete");
    await cached.writeRef(COMMIT);
    await assertRejectsCode(() => cached.snapshot(), "model-missing: is not complete");
  }));
