import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { openCheckpoint } from "../../../lib/checkpoint/checkpoint.ts";
import { FOLDER, Folder } from "../fixtures.ts";
import { assertRefused } from "../refused.ts";
import { type Bytes, join } from "../zip.ts";
import * as p from "./pickles.ts";
import { dict, int, tensor, text, torchFile } from "./pickles.ts";

/** The names that are found in a file with a value. */
function namesIn(value: Bytes): string[] {
  using folder = new Folder();
  return [...openCheckpoint(onDisk(folder.write("a", torchFile(value)))).arrays.keys()];
}

const weights = (name: string) => dict([text(name), tensor()]);

Deno.test("findStateDict() finds the weights in what surrounds them", () => {
  const optimizer = dict(
    [text("state"), dict([int(0), weights("exp_avg")])],
    [text("param_groups"), p.none],
  );
  const with_ = (...entries: [Bytes, Bytes][]) =>
    dict([text("optimizer"), optimizer], [text("epoch"), int(3)], ...entries);
  assertEquals(namesIn(weights("w")), ["w"]);
  assertEquals(namesIn(dict([text("w"), tensor()], [text("n"), int(1)], [int(3), tensor()])), [
    "w",
  ]);
  assertEquals(namesIn(with_([text("state_dict"), weights("w")])), ["w"]);
  assertEquals(namesIn(with_([text("anything"), weights("w")])), ["w"]);
  const best: [Bytes, Bytes] = [text("best"), tensor({ shape: [1] })];
  assertEquals(namesIn(with_(best, [text("model"), weights("w")])), ["w"], "the usual name wins");
  assertEquals(namesIn(with_(best, [text("anything"), weights("w")])), ["best"]);
  const other: [Bytes, Bytes] = [text("teacher"), weights("t")];
  assertEquals(namesIn(with_(other, [text("ema"), weights("w")])), ["w"]);
  assertEquals(namesIn(with_([text("model"), text("ViT-B-32")], [text("net"), weights("w")])), [
    "w",
  ]);
});

Deno.test("findStateDict() takes an object with items for a dictionary", () => {
  const settings = join(p.global("easydict", "EasyDict"), p.emptyTuple, p.newObject);
  const items = [p.mark, text("state_dict"), weights("w"), [0x75]];
  assertEquals(namesIn(join(settings, ...items)), ["w"]);
  const namespace = join(p.global("argparse", "Namespace"), p.emptyTuple, p.newObject);
  const state = join(namespace, dict([text("w"), tensor()]), p.build);
  assertEquals(namesIn(dict([text("clip"), weights("w")], [text("args"), state])), ["w"]);
});

Deno.test("findStateDict() does not choose between several models", () => {
  const code = "weights-not-one-model";
  const file = Deno.readFileSync(`${FOLDER}two_models.pt`);
  const message =
    `there are tensors under "model", "ema"; expected one set of weights; save the one that you mean alone`;
  assertRefused(file, code, message);
  const two = dict([text("student"), weights("w")], [text("teacher"), weights("w")]);
  assertRefused(torchFile(two), code, `there are tensors under "student", "teacher"`);
  const many = Array.from({ length: 1000 }, (_, i) => [text(`m${i}`), weights("w")] as const);
  assertRefused(torchFile(dict(...many)), code, '"m7"; expected');
});

Deno.test("findStateDict() says what a file without weights holds", () => {
  const code = "weights-not-one-model";
  const message = `no tensors are under "epoch", "notes"; save the model's state_dict() alone`;
  assertRefused(Deno.readFileSync(`${FOLDER}no_weights.pt`), code, message);
  assertRefused(torchFile(p.emptyDict), code, "its dictionary is empty");
  const neither = "it holds neither a dictionary nor a module";
  for (
    const value of [p.none, int(3), text("a"), tensor(), p.tuple(tensor()), p.global("a", "b")]
  ) {
    assertRefused(torchFile(value), code, neither);
  }
  assertRefused(
    torchFile(p.module(p.emptyDict, p.emptyDict)),
    code,
    "its module has no parameters",
  );
  const empty = p.module(p.emptyDict, p.emptyDict);
  assertRefused(torchFile(dict([text("model"), empty])), code, "its module has no parameters");
  const nested = dict([text("a"), dict([text("state_dict"), weights("w")])], [int(1), p.none]);
  assertRefused(torchFile(nested), code, 'no tensors are under "a", another key');
});

Deno.test("findStateDict() refuses a name that stands there twice", () => {
  const twice = dict([text("w"), tensor()], [text("w"), tensor({ offset: 1, shape: [1] })]);
  assertRefused(torchFile(twice), "weights-damaged", `its dictionary has "w" twice`);
});
