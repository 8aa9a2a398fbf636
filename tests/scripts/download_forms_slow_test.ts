/** Runs download on repositories of each form, with a Hub on the loopback. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { answerAsHub, bytesOf, checksum, COMMIT, type Files, REPOSITORY } from "../hub/fake_hub.ts";
import { LoopbackServer } from "../hub/loopback.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask } from "./task_process.ts";

const SETTINGS = {
  ...{ "config.json": '{"model_type": "clip"}', "preprocessor_config.json": "{}" },
  "tokenizer.json": "[]",
};

const SNAPSHOT = `models--owner--tiny-clip/snapshots/${COMMIT}`;

/** Downloads the model of a Hub on the loopback into the cache of a home folder. */
async function download(
  files: Files,
  { home, flags = [] }: { readonly home: string; readonly flags?: readonly string[] },
) {
  using hub = new LoopbackServer((asked) => answerAsHub(asked, { files }));
  const variables = { HF_ENDPOINT: hub.at().origin, HF_HOME: home };
  const result = await runTask("download", ["clip", REPOSITORY, ...flags], { variables });
  const requested = hub.asked.map(({ path }) => path.split("/").at(-1)!);
  return { ...result, requested, lines: result.stdout.split("\n") };
}

Deno.test("download clip takes safetensors first, says what else is there, and takes it with --form", () =>
  inFolder(async (home) => {
    const files = bytesOf({
      ...SETTINGS,
      ...{ "model.safetensors": "weights", "pytorch_model.bin": "pickle", "tf_model.h5": "tf" },
      ...{ "onnx/model.onnx": "graph", "flax_model.msgpack": "flax", "README.md": "" },
    });
    const first = await download(files, { home });
    assertEquals([first.code, first.stderr], [0, ""]);
    assertEquals(first.lines, [
      "Weights: model.safetensors (form safetensors)",
      "Also there: pytorch_model.bin (--form bin), onnx/ (--form onnx)",
      first.lines[2]!, // its files, with their sizes
      `${REPOSITORY} at commit ${COMMIT}: 4 files, 4 new; weights model.safetensors (form safetensors)`,
      ...[`Folder: ${home}/hub/${SNAPSHOT}`, `Use it: deno task inspect --model ${REPOSITORY}`, ""],
    ]);
    const link = `${home}/hub/${SNAPSHOT}/model.safetensors`;
    assertEquals(await Deno.readFile(link), files["model.safetensors"]);
    const hex = checksum("model.safetensors", files["model.safetensors"]!);
    assertEquals(await Deno.readLink(link), `../../blobs/${hex}`);

    const second = await download(files, { home, flags: ["--form", "bin"] });
    assertStringIncludes(second.stdout, ": 4 files, 1 new; weights pytorch_model.bin (form bin)\n");
    assertEquals(second.requested, ["main?blobs=true", "pytorch_model.bin"]);
    const third = await download(files, { home, flags: ["--onnx", "", "--form", "onnx"] });
    assertEquals(third.requested, ["main?blobs=true", "model.onnx"]);
    assertStringIncludes(third.stdout, `Use it: deno task inspect --model ${REPOSITORY}\n`);
  }));

Deno.test("download clip lists loose weights, and takes one with --file", () =>
  inFolder(async (home) => {
    const files = bytesOf({ "README.md": "", "ckpt/negclip.pth": "weights" });
    const bare = await download(files, { home });
    assertEquals([bare.code, bare.stdout], [1, ""]);
    const said = "its weights have no settings beside them: ckpt/negclip.pth (7 bytes); expected ";
    assertStringIncludes(bare.stderr, said);
    assertStringIncludes(
      bare.stderr,
      "; take one with --file, such as --file ckpt/negclip.pth, and",
    );
    assertEquals(namesIn(home), []);
    const flags = ["--file", "ckpt/negclip.pth"];
    const { code, lines } = await download(files, { home, flags });
    const place = `${home}/hub/${SNAPSHOT}/ckpt/negclip.pth`;
    assertEquals([code, lines.slice(0, 2)], [0, [
      "Files: ckpt/negclip.pth 7 bytes",
      `${REPOSITORY} at commit ${COMMIT}: 1 file, 1 new; ckpt/negclip.pth`,
    ]]);
    assertStringIncludes(lines[2]!, `deno task inspect --model FOLDER --weights ${place}`);
    assertEquals(await Deno.readFile(place), files["ckpt/negclip.pth"]);
    assertEquals(namesIn(`${home}/hub/models--owner--tiny-clip`), ["blobs", "snapshots"]); // main may lead to a whole model
    for (const name of [REPOSITORY, `${REPOSITORY}@${COMMIT}`]) { // one file is no model
      const variables = { HF_HOME: home };
      const { stderr } = await runTask("inspect", ["--model", name], { variables });
      assertStringIncludes(stderr, `Cannot find model "${name}": its download in "${home}/`);
      assertStringIncludes(stderr, "or of single files, which --weights takes");
    }
  }));

Deno.test("download clip --file ends with the flag that takes the file, and a line that works", () =>
  inFolder(async (home) => {
    const weights = await Deno.readFile(fixture("weights/tiny.safetensors"));
    const files = {
      ...{ "tuned.safetensors": weights, "tuned.safetensors.index.json": new Uint8Array(2) },
      ...bytesOf(SETTINGS),
    };
    const out = `${home}/out`;
    const lastOf = async (file: string) => {
      const flags = ["--file", file, "--out", out];
      const { code, lines } = await download(files, { home, flags });
      assertEquals(code, 0);
      return lines[2]!;
    };
    const use = "Use it with a model of the same architecture: deno task inspect --model FOLDER ";
    for (const file of ["config.json", "tuned.safetensors.index.json"]) {
      assertEquals(await lastOf(file), `File: ${out}/${file}`);
    }
    const line = await lastOf("tuned.safetensors");
    assertEquals(line, `${use}--weights ${out}/tuned.safetensors`);
    const command = line.split("deno task inspect ")[1]!.replace("FOLDER", fixture("clip-tiny"));
    const { code, stdout, stderr } = await runHere("inspect", command.split(" "));
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "tuned.safetensors");
  }));
