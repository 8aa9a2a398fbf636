import { assertEquals } from "@std/assert";
import {
  canStandFor,
  DEFAULT_MODEL,
  nameText,
  OPENAI_B32,
  parseHubName,
} from "../../lib/hub/repository.ts";

Deno.test("parseHubName() reads owner, name and revision", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  assertEquals(parseHubName("a/b"), { repository: "a/b", revision: "main" });
  assertEquals(parseHubName(`a/b@${commit}`), { repository: "a/b", revision: commit });
  assertEquals(parseHubName("a_1/B.c-d@refs/pr/1"), {
    ...{ repository: "a_1/B.c-d", revision: "refs/pr/1" },
  });
});

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
  for (
    const text of [
      ...[
        "",
        "gpt2",
        "/",
        "a/",
        "/b",
        "a/b/c",
        "a//b",
        "./a",
        "../a",
        "a/..",
        "a/.",
        "a/b..c",
        "a--b/c",
      ],
      ...[
        "/a/b",
        "a/b@",
        "a/b@../c",
        "a/b@c/../d",
        "a/b@/c",
        "a/b@c/",
        "a/b@c@d",
        "a b/c",
        "a/b?c",
        "a/b#c",
      ],
      ...[
        "a\\b/c",
        "a/b@c d",
        "a/b\n",
        "https://huggingface.co/a/b",
        `a/${"b".repeat(97)}`,
        "a/b%2e",
      ],
    ]
  ) {
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
