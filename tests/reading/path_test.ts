import { assertEquals } from "@std/assert";
import { basename, dirname, isAbsolute, isWeightFile, isWithin } from "../../lib/reading/path.ts";

Deno.test("basename(), dirname() and isAbsolute() know the separators of any system", () => {
  assertEquals([basename("C:\\a\\b"), dirname("C:\\a\\b")], ["b", "C:\\a"]);
  assertEquals(["C:\\a", "c:a", "\\a", "/a"].map(isAbsolute), [true, true, true, true]);
  assertEquals(
    ["a", "a:b/c", "./a", "ab:c", ""].map(isAbsolute),
    [false, true, false, false, false],
  );
});

Deno.test("isWithin() does not take a folder for another that its name begins with", () => {
  assertEquals(isWithin("/a/b", "/a"), true);
  assertEquals(isWithin("/a/b", "/"), true);
  assertEquals(isWithin("/ab", "/a"), false);
  assertEquals(isWithin("/a", "/a"), false);
  assertEquals(isWithin("C:\\a\\b", "C:\\a"), true);
});

Deno.test("isWeightFile() tells weights from the state of a training", () => {
  const weights = [
    ...["a.pt", "x/negclip.PTH", "model.fp16.safetensors", "pytorch_model.bin", "a.ckpt"],
  ];
  assertEquals(weights.filter((path) => !isWeightFile(path)), []);
  const others = [
    ...["optimizer.pt", "x/training_args.bin", "rng_state_0.pth", "scheduler.pt", "scaler.pt"],
    ...["a.msgpack", "bin", "tf_model.h5"],
  ];
  assertEquals(others.filter(isWeightFile), []);
});
