import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { deflateRawSync } from "node:zlib";
import { openCheckpoint } from "../../../lib/checkpoint/checkpoint.ts";
import { readNumbers } from "../../../lib/checkpoint/read_numbers.ts";
import { Folder } from "../fixtures.ts";
import { assertRefused } from "../refused.ts";
import { ascii, zip, type ZipFile } from "../zip.ts";
import { dict, FOUR, pickle, tensor, text } from "./pickles.ts";

const PICKLE: ZipFile = { name: "a/data.pkl", bytes: pickle(dict([text("w"), tensor()])) };
const STORAGE: ZipFile = { name: "a/data/0", bytes: FOUR };
const packed = (name: string, bytes: Uint8Array): ZipFile => {
  const small = deflateRawSync(bytes);
  return { name, bytes: small, says: { method: 8, packed: small.length, size: bytes.length } };
};

Deno.test("TorchArchive gives the places of storages, whatever the folder is called", () => {
  using folder = new Folder();
  const name = "archive.ünder v1";
  const files = [PICKLE, STORAGE].map((file) => ({ ...file, name: file.name.replace("a", name) }));
  const others = [
    { name: `${name}/byteorder`, bytes: ascii("little") },
    { name: `${name}/version`, bytes: ascii("3\n") },
    packed(`${name}/code/model.py`, ascii("a".repeat(100))), // of TorchScript; not read
  ];
  const { arrays } = openCheckpoint(onDisk(folder.write("a", zip([...others, ...files]))));
  assertEquals(readNumbers(arrays.get("w")!), Float32Array.of(1, 2, 3, 4));
});

Deno.test("TorchArchive refuses compressed and encrypted files, so that none can swell", () => {
  const bomb = packed("a/data.pkl", new Uint8Array(50_000_000));
  const message =
    "it is compressed or encrypted; expected a zip archive as torch writes it, without compression";
  assertRefused(zip([bomb, STORAGE]), "weights-format-unknown", message);
  assertRefused(zip([PICKLE, packed("a/data/0", FOUR)]), "weights-format-unknown", `"a/data/0"`);
  const secret = { ...STORAGE, says: { flags: 1 } };
  assertRefused(zip([PICKLE, secret]), "weights-format-unknown", message);
  const unequal = { ...STORAGE, says: { size: 12 } };
  assertRefused(zip([PICKLE, unequal]), "weights-format-unknown", message);
});

Deno.test("TorchArchive refuses big-endian numbers", () => {
  const order = { name: "a/byteorder", bytes: ascii("big") };
  const message =
    `its byte order is "big"; expected "little"; load it with torch and save it again on an ordinary machine`;
  assertRefused(zip([PICKLE, STORAGE, order]), "weights-format-unknown", message);
  const long = { name: "a/byteorder", bytes: ascii("x".repeat(100_000)) };
  assertRefused(zip([PICKLE, STORAGE, long]), "weights-format-unknown", '"xxxxxxxxxxxxxxxx"');
});

Deno.test("TorchArchive refuses a pickle beyond 64 MiB, and several pickles", () => {
  const large = { name: "a/data.pkl", bytes: new Uint8Array(2 ** 26 + 1) };
  const message = "its data.pkl has 67108865 bytes, where 67108864 are allowed";
  assertRefused(zip([large]), "weights-damaged", message);
  const two = zip([PICKLE, { ...PICKLE, name: "b/data.pkl" }]);
  assertRefused(two, "weights-format-unknown", "it is a zip archive without the one data.pkl");
});
