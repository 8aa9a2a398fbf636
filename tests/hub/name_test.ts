import { assertEquals } from "@std/assert";
import { DEFAULT_MODEL, parseHubName } from "../../lib/hub/name.ts";

Deno.test("parseHubName() reads owner, name and revision", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  assertEquals(parseHubName(DEFAULT_MODEL), { repository: DEFAULT_MODEL, revision: "main" });
  assertEquals(parseHubName(`a/b@${commit}`), { repository: "a/b", revision: commit });
  assertEquals(parseHubName("a_1/B.c-d@refs/pr/1"), {
    ...{ repository: "a_1/B.c-d", revision: "refs/pr/1" },
  });
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
