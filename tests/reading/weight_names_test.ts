import { assertEquals } from "@std/assert";
import { isWeightFile } from "../../lib/reading/path.ts";

Deno.test("isWeightFile() tells weights from the state of a training", () => {
  const weights = [
    "a.pt",
    "x/negclip.PTH",
    "model.fp16.safetensors",
    "pytorch_model.bin",
    "a.ckpt",
  ];
  assertEquals(weights.filter((path) => !isWeightFile(path)), []);
  const others = [
    ...["optimizer.pt", "x/training_args.bin", "rng_state_0.pth", "scheduler.pt", "scaler.pt"],
    ...["a.msgpack", "bin", "tf_model.h5"],
  ];
  assertEquals(others.filter(isWeightFile), []);
});
