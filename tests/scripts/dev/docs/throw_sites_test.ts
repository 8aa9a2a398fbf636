import { assertEquals } from "@std/assert";
import { describedCauses, throwSites } from "../../../../scripts/dev/docs/throw_sites.ts";

const SOURCE = `
  if (missing) throw new NegscopeError("name-unknown", {
    problem: \`Cannot find hook point "\${name}"\`,
    subject: name, // its "own name"
    reason: near ? "the name is near" : readingFailure(cause),
    expected: "one of the model's",
    fix: "run the inspect task",
  });
  return new NegscopeError(
    "value-wrong", { problem: "Cannot seed", reason },
  );
  throw unreadableFile({ doing: "read data file", path, cause, fix: "check it" });
  throw wrongValue(\`use \${name}\`, value, "a number", { code: "index-outside" });
`;

Deno.test("throwSites() composes the messages that will be shown", () => {
  const shared = new Map([["readingFailure", ["it is a folder"]]]);
  assertEquals(throwSites(SOURCE, shared), [
    {
      code: "name-unknown",
      message: 'Cannot find hook point "…": …; expected one of the model\'s; run the inspect task',
      parts: ["the name is near", "it is a folder"],
    },
    { code: "value-wrong", message: "Cannot seed: …", parts: [] },
    {
      code: "file-unreadable",
      message: 'Cannot read data file "…": …; check it',
      parts: ["it is a folder"],
    },
    {
      code: "index-outside",
      message: "Cannot use … …: expected a number",
      parts: [],
    },
  ]);
});

Deno.test("describedCauses() has the texts of each function of describe.ts", async () => {
  const causes = await describedCauses();
  assertEquals(causes.get("readingFailure")?.slice(0, 2), [
    "there is no such file",
    "it is a folder",
  ]);
  assertEquals(causes.get("firstLine"), []);
});
