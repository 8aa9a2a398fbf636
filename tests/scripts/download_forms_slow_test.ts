/** Runs download on repositories of each form, with a Hub on the loopback. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { OPENAI_B32 } from "../../lib/hub/repository.ts";
import { answerAsHub, bytesOf, checksum, COMMIT, type Files, REPOSITORY } from "../hub/fake_hub.ts";
import { LoopbackServer } from "../hub/loopback.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask } from "./task_process.ts";

const SETTINGS = {
  ...{ "config.json": '{"model_type": "clip"}', "preprocessor_config.json": "{}" },
  "tokenizer.json": "[]",
};

/** Files that OpenAI's repository does not have, or that no model needs. */
const OTHERS = { "model.safetensors": "weights", "flax_model.msgpack": "flax" };

const SNAPSHOT = `models--owner--tiny-clip/snapshots/${COMMIT}`;

/** Downloads the model of a Hub on the loopback into the cache of a home folder. */
async function download(
  files: Files,
  { home, flags = [], debug = false }: {
    readonly home: string;
    readonly flags?: readonly string[];
    readonly debug?: boolean;
  },
) {
  using hub = new LoopbackServer((asked) => answerAsHub(asked, { files }));
  const variables = {
    ...{ HF_ENDPOINT: hub.at().origin, HF_HOME: home },
    ...(debug ? { NEGSCOPE_DEBUG: "1" } : {}),
  };
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
      "Files: config.json 22 bytes, tokenizer.json 2 bytes, preprocessor_config.json 2 bytes, model.safetensors 7 bytes, together 33 bytes",
      `${REPOSITORY} at commit ${COMMIT}: 4 files, 4 new; weights model.safetensors (form safetensors)`,
      ...[`Folder: ${home}/hub/${SNAPSHOT}`, `Use it: deno task inspect --model ${REPOSITORY}`, ""],
    ]);
    const link = `${home}/hub/${SNAPSHOT}/model.safetensors`;
    assertEquals(await Deno.readFile(link), files["model.safetensors"]);
    const hex = checksum("model.safetensors", files["model.safetensors"]!);
    assertEquals(await Deno.readLink(link), `../../blobs/${hex}`);

    const second = await download(files, { home, flags: ["--form", "bin"] });
    assertStringIncludes(
      second.stdout,
      ": 4 files, 1 new; weights pytorch_model.bin (form bin)\n",
    );
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
    assertStringIncludes(
      bare.stderr,
      `Cannot download "${REPOSITORY}": its weights have no settings beside them: ckpt/negclip.pth (7 bytes); expected `,
    );
    assertStringIncludes(
      bare.stderr,
      "; take one with --file, such as --file ckpt/negclip.pth, and read it with --weights\n",
    );
    assertEquals(namesIn(home), []);
    const flags = ["--file", "ckpt/negclip.pth"];
    const { code, lines } = await download(files, { home, flags });
    const place = `${home}/hub/${SNAPSHOT}/ckpt/negclip.pth`;
    assertEquals([code, lines], [0, [
      "Files: ckpt/negclip.pth 7 bytes",
      `${REPOSITORY} at commit ${COMMIT}: 1 file, 1 new; ckpt/negclip.pth`,
      `Use it with a model of the same architecture: deno task inspect --model FOLDER --weights ${place}`,
      "FOLDER is that model's folder or name; for ViT-B/32 it can be openai/clip-vit-base-patch32, after: deno task download clip",
      "",
    ]]);
    assertEquals(await Deno.readFile(place), files["ckpt/negclip.pth"]);
    assertEquals(namesIn(`${home}/hub/models--owner--tiny-clip`), ["blobs", "snapshots"]); // main may lead to a whole model
    for (const name of [REPOSITORY, `${REPOSITORY}@${COMMIT}`]) { // one file is no model
      const { stderr } = await runTask("inspect", ["--model", name], {
        variables: { HF_HOME: home },
      });
      assertEquals(
        stderr,
        `Cannot open "${name}" as a model: its download in "${home}/hub" has weights without the settings of a model; for a whole model run: deno task download clip ${name}; to lay the weights over a model of the same architecture: --model FOLDER --weights ${place}\n`,
      );
    }
  }));

