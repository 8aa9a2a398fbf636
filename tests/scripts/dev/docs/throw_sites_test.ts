import { assertEquals } from "@std/assert";
import { throwSites } from "../../../../scripts/dev/docs/throw_sites.ts";

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
  assertEquals(throwSites(SOURCE), [
    {
      code: "name-unknown",
      message: 'Cannot find hook point "…": …; expected one of the model\'s; run the inspect task',
      beginning: 'Cannot find hook point "…": …',
    },
    { code: "value-wrong", message: "Cannot seed: …", beginning: "Cannot seed: …" },
    {
      code: "file-unreadable",
      message: 'Cannot read data file "…": …; check it',
      beginning: 'Cannot read data file "…": …; check it',
    },
    {
      code: "index-outside",
      message: "Cannot use … …: expected a number",
      beginning: "Cannot use … …: expected a number",
    },
  ]);
});
