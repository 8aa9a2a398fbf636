/** The engine of a static page, in a worker. */

import { NegscopeError } from "../../errors.ts";
import { ClipModel } from "../../model/clip_model.ts";
import { MemoryFiles } from "../../reading/memory_files.ts";
import { Once } from "../../study/once.ts";
import { outcomeOf } from "../engine/calls.ts";
import { Engine } from "../engine/explorer.ts";
import { CANVAS } from "./canvas_images.ts";
import { openWasm } from "./ort.ts";
import type { SiteData } from "./site_data.ts";

const runtime = openWasm(new URL("ort.wasm", location.href));

async function fetched(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(path).catch(() => undefined);
  if (answer?.ok) return new Uint8Array(await answer.arrayBuffer());
  throw new NegscopeError("file-unreadable", {
    problem: `Cannot fetch "${path}"`,
    reason: answer === undefined ? "there is no connection" : `the server answers ${answer.status}`,
    fix: "load the page again, or publish its folder again as a whole",
  });
}

async function loaded({ model }: SiteData, tower: "text" | "image"): Promise<ClipModel> {
  const files = await Promise.all(
    model[tower].map(async (name) => [`model/${name}`, await fetched(`model/${name}`)] as const),
  );
  const machine = { runtime, files: new MemoryFiles(files), imageFiles: CANVAS };
  return await ClipModel.load("model", { ...model.form, ...machine, towers: [tower] });
}

async function opened(): Promise<Engine> {
  const data: SiteData = JSON.parse(new TextDecoder().decode(await fetched("data.json")));
  const [clip, embeddings] = await Promise.all([loaded(data, "text"), fetched("pictures.f32")]);
  const { pictures, about, pairs, protocol, opening } = data;
  const { projection } = clip.text.tower.shape;
  const all = new Float32Array(embeddings.buffer);
  const image = new Once<ClipModel>();
  const files = new Map(pictures);
  return new Engine({
    ...{ about, pairs, protocol, opening, text: clip.text },
    epsilon: clip.config.text.layerNormEps,
    image: async () => (await image.get(() => loaded(data, "image"))).image,
    images: new Map(
      pictures.map(([name], i) => [name, all.subarray(i * projection, (i + 1) * projection)]),
    ),
    readImage: (name) => fetched(files.get(name)!),
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
