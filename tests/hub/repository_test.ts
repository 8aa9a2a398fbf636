import { assertEquals } from "@std/assert";
import {
  checkPinned,
  DEFAULT_MODEL,
  nameText,
  OPENAI_B32,
  parseHubName,
} from "../../lib/hub/repository.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertThrowsCode } from "../error_codes.ts";

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

Deno.test("checkPinned() refuses another content of a file that it knows", () => {
  const [own, other] = ["abc", "abd"].map(sha256Text) as [string, string];
  const pin = { repository: "a/b", commit: "c".repeat(40), files: { "model.bin": own } };
  checkPinned(pin, "model.bin", own);
  for (const path of ["model.safetensors", "toString"]) checkPinned(pin, path, other);
  const says = `its SHA-256 is ${other} instead of ${own}; expected the file of commit ccc`;
  assertThrowsCode(() => checkPinned(pin, "model.bin", other), "download-differs", says);
});
