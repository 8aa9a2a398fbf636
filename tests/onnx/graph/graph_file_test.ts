import { onDisk } from "../../../lib/files/read_file.ts";
import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { GraphFile, onnxOrigin } from "../../../lib/onnx/graph_file.ts";
import { assertRejectsCode } from "../../error_codes.ts";

const ONNX = fileURLToPath(new URL("../../fixtures/clip-tiny/onnx", import.meta.url));

/** Runs a test on a copy of the tiny text model, which it may damage. */
async function withCopy(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/text_model.onnx`;
    await Deno.copyFile(`${ONNX}/text_model.onnx`, path);
    await test(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("open() reads the file once until all have closed it", async () => {
  const file = new GraphFile(onnxOrigin(onDisk(`${ONNX}/text_model.onnx`)));
  const first = await file.open();
  assertStrictEquals(await file.open(), first);
  file.close();
  assertStrictEquals(await file.open(), first, "one of two is still at work");
  file.close();
  file.close();
  const again = await file.open();
  assert(again !== first);
  assertEquals(again.nodes.length, first.nodes.length);
  assertEquals(again.source, file.path);
  file.close();
});

Deno.test("close() frees the weights at once", async () => {
  const file = new GraphFile(onnxOrigin(onDisk(`${ONNX}/text_model.onnx`)));
  const graph = await file.open();
  const size = () => [...graph.initializers.values()].reduce((sum, w) => sum + w.rawData.length, 0);
  assert(size() > 0);
  file.close();
  await Promise.resolve();
  assertEquals(size(), 0);
});

Deno.test("open() does not go on with a file that has changed since it was first read", async () => {
  await withCopy(async (path) => {
    const file = new GraphFile(onnxOrigin(onDisk(path)));
    await file.open();
    file.close();
    await Deno.copyFile(`${ONNX}/text_model_sdpa.onnx`, path);
    await assertRejectsCode(
      () => file.open(),
      "file-changed",
      `Cannot go on with model file "${path}": it has changed since it was loaded`,
    );
  });
});

Deno.test("open() goes on with an open graph whose file is gone, and names the file when it is needed again", async () => {
  await withCopy(async (path) => {
    const file = new GraphFile(onnxOrigin(onDisk(path)));
    const graph = await file.open();
    await Deno.remove(path);
    assertStrictEquals(await file.open(), graph);
    file.close();
    file.close();
    await assertRejectsCode(
      () => file.open(),
      "file-unreadable",
      `Cannot read model file "${path}": there is no such file; check the model's folder`,
    );
  });
});

Deno.test("open() says what is wrong with a folder and keeps the cause", async () => {
  const error = await assertRejectsCode(
    () => new GraphFile(onnxOrigin(onDisk(ONNX))).open(),
    "file-unreadable",
    "Cannot read model file",
  );
  assertInstanceOf(error.cause, Error);
});

Deno.test("open() refuses a file of 2 GB or more without reading it", async () => {
  await withCopy(async (path) => {
    await Deno.truncate(path, 2 ** 31); // takes no room on the disk
    const message = "it has 2 GB or more, of which the weights must lie in a file of their own";
    await assertRejectsCode(
      () => new GraphFile(onnxOrigin(onDisk(path))).open(),
      "file-unreadable",
      message,
    );
  });
});

Deno.test("checkUnchanged() notices a change while the file is open, and leaves it open", async () => {
  await withCopy(async (path) => {
    const file = new GraphFile(onnxOrigin(onDisk(path)));
    const graph = await file.open();
    await file.checkUnchanged();
    await Deno.utime(path, 1, 1);
    const changed = "it has changed since it was loaded";
    await assertRejectsCode(() => file.checkUnchanged(), "file-changed", changed);
    assertStrictEquals(await file.open(), graph);
    file.close();
    await Deno.remove(path);
    const gone = `Cannot read model file "${path}": there is no such file`;
    await assertRejectsCode(() => file.checkUnchanged(), "file-unreadable", gone);
    assert([...graph.initializers.values()].some(({ rawData }) => rawData.length > 0));
    file.close();
  });
});

Deno.test("read() notices a file with the same size and time that took the place of the first", async () => {
  await withCopy(async (path) => {
    await Deno.utime(path, 1, 1);
    const file = new GraphFile(onnxOrigin(onDisk(path)));
    await file.open();
    file.close();
    await Deno.copyFile(path, `${path}2`);
    await Deno.utime(`${path}2`, 1, 1);
    await Deno.rename(`${path}2`, path);
    const place = { path, offset: 0, length: 4 };
    await assertRejectsCode(() => file.read(place), "file-changed", "it has changed");
  });
});
