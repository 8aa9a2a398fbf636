/** The forms of weights that a repository has, and its ONNX graphs. */

import { NegscopeError } from "../../errors.ts";
import { OF_OPEN_CLIP, OF_TRANSFORMERS } from "../../reading/path.ts";
import type { RemoteFile } from "../remote_file.ts";

/** The forms, the one taken first at the top. */
export const FORMS = ["safetensors", "bin", "open_clip", "onnx"] as const;

/** A form of weights: Hugging Face's as safetensors or as a pickle, open_clip's, or ONNX graphs. */
export type Form = typeof FORMS[number];

/** Names that open_clip accepts for its own weights, where no settings claim them for Hugging Face. */
const OPEN_CLIP_AS_OTHERS = ["model.safetensors", "pytorch_model.bin"];

const ONNX_FOLDER = "onnx/";

/**
 * The file of each form that a repository has together with its settings: the weights, the index of their shards, or `onnx/`; in the order
 * of {@linkcode FORMS}. A config.json may also be timm's.
 */
export function formsOf(
  paths: ReadonlySet<string>,
  { huggingFace }: { readonly huggingFace: boolean },
): ReadonlyMap<Form, string> {
  const first = (names: readonly string[]) => names.find((name) => paths.has(name));
  const settled = huggingFace && paths.has("config.json");
  const found: Readonly<Record<Form, string | undefined>> = {
    safetensors: settled ? first(OF_TRANSFORMERS.safetensors) : undefined,
    bin: settled ? first(OF_TRANSFORMERS.bin) : undefined,
    open_clip: paths.has("open_clip_config.json")
      ? first(settled ? OF_OPEN_CLIP : [...OF_OPEN_CLIP, ...OPEN_CLIP_AS_OTHERS])
      : undefined,
    onnx: settled && [...paths].some(isGraph) ? ONNX_FOLDER : undefined,
  };
  return new Map(FORMS.flatMap((form) => found[form] === undefined ? [] : [[form, found[form]]]));
}

function isGraph(path: string): boolean {
  return /^onnx\/[^/]+\.onnx$/.test(path);
}

/** The graphs of both towers, with the files that hold their weights. */
export function graphFiles(
  files: readonly RemoteFile[],
  { repository, suffix, whole: isWhole = false }: {
    readonly repository: string;
    readonly suffix: string;
    readonly whole?: boolean | undefined;
  },
): RemoteFile[] {
  const paths = new Set(files.map(({ path }) => path));
  const towers = [`onnx/text_model${suffix}.onnx`, `onnx/vision_model${suffix}.onnx`];
  const whole = `onnx/model${suffix}.onnx`;
  const graphs = !isWhole && towers.every((path) => paths.has(path)) ? towers : [whole];
  if (!paths.has(graphs[0]!)) {
    const found = [...paths].filter(isGraph).sort();
    throw new NegscopeError("hub-files-missing", {
      problem: `Cannot download "${repository}"`,
      reason: `it has no ${isWhole ? "" : `${towers.join(" with ")}, or `}${whole}, but ${
        found.join(", ")
      }`,
      fix: "choose another suffix with --onnx",
    });
  }
  return files.filter(({ path }) => graphs.some((graph) => isPart(path, graph)));
}

/** Whether a file is the graph or holds its weights: `model.onnx_data`, `model.onnx.data`, `model.onnx_data_1`. */
function isPart(path: string, graph: string): boolean {
  return path.startsWith(graph) && /^([._]data(_\d+)?)?$/.test(path.slice(graph.length));
}