Deno.test("download clip --file ends with the flag that takes the file, and a line that works", () =>
  inFolder(async (home) => {
    const weights = await Deno.readFile(fixture("weights/tiny.safetensors"));
    const files = {
      ...{ "tuned.safetensors": weights, "tuned.safetensors.index.json": new Uint8Array(2) },
      ...bytesOf(SETTINGS),
      ...bytesOf({ "onnx/text_model_fp16.onnx": "", "onnx/model.onnx": "" }),
    };
    const out = `${home}/out`;
    const lastOf = async (file: string) => {
      const flags = ["--file", file, "--out", out];
      const { code, lines } = await download(files, { home, flags });
      assertEquals(code, 0);
      return lines[2]!;
    };
    const use = "Use it with a model of the same architecture: deno task inspect --model FOLDER ";
    const cases = [
      ["tokenizer.json", `${use}--tokenizer ${out}/tokenizer.json`],
      ["config.json", `File: ${out}/config.json`],
      ["tuned.safetensors.index.json", `File: ${out}/tuned.safetensors.index.json`],
      ["onnx/text_model_fp16.onnx", `${use}--onnx-text ${out}/onnx/text_model_fp16.onnx`],
      [
        "onnx/model.onnx",
        `${use}--onnx-text ${out}/onnx/model.onnx --onnx-vision ${out}/onnx/model.onnx`,
      ],
    ] as const;
    for (const [file, line] of cases) assertEquals(await lastOf(file), line);
    const line = await lastOf("tuned.safetensors");
    assertEquals(line, `${use}--weights ${out}/tuned.safetensors`);
    const command = line.split("deno task inspect ")[1]!.replace("FOLDER", fixture("clip-tiny"));
    const { code, stdout, stderr } = await runHere("inspect", command.split(" "));
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "tuned.safetensors");
  }));

Deno.test("download clip takes OpenAI's own repository at its commit, and refuses other files there", () =>
  inFolder(async (home) => {
    const { repository, commit, files: known } = OPENAI_B32;
    // of the right sizes, with the wrong content, and without the 605 MB
    const files = Object.fromEntries(
      Object.entries(known).map(([path, { size }]) => [path, new Uint8Array(size % 10_000_000)]),
    );
    const listed = (path: string) => known[path]!;
    const siblings = (more: readonly object[]) => [
      ...more,
      ...Object.keys(known).map((path) => ({
        ...{ rfilename: path, size: listed(path).size, blobId: checksum(path, files[path]!) },
        ...(path.endsWith(".bin")
          ? { lfs: { size: listed(path).size, sha256: listed(path).sha256 } }
          : {}),
      })),
    ];
    let more: readonly object[] = [];
    using hub = new LoopbackServer((asked) => {
      if (!asked.path.startsWith("/api/")) {
        return answerAsHub(asked, { repository, commit, files: { ...files, ...bytesOf(OTHERS) } });
      }
      const list = { sha: commit, siblings: siblings(more) };
      return { body: new TextEncoder().encode(JSON.stringify(list)) };
    });
    const variables = { HF_ENDPOINT: hub.at().origin, HF_HOME: home };
    const run = async () => (await runTask("download", ["clip"], { variables })).stderr;
    const refused = (path: string, reason: string) =>
      `Cannot use "${path}" of "${repository}": ${reason}; expected the file of commit ${commit}; check HF_ENDPOINT\n`;
    more = Object.entries(bytesOf(OTHERS)).map(([path, content]) => ({
      ...{ rfilename: path, size: content.length, blobId: COMMIT },
      lfs: { size: content.length, sha256: checksum(path, content) },
    }));
    assertEquals(
      await run(),
      refused("model.safetensors", "this kit knows no such file of the commit"),
    );
    assertEquals(namesIn(home), []);
    const flags = ["clip", "--file", "flax_model.msgpack"]; // by its name, with the Hub's checksum
    assertEquals((await runTask("download", flags, { variables })).stderr, "");
    more = [];
    assertStringIncludes(await run(), 'Cannot use "config.json" of "openai/clip-vit-base-patch32"');
    assertEquals([...new Set(hub.asked.map(({ path }) => path))], [
      `/api/models/${repository}/revision/${commit}?blobs=true`,
      `/${repository}/resolve/${commit}/flax_model.msgpack`,
      `/${repository}/resolve/${commit}/config.json`,
    ]);
    const { stderr } = await runTask("inspect", ["--model", repository], { variables });
    assertStringIncludes(stderr, `is not complete; check the name, or first run: deno task`);
    assertStringIncludes(stderr, `download clip ${repository}\n`);
  }));
