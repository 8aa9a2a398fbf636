/** The errors of trace for input that it cannot use: one line, the right exit code, and no file. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { fail } from "./failures.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask, TINY } from "./task_process.ts";

Deno.test("tasks name the file to use if hook points cannot be reached", () =>
  inFolder(async (folder) => {
    const onnx = `${fixture("clip-tiny")}/onnx`;
    const fused =
      'the file has attention fused into one "Attention" node; use an unfused export, text_model.onnx and vision_model.onnx';
    await fail(folder, [
      {
        flags: [...TINY, "--onnx-text", `${onnx}/text_model_quantized.onnx`],
        says:
          `Cannot reach hook point "blocks.2.hook_resid_post" in "${onnx}/text_model_quantized.onnx": the file is quantised; use the unquantised export, text_model.onnx and vision_model.onnx`,
      },
      ...["attend", "knockout"].map((task) => ({
        task,
        flags: [...TINY, "--onnx-text", `${onnx}/text_model_attention.onnx`],
        says:
          `Cannot reach hook point "blocks.0.attn.hook_pattern" in "${onnx}/text_model_attention.onnx": ${fused}`,
      })),
    ]);
  }));

Deno.test("trace runs on a file with fused attention, which keeps the residual stream, and evaluate on a quantised file", () =>
  inFolder(async (folder) => {
    const onnx = `${fixture("clip-tiny")}/onnx`;
    const runs = await Promise.all([
      runHere("trace", [...TINY, "--out", `${folder}/plain`]),
      ...[["trace", "attention"], ["evaluate", "quantized"]].map(([task, name]) =>
        runHere(task!, [
          ...TINY,
          ...["--onnx-text", `${onnx}/text_model_${name}.onnx`, "--out", `${folder}/${name}`],
        ])
      ),
    ]);
    assertEquals(runs.map(({ code }) => code), [0, 0, 0]);
    const effects = ["plain", "attention"].map((run) =>
      parse(Deno.readTextFileSync(`${folder}/${run}/effects.csv`), { skipFirstRow: true })
    );
    assertEquals(effects[0]!.length, effects[1]!.length);
    effects[0]!.forEach((row, i) => {
      assertAlmostEquals(Number(row.effect), Number(effects[1]![i]!.effect), 4e-4); // both are float32
    });
    assert(namesIn(`${folder}/quantized`).includes("evaluate.csv"));
  }));

Deno.test("trace refuses a folder that it cannot or must not write into", () =>
  inFolder(async (folder) => {
    const file = `${folder}/file`;
    await Deno.writeTextFile(file, "mine");
    const foreign = `${folder}/foreign`;
    await Deno.mkdir(foreign);
    await Deno.writeTextFile(`${foreign}/evaluate.csv`, "mine");
    await Deno.writeTextFile(`${foreign}/notes.txt`, "mine");
    const runs = await Promise.all(
      [file, `${file}/below`, foreign].map((out) => runHere("trace", [...TINY, "--out", out])),
    );
    const starts = [
      `Cannot write into "${file}": `,
      `Cannot write into "${file}/below": `,
      `Cannot write into "${foreign}": it holds what is not known to be the kit's own: evaluate.csv; `,
    ];
    runs.forEach(({ code, stdout, stderr }, i) => {
      assertEquals([code, stdout], [1, ""]);
      assertEquals(stderr.slice(0, starts[i]!.length), starts[i]);
      assertEquals(stderr.split("\n").length, 2); // one line, and the empty text after it
      assertEquals(stderr.includes("choose another folder (--out)"), true);
    });
    assertEquals(await Deno.readTextFile(file), "mine");
    assertEquals(await Deno.readTextFile(`${foreign}/evaluate.csv`), "mine");
    assertEquals(namesIn(foreign), ["evaluate.csv", "notes.txt"]);
  }));

/** Whether permissions restrict this user; root may write anywhere. */
async function isBound(): Promise<boolean> {
  const folder = await Deno.makeTempDir();
  await Deno.chmod(folder, 0o500);
  const bound = await Deno.writeTextFile(`${folder}/probe`, "").then(() => false, () => true);
  await Deno.remove(folder, { recursive: true });
  return bound;
}

Deno.test({
  name: "trace refuses a folder without permission to write",
  ignore: Deno.build.os === "windows" || !await isBound(),
  fn: () =>
    inFolder(async (folder) => {
      await Deno.chmod(folder, 0o500);
      const { code, stderr } = await runTask("trace", [...TINY, "--out", `${folder}/run`]);
      await Deno.chmod(folder, 0o700);
      assertEquals([code, stderr.startsWith(`Cannot write into "${folder}/run": `)], [1, true]);
      assertEquals(namesIn(folder), []);
    }),
});
