import { onDisk } from "../../../lib/files/disk.ts";
import { assertEquals } from "@std/assert";
import { folderFiles } from "../../../lib/model/forms/folder_files.ts";
import { inFolder } from "../../scripts/task_process.ts";

/** The names that transformers looks for, and those of open_clip 3.3 (`_find_checkpoint_in_dir`), each in its order. */
const OF_TRANSFORMERS = [
  ...["model.safetensors", "model.safetensors.index.json"],
  ...["pytorch_model.bin", "pytorch_model.bin.index.json"],
];
const OF_OPEN_CLIP = [
  ...["open_clip_model.safetensors", "open_clip_pytorch_model.safetensors"],
  ...["open_clip_pytorch_model.bin", "open_clip_pytorch_model.pth"],
];

for (
  const [library, order] of [
    ["transformers", [...OF_TRANSFORMERS, ...OF_OPEN_CLIP]],
    ["open_clip", [...OF_OPEN_CLIP, ...OF_TRANSFORMERS]],
  ] as const
) {
  Deno.test(`folderFiles() takes weights in the order of ${library} if the settings are its`, () =>
    inFolder(async (folder) => {
      for (const name of order.toReversed()) {
        await Deno.writeTextFile(`${folder}/${name}`, "");
        const { weights, loose } = await folderFiles(onDisk(folder), library);
        assertEquals([weights, loose], [`${folder}/${name}`, []]);
      }
    }));
}

Deno.test("folderFiles() offers other weights, and not what a training leaves beside them", () =>
  inFolder(async (folder) => {
    const names = ["epoch_5.pt", "optimizer.pt", "scheduler.pt", "training_args.bin", "notes.txt"];
    for (const name of names) await Deno.writeTextFile(`${folder}/${name}`, "");
    const { weights, loose } = await folderFiles(onDisk(folder), "transformers");
    assertEquals([weights, loose], [undefined, ["epoch_5.pt"]]);
  }));

Deno.test("folderFiles() offers the index of shards, not the shards themselves", () =>
  inFolder(async (folder) => {
    const shards = [1, 2].map((k) => `tuned-0000${k}-of-00002.bin`);
    for (const name of shards) await Deno.writeTextFile(`${folder}/${name}`, "");
    assertEquals((await folderFiles(onDisk(folder), "transformers")).loose, shards);
    await Deno.writeTextFile(`${folder}/tuned.bin.index.json`, "");
    assertEquals((await folderFiles(onDisk(folder), "transformers")).loose, [
      "tuned.bin.index.json",
    ]);
  }));
