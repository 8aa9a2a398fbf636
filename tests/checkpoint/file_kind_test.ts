import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { assertEachThrows } from "../error_codes.ts";
import { FOLDER, Folder } from "./fixtures.ts";
import { assertRefused } from "./refused.ts";
import { ascii, join, zip } from "./zip.ts";

const bytes = (hex: string) => Uint8Array.fromHex(hex.replaceAll(" ", ""));

Deno.test("openCheckpoint() names what a file is that holds no weights it can read", () => {
  const others: [Uint8Array | string, string][] = [
    ["", "it is empty"],
    [
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 605247071\n",
      "it is a Git LFS pointer, not the file itself",
    ],
    ["<!DOCTYPE html>\n<html></html>", "it is a web page"],
    ["\n <html><head></head></html>", "it is a web page"],
    [bytes("1f8b0800000000000003"), "it is a gzip archive"],
    [bytes("894844460d0a1a0a00"), "it is an HDF5 file, as Keras writes them"],
    ["GGUF\x03\0\0\0", "it is a GGUF file"],
    [bytes("80049514000000000000007d942e"), "it is a bare pickle, not one of torch.save"],
    [join([0x81, 0xa6], ascii("params"), [0x80]), "it is a msgpack file, as Flax writes them"],
    [join([0xde, 1, 0, 0xa6], ascii("params")), "it is a msgpack file, as Flax writes them"],
    [join([8, 8, 0x12, 7], ascii("pytorch")), "it is an ONNX model"],
    [join(new Uint8Array(257), ascii("ustar"), new Uint8Array(250)), "it is a tar archive"],
    ["hello", "it is of no known format"],
    [Deno.readFileSync(`${FOLDER}c.npy`), "it is a single NumPy array (.npy)"],
    [Deno.readFileSync(`${FOLDER}two.npz`), "it is a NumPy archive (.npz)"],
    [
      zip([{ name: "notes.txt", bytes: ascii("a") }]),
      "it is a zip archive without the one data.pkl that torch puts into a folder",
    ],
  ];
  for (const [content, message] of others) {
    assertRefused(content, "weights-format-unknown", message);
  }
});

Deno.test("openCheckpoint() looks at the content, not at the name", () => {
  using folder = new Folder();
  const path = folder.write("model.zip.html", Deno.readFileSync(`${FOLDER}packed.safetensors`));
  assertEquals(openCheckpoint(onDisk(path)).arrays.get("packed")!.shape, [4, 6]);
});

Deno.test("openCheckpoint() refuses what is no readable file", () => {
  using folder = new Folder();
  const code = "file-unreadable";
  const missing =
    `Cannot read weight file "${folder.path}/none": there is no such file; check the path, and that all files of the model were downloaded`;
  assertEachThrows(code, [
    [() => openCheckpoint(onDisk(`${folder.path}/none`)), missing],
    [() => openCheckpoint(onDisk(folder.path)), "it is a folder; name a file in it"],
    [() => openCheckpoint(onDisk("/dev/null")), "it is a pipe or a device, not a file"],
  ]);
});
