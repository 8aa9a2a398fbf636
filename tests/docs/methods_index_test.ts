import { assertEquals } from "@std/assert";

const METHODS = new URL("../../docs/methods/", import.meta.url);

Deno.test("docs/methods/README.md lists every page of the folder once, and no other", async () => {
  const index = await Deno.readTextFile(new URL("README.md", METHODS));
  const listed = [...index.matchAll(/^\| \[(\S+)\]\((\S+)\)/gm)].map(([, name, target]) => {
    assertEquals(name, target);
    return target!;
  });
  const pages = Array.from(Deno.readDirSync(METHODS), ({ name }) => name)
    .filter((name) => name !== "README.md");
  assertEquals(listed.toSorted(), pages.toSorted());
});
