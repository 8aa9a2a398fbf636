import { runReference } from "./reference.ts";
import { assertRejectsCode } from "../error_codes.ts";

const WORK = { folder: "model", some: [], threads: 1 };

Deno.test("runReference() says why the reference did not run", async () => {
  await assertRejectsCode(
    () => runReference("/nowhere/python", "reference.py", WORK),
    "usage-program-missing",
    'Cannot compare with "/nowhere/python": ',
  );
  await assertRejectsCode(
    () => runReference(Deno.execPath(), "/nowhere/reference.py", WORK),
    "usage-program-missing",
    `Cannot compare with "${Deno.execPath()}" and "/nowhere/reference.py": `,
  );
});
