/** Runs download with a Hub on the loopback, and other tasks on the downloaded files. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { answerAsHub, checksum, COMMIT, FILES, properHub, REPOSITORY } from "../hub/fake_hub.ts";
import { LoopbackServer, ranged } from "../hub/loopback.ts";
import { zip } from "../checkpoint/zip.ts";
import { runHere } from "./task_here.ts";
import {
  endOf,
  fixture,
  inFolder,
  namesIn,
  runTask,
  startTask,
  withoutHome,
} from "./task_process.ts";

const MODEL_FILES = [
  ...["config.json", "tokenizer.json", "preprocessor_config.json"],
  ...["onnx/text_model.onnx", "onnx/vision_model.onnx", "onnx/vision_model.onnx_data"],
];

const TEXT = FILES["onnx/text_model.onnx"]!;
const PARTIAL = `${checksum("onnx/text_model.onnx", TEXT)}.incomplete`;

Deno.test("download clip fills the Hub's cache, resumes, and requests nothing twice", () =>
  inFolder(async (home) => {
    using delivery = new LoopbackServer((asked) => answerAsHub(asked));
    using hub = new LoopbackServer((asked) => answerAsHub(asked, { delivery: delivery.at("/") }));
    const environment = { HF_ENDPOINT: hub.at().origin, HF_HOME: home, HF_TOKEN: "hf_secret" };
    const repository = `${home}/hub/models--owner--tiny-clip`;
    const snapshot = `${repository}/snapshots/${COMMIT}`;
    await Deno.mkdir(`${repository}/blobs`, { recursive: true });
    await Deno.writeFile(`${repository}/blobs/${PARTIAL}`, TEXT.subarray(0, 777));

    const first = await runTask("download", ["clip", REPOSITORY], { variables: environment });
    assertEquals([first.code, first.stderr], [0, ""]);
    const [weights, files, ...lines] = first.stdout.split("\n");
    assertEquals(weights, "Weights: onnx/ (form onnx)");
    assertMatch(
      files!,
      /^Files: config\.json 23 bytes, .*vision_model.onnx 70\.0 kB, .* together 128 kB$/,
    );
    assertEquals(lines, [
      `${REPOSITORY} at commit ${COMMIT}: 6 files, 6 new; weights onnx/ (form onnx)`,
      ...[`Folder: ${snapshot}`, `Use it: deno task inspect --model ${REPOSITORY}`, ""],
    ]);
    for (const path of MODEL_FILES) {
      const link = `${snapshot}/${path}`;
      assertEquals(await Deno.readFile(link), FILES[path]!);
      const up = path.includes("/") ? "../../../blobs" : "../../blobs";
      assertEquals(await Deno.readLink(link), `${up}/${checksum(path, FILES[path]!)}`);
    }
    assertEquals(namesIn(`${repository}/blobs`).length, MODEL_FILES.length);
    assertEquals(await Deno.readTextFile(`${repository}/refs/main`), COMMIT);
    assertEquals(delivery.ranges, ["bytes=777-", null, null]);
    const tokens = (server: LoopbackServer) =>
      new Set(server.asked.map(({ headers }) => headers.get("authorization")));
    assertEquals([tokens(hub), tokens(delivery)], [new Set(["Bearer hf_secret"]), new Set([null])]);

    const asked = hub.asked.length;
    const second = await runTask("download", ["clip", REPOSITORY], { variables: environment });
    assertStringIncludes(second.stdout, ": 6 files, 0 new; ");
    assertEquals(hub.asked.length, asked + 1); // the current commit of main
  }));

Deno.test("download clip fills a separate folder without HF_HOME and HOME", () =>
  inFolder(async (folder) => {
    using hub = properHub();
    const variables = { HF_ENDPOINT: `${hub.at().origin}/`, ...withoutHome() };
    const flags = ["clip", REPOSITORY, "--out", `${folder}/model`, "--onnx", "_fp16"];
    const { code, stdout, stderr } = await runTask("download", flags, { variables });
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, `deno task inspect --model ${folder}/model --onnx _fp16\n`);
    assertEquals(namesIn(`${folder}/model`), [...MODEL_FILES.slice(0, 3), "onnx"].sort());
    assertEquals(namesIn(`${folder}/model/onnx`), ["model_fp16.onnx"]);
  }));

Deno.test("download clipseg takes the graph of the whole segmenter, which segment finds by its name", () =>
  inFolder(async (home) => {
    const names = ["config.json", "tokenizer.json", "preprocessor_config.json", "onnx/model.onnx"];
    const files: Record<string, Uint8Array> = {
      "onnx/model_fp16.onnx": new Uint8Array(8),
      "onnx/text_model.onnx": new Uint8Array(8), // what a CLIP would be taken by
      "onnx/vision_model.onnx": new Uint8Array(8),
      "model.safetensors": new Uint8Array(8),
    };
    for (const name of names) files[name] = await Deno.readFile(fixture(`clipseg-tiny/${name}`));
    const repository = "Xenova/clipseg-rd64-refined";
    using hub = new LoopbackServer((asked) => answerAsHub(asked, { files, repository }));
    const variables = { HF_ENDPOINT: hub.at().origin, HF_HOME: home };
    const download = await runTask("download", ["clipseg"], { variables });
    assertEquals([download.code, download.stderr], [0, ""]);
    assertStringIncludes(download.stdout, `${repository} at commit ${COMMIT}: 4 files, 4 new; `);
    assertStringIncludes(download.stdout, "Use it: deno task segment\n");
    const flags = ["--limit", "4", "--out", `${home}/out`];
    const segment = await runTask("segment", flags, { variables });
    assertEquals([segment.code, segment.stderr], [0, ""]);
    assertStringIncludes(segment.stdout, `negscope segment: ${repository}, `);
    const half = ["clipseg", repository, "--onnx", "_fp16", "--out", `${home}/half`];
    const other = await runTask("download", half, { variables });
    assertStringIncludes(other.stdout, `task segment --segmenter ${home}/half --onnx _fp16\n`);
    assertEquals(namesIn(`${home}/half/onnx`), ["model_fp16.onnx"]);
    const none = await runTask("download", half.with(3, "_q4"), { variables });
    assertStringIncludes(none.stderr, "it has no onnx/model_q4.onnx, but onnx/model.onnx, onnx/");
  }));

Deno.test("tasks find a downloaded model by its name, and say how to download another", () =>
  inFolder(async (home) => {
    const files: Record<string, Uint8Array> = {};
    for (const path of MODEL_FILES.slice(0, 5)) {
      files[path] = await Deno.readFile(fixture(`clip-tiny/${path}`));
    }
    using hub = new LoopbackServer((asked) => answerAsHub(asked, { files }));
    const variables = { HF_ENDPOINT: hub.at().origin, HF_HOME: home };
    const flags = ["--data", fixture("pairs.json"), "--images", fixture("images"), "--limit", "2"];
    const missing = await runTask("inspect", ["--model", REPOSITORY], { variables });
    assertEquals([missing.code, missing.stdout], [1, ""]);
    assertStringIncludes(missing.stderr, `first run: deno task download clip ${REPOSITORY}\n`);
    const quiet = await runTask("download", ["clip", REPOSITORY, "--quiet"], { variables });
    assertEquals(quiet, { code: 0, stdout: "", stderr: "" });
    const given = (
      model: string,
      out: string,
    ) => ["--model", model, ...flags, "--out", `${home}/${out}`];
    const [byName, byFolder] = await Promise.all([
      runTask("evaluate", given(REPOSITORY, "a"), { variables }),
      runHere("evaluate", given(fixture("clip-tiny"), "b")),
    ]);
    assertEquals([byName.code, byName.stderr], [0, ""]);
    assertEquals(byFolder.code, 0);
    const scores = (out: string) => Deno.readTextFileSync(`${home}/${out}/evaluate.csv`);
    assertEquals(scores("a"), scores("b"));
    assertStringIncludes(byName.stdout, REPOSITORY);
  }));

Deno.test("download ends with 143 on SIGTERM, and resumes afterwards", () =>
  inFolder(async (home) => {
    const half = TEXT.length / 2;
    let stalls = true;
    using hub = new LoopbackServer((asked) => ({
      ...answerAsHub(asked),
      ...(stalls && asked.path.endsWith("/text_model.onnx") ? { stallAfter: half } : {}),
    }));
    const environment = { HF_ENDPOINT: hub.at().origin, HF_HOME: home };
    const blobs = `${home}/hub/models--owner--tiny-clip/blobs`;
    const child = startTask("download", ["clip", REPOSITORY], { variables: environment });
    while ((await Deno.stat(`${blobs}/${PARTIAL}`).catch(() => ({ size: 0 }))).size < half) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    child.kill("SIGTERM");
    const { code, stderr } = await endOf(child);
    assertEquals([code, stderr], [143, ""]);
    assertEquals(namesIn(`${blobs}/..`), [".lock", "blobs"]); // no name leads to what is incomplete
    stalls = false;
    const again = await runTask("download", ["clip", REPOSITORY], { variables: environment });
    assertEquals([again.code, again.stderr], [0, ""]);
    assertEquals(hub.ranges.filter((range) => range !== null), [`bytes=${half}-`]);
    assertEquals(namesIn(blobs).some((name) => name.endsWith(".incomplete")), false);
  }));

Deno.test("download visual7w extracts the images of the data from the archive", () =>
  inFolder(async (folder) => {
    const names = JSON.parse(await Deno.readTextFile(fixture("pairs.json")))
      .map(({ image }: { image: string }) => image);
    const images = [...new Set<string>(names)].map((name) => ({
      ...{ name: `images/${name}`, bytes: Deno.readFileSync(fixture(`images/${name}`)) },
    }));
    const archive = zip([...images, { name: "images/z.jpg", bytes: new Uint8Array(9) }]);
    using proxy = new LoopbackServer((asked) => ranged(archive, asked)); // in place of the network
    const address = proxy.at().href;
    const variables = { HTTP_PROXY: address, http_proxy: address, NO_PROXY: "", no_proxy: "" };
    const flags = ["visual7w", "--data", fixture("pairs.json"), "--out", `${folder}/images`];
    const { code, stdout, stderr } = await runTask("download", flags, { variables });
    assertEquals([code, stderr], [0, ""]);
    const { length } = images;
    assertEquals(stdout, `Visual7W: ${length} images in ${folder}/images, ${length} new\n`);
    assertEquals(proxy.asked[0]!.path, "http://vision.stanford.edu/yukezhu/visual7w_images.zip");
    assertEquals(namesIn(`${folder}/images`), [...new Set<string>(names)].sort());
    for (const { name, bytes } of images) {
      assertEquals(await Deno.readFile(`${folder}/${name}`), bytes);
    }
  }));

Deno.test("download data tells licence and size before it reaches a server, and keeps the existing file", () =>
  inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/NegRefCOCOg.json`, "mine");
    using proxy = new LoopbackServer(() => ({ status: 502 }));
    const address = proxy.at().href;
    const variables = { HTTPS_PROXY: address, https_proxy: address, NO_PROXY: "", no_proxy: "" };
    const flags = ["data", "negrefcocog", "--out", folder, "--retries", "0"];
    const { code, stdout, stderr } = await runTask("download", flags, { variables });
    assertEquals(code, 1);
    assertStringIncludes(stdout, "NegRefCOCOg: MIT, by Park et al. 2025; 1 file, 232 kB\n");
    assertStringIncludes(stderr, 'Cannot download "https://raw.githubusercontent.com/');
    assertEquals(namesIn(folder), ["NegRefCOCOg.json"]);
    assertEquals(await Deno.readTextFile(`${folder}/NegRefCOCOg.json`), "mine");
  }));
