/** Every error of the kit by its code: one cause, as a user would look it up, with its fix. docs/errors.md is generated from this list. */

export interface Section {
  readonly title: string;
  readonly intro: string;
  /** Whether its errors are looked up by their code, not by their words. @default {false} */
  readonly isByCode?: boolean;
  /** Why each error happens, then what to do about it, in the order of the page. */
  readonly codes: Readonly<Record<string, string>>;
}

export const SECTIONS = [
  {
    title: "Commands and flags",
    intro: "These end with exit code 2, and say themselves what to give instead.",
    isByCode: true,
    codes: {
      "usage-flag-unknown":
        "Use the flag that the message suggests; `--help` lists all flags of the task.",
      "usage-argument-unexpected":
        "A value without its flag, a text with spaces without quotes, a value after a switch, a flag given twice or of another target of `download`. Remove it, or add its flag or quotes.",
      "usage-value-missing":
        "The flag has no value, such as that of a shell variable that is not set, or nothing to download is named. Add what the message names.",
      "usage-value-wrong":
        "The value does not fit the flag, the other flags, the model or the number of rows. Use one that the message names.",
      "usage-flags-exclusive": "Each of the two flags asks for something else. Keep one.",
      "usage-input-missing":
        "Data need images (except for `attend`), images and weights need a model, and a model of your own needs data. Give what the message names.",
      "usage-data-text-only":
        "The rows have no images. Use others, or `attend`, which reads only text.",
      "usage-program-missing":
        "A task for developers needs Jupyter with nbconvert, or a Python with torch and transformers. Install it as the message says, and name it with the variable or flag there.",
    },
  },
  {
    title: "Files and folders",
    intro: "",
    codes: {
      "file-unreadable":
        "There is no such file, it may not be read, or it is a folder, a device or a Git LFS pointer. Correct the path or the permissions, or run `git lfs pull` in the clone.",
      "file-malformed":
        "The file is empty, cut off, damaged or of another form; the message names the place. Correct it, or get the file again.",
      "file-changed":
        "A file was changed during the run, or a part of a folder belongs to another run. Run the same command again once the files are complete.",
      "file-not-written":
        "The folder cannot be written, the disk is full, or the name is not possible there. Name another folder or make room, then run the command again: finished rows are kept.",
      "link-in-the-way":
        "A link stands where the kit would write or remove its own file. Remove the link, or name another folder. The folder itself may be a link.",
      "folder-taken":
        "The folder holds a model, files with names that the command needs, or another run, perhaps of other code of the kit. Nothing was removed. Name another folder, or move away what the message lists; `--overwrite` discards only files that the kit wrote.",
      "folder-in-use": "Another process writes into this folder. Wait for it.",
      "cache-unknown":
        "The environment does not say where the cache folder is. Set `HOME`, `XDG_CACHE_HOME` or, for models, `HF_HUB_CACHE` to an absolute path, or give `--model`, `--out` or `--cache` (`none` keeps no embeddings).",
    },
  },
  {
    title: "Runs",
    intro:
      "A run is its command, flags, versions and the checksums of its files, as `manifest.json` records them. After an interruption leave out `--overwrite`, which would discard the finished rows.",
    codes: {
      "run-missing":
        "No run is there. Run the task first, or name the folder that holds `manifest.json`.",
      "run-unfinished":
        "The run was interrupted, or is still running. Its command goes on where it stopped.",
      "run-edited":
        "The file was edited, damaged or replaced since the run, perhaps saved by a spreadsheet. Restore it, or move it away and repeat the run; edit copies.",
      "shards-differ":
        "The folders are not all shards of one run, each once. Name each once, and run again the one that the message names.",
      "shard-version-differs":
        "The shards are of another version of the kit, Deno or the runtime. Merge them with that version.",
      "search-sharded":
        "A search for a circuit and the choice of neurons need all rows. Leave out `--shard`, or `--neurons`; of circuits only `--sets` and `--circuit` can be split.",
      "result-of-some-rows":
        "`Result.save` was called on what `only` returned. Save the whole result, or open a study of a file with only these rows.",
      "not-comparable":
        "The two are not of the same rows, model, site, direction or clusters, or share no table. Make them as the message says.",
    },
  },
  {
    title: "Figures",
    intro: "",
    codes: {
      "chart-invalid":
        "The chart was edited into something that Vega-Lite cannot draw, or that is loaded from elsewhere. Undo the edit, put rows under `data.values` and images in as data, or repeat the run.",
      "chart-too-large":
        "The chart does not fit the venue's page, or takes too much time or memory to draw. Use the venue's `-full` preset or `screen`, undo the edit, or remove panels.",
    },
  },
  {
    title: "The explorer",
    intro: "",
    codes: {
      "page-not-bundled":
        "`--static` needs ONNX Runtime's WebAssembly, which Deno fetches at its first use. Run the task once with a network.",
      "port-taken": "Another program listens on the port. Name another one, or leave out `--port`.",
    },
  },
  {
    title: "Downloads",
    intro: "Only `deno task download` uses the network.",
    codes: {
      "hub-variable-wrong":
        "`HF_ENDPOINT` is no address of a server or would send the token unencrypted, or `HF_TOKEN` has a space or line break in it. Correct or unset it.",
      "hub-repository-missing":
        "The name or revision is wrong, or the repository is private or was removed. Look it up on the model's page; for a private one set `HF_TOKEN`.",
      "hub-access-refused":
        "The owner asks for agreement to terms, the token does not include this repository, or a proxy refuses. Accept the terms in a browser, and set `HF_TOKEN` to a token of that account.",
      "hub-files-missing":
        "The repository lacks the weights, settings, tokeniser or file asked for. Take a form that the message names, or `--file` and `--weights FILE` with another model's settings.",
      "hub-answer-wrong":
        "The answer is not a Hub's: a proxy answers in its place, or the repository is broken. Correct `HF_ENDPOINT`, sign in at the proxy, or take another revision.",
      "download-failed":
        "It failed more often in a row than `--retries` allows. Check the network, the proxy (`HTTPS_PROXY`) or the mirror (`HF_ENDPOINT`), and run the command again: it goes on where it stopped. `--model`, `--data` and `--images` take files from elsewhere.",
      "download-refused":
        "The server or a proxy does not give the file; the message has its words. Try again later, or fetch the file by hand.",
      "download-differs":
        "The file or commit is not the one whose checksum the kit or the name has. Use the Hub without `HF_ENDPOINT`, or fetch the file by hand.",
      "archive-unreadable":
        "The archive is damaged or lacks images that the data names, or its server does not send parts of files. Try again later, or unpack the archive by hand.",
    },
  },
  {
    title: "Models",
    intro: "[Models](models.md) says what `--model` can be.",
    codes: {
      "model-missing":
        "No such model is on this machine, or only single files of it. Run the command in the message, or correct the path; lay a file of weights over another model with `--weights`.",
      "model-ambiguous":
        "Two things have this name, or two files hold one tower. Begin the path of a folder with `./`; leave out one of two files.",
      "model-file-missing":
        "The folder is wrong or incomplete, or its files have other names. Name the one that holds `config.json`, copy the missing file (repositories of open_clip often lack a tokeniser), or give the suffix of ONNX files, such as `--onnx _fp16`.",
      "setting-wrong":
        "A setting is impossible, or two files contradict each other. Restore the file from the model's repository.",
      "model-unsupported":
        "The model is of another architecture, an adapter, or has a setting that changes CLIP's numbers. Use towers of CLIP or SigLIP (not NaFlex), or CLIPSeg as segmenter; give `--image-embeddings` if only the image tower is another; merge adapters in PEFT.",
      "model-files-differ":
        "Settings, tokeniser, weights and graph are not of one model, or a file is incomplete or quantised. Take all files from one repository.",
      "tokenizer-unreadable":
        "The tokeniser's files are incomplete, damaged or of another kind. Download them again from one repository, save them with `CLIPTokenizerFast.save_pretrained()`, or use the line of Python in the message.",
      "tower-missing":
        "The file holds only the other tower, or names its inputs and outputs differently. Swap `--onnx-text` and `--onnx-vision`, export with Hugging Face's names, or leave out `--weights`.",
      "tower-not-loaded":
        "`Clip.load()` was called without this tower, or `release()` before. Load the model again.",
      "model-unfit":
        "The experiment needs a causal text tower, or a score that is a multiple of the cosine. `trace`, `attend` and `knockout` need neither.",
      "weights-not-finite":
        "The weights have NaN or infinity, or were never filled in. Download the model again, or export it in full precision.",
    },
  },
  {
    title: "ONNX files",
    intro: "`deno task inspect --model FOLDER` shows which hook points of a model can be reached.",
    codes: {
      "onnx-damaged":
        "The file was cut off, is no ONNX model, or has lost a part. Download the model and its weights again, or export them again.",
      "onnx-unsupported":
        "The graph has a loop or the like, weights outside the model's folder, or more than 2 GB in one part. Export the towers alone, with their weights beside them.",
      "onnx-type-unknown":
        "A value is not float32 or integer, or has no stated type. Export with float32 inputs, activations and outputs (weights may be half precision), or run `onnx.shape_inference.infer_shapes_path()` on the file.",
      "input-size-fixed":
        "The graph takes a fixed number of rows or tokens. Export it with dynamic axes for batch and sequence.",
      "hook-unreachable":
        "The graph does not hold this value, since it is quantised, fused or ordered differently. Use the file that the message names.",
      "device-missing":
        "ONNX Runtime, the machine or its drivers lack this device, or it computes with less than float32. Take a device that the message names. CUDA needs `NVIDIA_TF32_OVERRIDE=0`.",
      "session-refused":
        "The runtime rejects a part of the graph; the end of the message is its own. Export with an opset from 11 to 23.",
      "session-run-failed":
        "Sizes in the graph do not match, or the memory ran out. Compare `max_position_embeddings` and `image_size` with the export, or use fewer `--threads`.",
      "sweep-not-fast":
        "The fast engine cannot run this graph; `bench` and `inspect` say why, and nothing failed. For speed, use a plain float32 export of a model with a causal mask.",
      "thread-stopped":
        "A worker thread did not start, or ended; the reason is Deno's. Run your script with `--allow-read`, or load the model with `threads: 1`.",
    },
  },
  {
    title: "Weight files",
    intro:
      "The kit reads safetensors and the zip format of `torch.save`, whole or in shards. It runs nothing that a file contains.",
    codes: {
      "weights-format-unknown":
        "The file is of another kind, which the message names. Download the weights themselves, or save them as float32, float16 or bfloat16, as the message says; `zip -0 -r` packs without compression.",
      "weights-damaged":
        "The file was cut off or changed, or contradicts its index. Download all files of one version again, from a source that you trust.",
      "weights-not-one-model":
        "The file holds no tensor, several models, or a part of one. Save the `state_dict()` of the one that you mean; of a model in parts name the index, such as `model.safetensors.index.json`.",
    },
  },
  {
    title: "Data files and their rows",
    intro:
      "A row is named by its id and its place. Rows of CSV are counted as in a spreadsheet, with the header as row 1.",
    codes: {
      "data-format-unknown":
        "The file has another format, semicolons, or is not UTF-8. Save it as UTF-8 CSV with commas and the header id,image,negation,caption,foil.",
      "data-columns-wrong":
        "A column or key is missing, there twice, or misspelt. Correct it; columns in brackets are optional, others are ignored.",
      "data-rows-unusable":
        "Each wrong row has a line below the message. Correct them, or leave them out with `--skip-bad`, which reports them.",
      "row-wrong":
        "A value is missing or out of range, a sentence with a comma is not in quotes, an id is there twice, both sentences are the same, or `negation` or `negator` does not fit them. Correct the row, or use `--skip-bad`.",
      "control-unfit":
        "The control needs images, at least two of them, or sentences whose determiner another can replace. Leave it out of `--control`, or use other rows.",
      "pair-not-minimal":
        'The sentences differ in length or in more than one word. Rephrase them, such as "some" against "no", leave the row out, or use `--protocol standard` where the experiment takes it.',
      "sentence-beyond-context":
        "The sentence has more tokens than the model reads (77 in CLIP). Shorten it, or use `--skip-bad`.",
      "rows-too-few":
        "Too few rows or distinct sentence pairs are left for this task; `deno task evaluate` counts them. Use more or other rows, or `--protocol standard`.",
    },
  },
  {
    title: "Images",
    intro: "",
    codes: {
      "images-not-given":
        "Scores need images, or the image tower that is to run was replaced by `--image-embeddings`. Give `--images` (`images` of `Study.open`).",
      "image-missing":
        "The folder is wrong, or lacks an image that the data names. Correct `--images`, or run `deno task download visual7w` again.",
      "image-outside":
        "The data names an image by `..`, from the root, or through a link. Put the images below `--images`, and name them from there.",
      "image-undecodable":
        "The file is damaged, no image, in a rare format, or far too large. Download, convert or shrink it.",
      "image-embedding-missing":
        "The file has no embedding under the name in the data's column `image`. Use the same names, or leave such rows out with `--skip-bad`.",
      "image-embeddings-wrong":
        "The file is damaged, of another model, lacks names, or has values that are not finite. Save the image tower's embeddings after its projection, as in [data](guide/data.md#embeddings-made-elsewhere).",
    },
  },
  {
    title: "In your own code",
    intro: "These come from calls of the library. Read the error's `code`.",
    isByCode: true,
    codes: {
      "name-unknown":
        "Nothing of this name is there: it is misspelt, counts blocks from 1, lacks `vision.`, or was not requested. Use a name that the message lists.",
      "name-taken":
        "Your experiment, or an option, table or chart of it, has a name that the kit uses, such as `images`. Rename it.",
      "index-outside":
        "There is no such layer, head, position, row, token or entry. In code they count from 0; in tables, tasks and sets of nodes layers and heads count from 1.",
      "value-wrong":
        "A value is missing, of another type or out of range. Give what the message asks for: one thing in brackets for a list, 0.95 for 95 %.",
      "value-not-finite":
        "NaN or infinity is among the values. Use undefined where a missing value is allowed; elsewhere leave the row out.",
      "sizes-differ":
        "Axes, sizes or numbers of rows do not agree. Take both from the same hook point and model, and from sentences of one length.",
      "change-unfit":
        "The change does not apply here: a residual stream has no heads, a pattern no positions, `knockOut()` is for patterns. Use the hook point or change that the message names.",
      "patch-source-unclear":
        "Give the positions or rows to write to and to take from, or cache all sentences of the study.",
      "role-absent":
        "No sentence has a token of this role, or a tower was used, which knows only positions. Use a role that the message lists, on a study or a row's sentence.",
      "measured-wrong":
        "`measure` must return one JSON value for each row of `study.rows`, in their order; undefined or null for a row without one.",
    },
  },
] as const satisfies readonly Section[];

type CodeOf<Part> = Part extends { readonly codes: infer Codes } ? keyof Codes : never;

/**
 * The code of an error, such as `name-unknown`: a heading of docs/errors.md. Codes for wrong use of a task begin with `usage-`.
 *
 * @internal
 */
export type ErrorCode = CodeOf<typeof SECTIONS[number]>;
