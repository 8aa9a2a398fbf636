/** A page that traces the embedded model by the kit's own code, with files that it fetches and ONNX Runtime's WebAssembly. */

import { CANVAS, openWasm } from "../../../lib/explore/engine/browser.ts";
import { readPairs } from "../../../lib/data/read.ts";
import { firstOfEachImage } from "../../../lib/data/pairs.ts";
import { trace } from "../../../lib/experiments/trace/index.ts";
import { ClipModel } from "../../../lib/model/clip_model.ts";
import type { ImageFiles } from "../../../lib/model/image/image_tower.ts";
import { sha256Bytes } from "../../../lib/reading/sha256.ts";
import { MemoryFiles } from "../../../lib/reading/files.ts";
import type { StudyInputs } from "../../../lib/study/choice/inputs.ts";
import { sampleRows } from "../../../lib/study/rows/left_out.ts";
import { Study } from "../../../lib/study/study.ts";
import { tableToCsv } from "../../../lib/tables/csv.ts";

export interface TraceRequest {
  /** The paths of the model's files, from its folder on. */
  readonly model: readonly string[];
  /** How many rows are drawn with the seed 0. */
  readonly limit: number;
  /** The hook point of the gradients. */
  readonly hook: string;
}

/** What the page answers. */
export interface TraceAnswer {
  readonly effects: string;
  /** The SHA-256 of the image tower's input for each image, by name. */
  readonly pixels: Readonly<Record<string, string>>;
  /** The gradients of the first row's negated sentence at the hook point that was asked for. */
  readonly gradients: readonly number[];
}

/** What the page sends: its answer, or why there is none. */
export type PageAnswer = TraceAnswer | { readonly error: string };

/**
 * Traces rows of the embedded data.
 *
 * @param request The files of the model, and how many rows.
 */
async function traceRows({ model, limit, hook }: TraceRequest): Promise<TraceAnswer> {
  const paths = [...model.map((name) => `model/${name}`), "existence.json"];
  const files = new MemoryFiles(
    await Promise.all(paths.map(async (path) => [path, await fetched(path)] as const)),
  );
  const data = await readPairs({ files, path: "existence.json" }, { protocol: "rephrased" });
  const pairs = sampleRows(data.pairs, limit, 0);
  const inputs: StudyInputs = {
    ...{ choice: {}, modelFolder: "model", modelName: "shapes", protocol: "rephrased" },
    ...{ dataPath: "existence.json", data, pairs, drawn: pairs, aligned: true },
    images: {
      paths: new Map([...firstOfEachImage(pairs).keys()].map((name) => [name, `images/${name}`])),
      read: ({ image }) => fetched(`images/${image}`),
    },
  };
  const pixels: Record<string, string> = {};
  const runtime = openWasm(new URL("/ort.wasm", location.href));
  const imageFiles: ImageFiles = {
    async pixels(file, config) {
      const own = await CANVAS.pixels(file, config);
      pixels[file.name] = await sha256Bytes(new Uint8Array(own.buffer));
      return own;
    },
  };
  await using study = await Study.load(inputs, {
    load: (tower) => ClipModel.load("model", { towers: [tower], runtime, files, imageFiles }),
  });
  const { tables: { effects } } = await study.run(trace);
  const { negated } = await study.row(study.pairs[0]!.id);
  const gradients = [...(await negated.gradients(hook)).get(hook).data];
  return { effects: tableToCsv(effects), pixels, gradients };
}

async function fetched(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(`/${path}`);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return await answer.bytes();
}

const asked: TraceRequest = await (await fetch("/request")).json();
const answer = await traceRows(asked).catch((error: unknown): PageAnswer => ({
  error: error instanceof Error ? error.stack ?? error.message : String(error),
}));
await fetch("/answer", { method: "POST", body: JSON.stringify(answer) });
