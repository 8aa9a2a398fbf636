import { assertEquals } from "@std/assert";
import {
  canStandFor,
  checkContent,
  checkListed,
  DEFAULT_MODEL,
  nameText,
  OPENAI_B32,
  parseHubName,
  type Pin,
  type RemoteFile,
} from "../../lib/hub/repository.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";

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

Deno.test("canStandFor() lets a commit, in full or shortened, stand only for itself", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  for (const revision of ["main", "v1", "refs/pr/1", "20260131", "cafe", commit, "0123456789ab"]) {
    assertEquals(canStandFor(revision, commit), true, revision);
  }
  for (const revision of [commit.replace("0", "1"), "0123456789ac", "DEADBEEF", "deadbeef"]) {
    assertEquals(canStandFor(revision, commit), false, revision);
  }
});

const PIN: Pin = {
  repository: "a/b",
  commit: "c".repeat(40),
  files: {
    "config.json": { size: 2, sha256: sha256Text("{}") },
    "model.bin": { size: 3, sha256: sha256Text("abc") },
  },
};

const git = { kind: "git", hex: "0".repeat(40) } as const;
const CONFIG: RemoteFile = { path: "config.json", size: 2, checksum: git };
const WEIGHTS: RemoteFile = {
  ...{ path: "model.bin", size: 3 },
  checksum: { kind: "sha256", hex: sha256Text("abc") },
};

const check = (files: readonly RemoteFile[]) => checkListed(files, PIN, { unknown: "refused" });

Deno.test("checkListed() refuses another size, another SHA-256 and unknown files", () => {
  check([CONFIG, WEIGHTS]);
  const says = (file: RemoteFile, reason: string) =>
    assertThrowsCode(() => check([CONFIG, WEIGHTS, file]), "download-differs", `: ${reason}; expe`);
  const [own, another] = ["abc", "abd"].map(sha256Text) as [string, string];
  const checksum = { kind: "sha256", hex: another } as const;
  says({ ...WEIGHTS, checksum }, `its SHA-256 is ${another} instead of ${own}`);
  for (const path of ["model.safetensors", "toString"]) {
    const file = { ...WEIGHTS, path };
    says(file, "this kit knows no such file of the commit");
    checkListed([file], PIN, { unknown: "allowed" });
  }
});

Deno.test("checkContent() computes the SHA-256 that the Hub does not give", () =>
  inFolder(async (folder) => {
    const place = `${folder}/config.json`;
    await Deno.writeTextFile(place, "{}");
    await checkContent(place, CONFIG, PIN);
    await Deno.writeTextFile(place, "[]");
    const says = `its SHA-256 is ${sha256Text("[]")} instead of ${sha256Text("{}")}`;
    await assertRejectsCode(() => checkContent(place, CONFIG, PIN), "download-differs", says);
  }));
