/** The engine of a static page, in a worker. */

import { ClipModel } from "../../model/clip_model.ts";
import { MemoryFiles } from "../../reading/files.ts";
import { Once } from "../../study/study_source.ts";
import { checkedFiles, readData, readPlace } from "../connect.ts";
import { type Explorer, outcomeOf } from "../protocol.ts";
import { CANVAS, openWasm } from "./browser.ts";
import { engineOf } from "./explorer.ts";

const runtime = openWasm(new URL("ort.wasm", location.href));

async function opened(): Promise<Explorer> {
  const read = checkedFiles(await readPlace());
  const { about, pictures, engine } = await readData(read);
  const { model, ...known } = engine!;
  const loaded = async (tower: "text" | "image") => {
    const fetched = model[tower].map(async (name) =>
      [`model/${name}`, await read(`model/${name}`)] as const
    );
    const files = new MemoryFiles(await Promise.all(fetched));
    const machine = { runtime, files, imageFiles: CANVAS };
    return await ClipModel.load("model", { ...model.form, ...machine, towers: [tower] });
  };
  const [clip, embeddings] = await Promise.all([loaded("text"), read("pictures.f32")]);
  const { projection } = clip.text.tower.shape;
  const all = new Float32Array(embeddings.buffer);
  const image = new Once<ClipModel>();
  return engineOf({
    ...{ about, ...known, text: clip.text },
    epsilon: clip.config.text.layerNormEps,
    image: async () => (await image.get(() => loaded("image"))).image,
    images: new Map(
      pictures.map(([name], i) => [name, all.subarray(i * projection, (i + 1) * projection)]),
    ),
    readImage: (name) => read(new Map(pictures).get(name)!),
  });
}

const engine = opened();
engine.catch(() => undefined); // every call reports it

addEventListener("message", async (event) => {
  const { data: { call, args }, ports: [port] } = event as MessageEvent;
  port!.postMessage(await outcomeOf(engine, call, args));
});
