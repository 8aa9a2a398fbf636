import { assertEquals } from "@std/assert";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, runTask } from "./task_process.ts";

const KNOWS = "The embedded model knows only drawings of shapes; --model names another\n";
const IMAGES = ["--images", fixture("images")];
const DATA = ["--data", fixture("pairs.json"), "--limit", "2"];
const RUN = [...DATA, "--format", "none", "--cache", "none", "--threads", "1"];

Deno.test("every task that runs the embedded model on other data says so once, in the words of score", () =>
  inFolder(async (folder) => {
    const sentences = `${folder}/sentences.txt`;
    Deno.writeTextFileSync(sentences, "there are no dogs here\nno cat sits on a mat\n");
    const cases: readonly [string, readonly string[]][] = [
      ["trace", [...RUN, ...IMAGES]],
      ["paper", [...RUN, ...IMAGES, "--sentences", sentences]],
      ["generalise", [...RUN, "--sentences", sentences]],
    ];
    for (const [task, flags] of cases) {
      const run = await runHere(task, [...flags, "--out", `${folder}/${task}`]);
      assertEquals([task, run.code, run.stderr], [task, 0, KNOWS]);
    }
    const quiet = await runHere("evaluate", [
      ...[...RUN, ...IMAGES, "--quiet", "--out", `${folder}/quiet`],
    ]);
    assertEquals(quiet, { code: 0, stdout: "", stderr: "" });
    const bench = await runTask("bench", [ // the system query of its manifest is a right of this task alone
      ...["--data", fixture("pairs.json"), "--pairs", "1", "--threads", "1"],
    ]);
    assertEquals([bench.code, bench.stderr.startsWith(KNOWS)], [0, true]);
    const photo = ["--image", fixture("images/photo.jpg"), "There is a dog."];
    assertEquals((await runHere("score", photo)).stdout.startsWith(KNOWS), true);
  }));
