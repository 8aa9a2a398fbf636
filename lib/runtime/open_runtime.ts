/** Opens this machine's runtime on a device, or says which devices the machine has. */

import { firstLine, NegscopeError } from "../errors/errors.ts";
import { productModel } from "../onnx/build.ts";
import { type Device, DEVICES, type OnnxValue, type Runtime } from "../onnx/runtime.ts";
import { checkedValue, checkNames } from "../options/values.ts";
import { STUDY_OPTIONS } from "../study/choice/study_options.ts";
import { builtDevices, nodeRuntime, RUNTIME_VERSION } from "./node.ts";
import { DISK } from "../files/read_file.ts";
import { fetchKitFiles } from "../files/kit_files.ts";
import { SHARP } from "../opening/images/image_folder.ts";
import { CLIP_MODEL_OPTIONS, ClipModel, type ClipModelOptions } from "../model/clip_model.ts";

const SIZE = 64; // size of the product that is computed as a test

/** A number that float32 holds exactly, and formats with a shorter mantissa, such as TF32 and float16, do not. */
const FINE = 1 + 2 ** -12;

/** Opens this machine's runtime on a device, and computes a product there. `device`: the device. @default {"cpu"} */
export async function openRuntime(device?: Device): Promise<Runtime> {
  const chosen = checkedValue("device", device ?? "cpu", STUDY_OPTIONS.device);
  const reason = await whyMissing(chosen);
  if (reason === undefined) return nodeRuntime(chosen);
  const found: Device[] = [];
  for (const other of DEVICES) {
    if (other !== chosen && await whyMissing(other) === undefined) found.push(other);
  }
  throw new NegscopeError("device-missing", {
    problem: `Cannot compute on device "${chosen}"`,
    reason,
    expected: `${found.join(" or ")}, which this machine has`,
  });
}

async function whyMissing(device: Device): Promise<string | undefined> {
  if (device === "cpu") return undefined;
  if (!builtDevices().includes(device)) {
    return `ONNX Runtime ${RUNTIME_VERSION} does not have it on this system`;
  }
  try {
    const session = await nodeRuntime(device).create(productModel(), "a product");
    const product = await session.run(new Map([["a", matrix(() => FINE)], ["b", IDENTITY]]));
    await session.release();
    const wrong = product.get("c")!.data.find((x) => x !== FINE);
    return wrong === undefined ? undefined : `it computes ${FINE} x 1 as ${wrong}`;
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    return firstLine(error.cause).replace(/^.* was false\. /, ""); // after the place in ONNX Runtime's source
  }
}

const IDENTITY = matrix((row, column) => row === column ? 1 : 0);

function matrix(value: (row: number, column: number) => number): OnnxValue {
  const data = Float32Array.from(
    { length: SIZE ** 2 },
    (_, i) => value(Math.floor(i / SIZE), i % SIZE),
  );
  return { type: "float32", dims: [SIZE, SIZE], data };
}

/** What to load, and how to compute. */
export interface ClipOptions extends Omit<ClipModelOptions, "runtime" | "files" | "imageFiles"> {
  /** What the model runs on; one that this machine lacks is refused. @default {"cpu"} */
  readonly device?: Device | undefined;
}

const GIVEN = { files: DISK, imageFiles: SHARP } as const;

const OPTIONS = [
  ...CLIP_MODEL_OPTIONS.filter((name) => name !== "runtime" && !(name in GIVEN)),
  "device",
];

/** A CLIP model whose hook points can be read and changed, in a folder of this machine and run by onnxruntime-node. */
export class Clip extends ClipModel {
  /**
   * Loads a model from a folder in the layout of transformers or open_clip: its settings, its tokeniser, and for each tower an ONNX file under
   * onnx/ or else the folder's weights, for which the kit builds a graph. See {@linkcode ClipModel.load}.
   */
  static override async load(folder: string, options: ClipOptions = {}): Promise<Clip> {
    checkNames(options, OPTIONS);
    const { device, ...model } = options;
    return await super.load(
      await fetchKitFiles(folder),
      { ...model, ...GIVEN, runtime: await openRuntime(device) },
    );
  }
}
