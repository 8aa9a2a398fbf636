/** The engine of a static page, in a worker. */

import { ClipModel } from "../../model/clip_model.ts";
import { MemoryFiles } from "../../reading/files.ts";
import { Once } from "../../study/once.ts";
import { outcomeOf } from "../engine/calls.ts";
import { Engine } from "../engine/explorer.ts";
import { CANVAS } from "./canvas_images.ts";
import { openWasm } from "./ort.ts";
import { checkedFiles, readPlace } from "./site_files.ts";
import type { SiteData } from "./site_data.ts";

const runtime = openWasm(new URL("ort.wasm", location.href));

type Read = ReturnType<typeof checkedFiles>;

async function loaded(
  { model }: SiteData,
  tower: "text" | "image",
  read: Read,
): Promise<ClipModel> {
  const files = await Promise.all(
    model[tower].map(async (name) => [`model/${name}`, await read(`model/${name}`)] as const),
  );
  const machine = { runtime, files: new MemoryFiles(files), imageFiles: CANVAS };
  return await ClipModel.load("model", { ...model.form, ...machine, towers: [tower] });
}

async function opened(): Promise<Engine> {
  const read = checkedFiles(await readPlace());
  const data: SiteData = JSON.parse(new TextDecoder().decode(await read("data.json")));
  const [clip, embeddings] = await Promise.all([loaded(data, "text", read), read("pictures.f32")]);
  const { pictures, about, pairs, protocol, opening } = data;
  const { projection } = clip.text.tower.shape;
  const all = new Float32Array(embeddings.buffer);
  const image = new Once<ClipModel>();
  const files = new Map(pictures);
  return new Engine({
    ...{ about, pairs, protocol, opening, text: clip.text },
    epsilon: clip.config.text.layerNormEps,
    image: async () => (await image.get(() => loaded(data, "image", read))).image,
    images: new Map(
      pictures.map(([name], i) => [name, all.subarray(i * projection, (i + 1) * projection)]),
    ),
    readImage: (name) => read(files.get(name)!),
  });
}

const page = globalThis as unknown as { postMessage(message: unknown): void };

const engine = opened();
engine.catch(() => undefined); // every call reports it

addEventListener("message", async (event) => {
  const { id, call, args } = (event as MessageEvent).data;
  const outcome = await engine.then(
    (own) => outcomeOf(own, call, args),
    (error: Error) => ({ error: { code: "", message: error.message } }),
  );
  page.postMessage({ id, outcome });
});
