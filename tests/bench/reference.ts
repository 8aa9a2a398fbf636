/** The reference implementation in Python, timed on the same pairs. */

import { temporaryFolder, writeWhole } from "../../lib/files/write_whole.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";
import type { AlignedPair } from "../../lib/study/rows/prepare.ts";

export async function runReference(
  python: string,
  script: string,
  { folder, some, threads }: {
    readonly folder: string;
    readonly some: readonly AlignedPair[];
    readonly threads: number;
  },
): Promise<number> {
  await using folderOfPairs = await temporaryFolder();
  const file = `${folderOfPairs.path}/pairs.json`;
  try {
    const pairs = some.map(({ negated, affirmative }) => ({
      negation: "caption",
      caption: negated.sentence,
      foil: affirmative.sentence,
    }));
    await writeWhole(file, JSON.stringify(pairs));
    const args = [script, folder, file, `${some.length}`, `${threads}`];
    const { success, stdout, stderr } = await new Deno.Command(python, { args, stdin: "null" })
      .output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    const seconds = Number(text(stdout).split("\n").at(-1));
    if (!success || !(seconds > 0)) {
      throw referenceFailed(`"${python}" and "${script}"`, text(stderr));
    }
    return seconds;
  } catch (error) {
    const notRun = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.PermissionDenied;
    throw notRun ? referenceFailed(`"${python}"`, error.message) : error;
  }
}

function referenceFailed(programs: string, said: string): NegscopeError {
  return new NegscopeError("usage-program-missing", {
    problem: `Cannot compare with ${programs}`,
    subject: programs,
    reason: said.split("\n").at(-1),
    fix:
      "--compare needs a Python with torch and transformers 5, --reference the script, and the model folder its model.safetensors",
  });
}
