/** Every error of the kit by its code: one cause, as a user would look it up, with its fix. docs/errors.md is generated from this list. */

export interface Section {
  readonly title: string;
  readonly intro: string;
  /** Why each error happens, then what to do about it, in the order of the page. */
  readonly codes: Readonly<Record<string, string>>;
}

export const SECTIONS = [
  {
    title: "Commands and flags",
    intro: "These end with exit code 2 and a last line that says how to see the task's help.",
    codes: {
      "usage-flag-unknown":
        "The flag is misspelt, or belongs to another task. Use the flag that the message suggests. Where none is close, `--help` lists them all.",
      "usage-argument-unexpected":
        "Something on the command line is too much: a value without its flag, part of a text with spaces that is not in quotes, a value after a switch, a flag given twice, or one of another target of `download`. Remove it, put its flag before it, or put quotes around the text.",
      "usage-value-missing":
        "The flag has no value, or an empty one; perhaps a shell variable is not set. Or the command does not say what to download. Add what the message names.",
      "usage-value-wrong":
        "The flag does not take this value, the value is out of range, or it does not fit the other flags; for `--layer` the range is the model's, for `--shard` there are fewer rows than shards. Use one of the values that the message names.",
      "usage-flags-exclusive":
        "Two flags each ask for something else: `--file` takes one file, `--onnx` a form, and `--form` any form; `--plan`, `--job`, `--dry-run` and `--slurm` are different uses of a study file; a page that `--static` writes has no `--port`. Keep one of them.",
      "usage-input-missing":
        "One input needs another: data need images, images for a model of your own need data, weights need the model that they were made from, and a model of your own needs `--sentences` where heads are compared. Give what the message names. `attend` needs no images, a model alone runs on the embedded data, and `deno task download cannot` fetches the paper's sentences.",
      "usage-data-text-only":
        "The rows of the data are sentences without images, but the experiment or the task `segment` needs images, or images were given. Use data with images, or an experiment that reads only text, `attend`.",
      "usage-program-missing":
        "A task of this kit's developers needs another program: Jupyter with nbconvert to run notebooks, or a Python with torch and transformers to compare speeds. It was not found, lacks a package, or failed. Install it as the message says, and name it with the variable or flag in the message.",
    },
  },
  {
    title: "Files and folders",
    intro: "",
    codes: {
      "file-unreadable":
        "There is no such file, it may not be read, or it is a folder, a pipe or a device. A Git LFS pointer, a text of three lines, is left where a repository was cloned without Git LFS. Correct the path or the file's permissions; download what is missing or a pointer, or run `git lfs pull` in the clone.",
      "file-malformed":
        "The file is empty, cut off or damaged, or it is not of the form that the message describes; the message names the place. Correct that place, or download the file or write it again.",
      "file-changed":
        "A file of the model, the rows, an edit or an image was overwritten or removed during the run, or a part of a folder was made of another. Run the same command again once the files are complete.",
      "file-not-written":
        "The folder cannot be made, nothing can be written into it, the disk is full, or a file of this name is not possible there. Name another folder, or make room, then run the same command again: finished rows are kept.",
      "link-in-the-way":
        "Where the kit would write or remove its own file or folder there is a link, which would lead it elsewhere. Remove the link, or name another folder. The folder itself may be a link.",
      "folder-taken":
        "The folder holds other files with names that the command needs, the manifest of another program, a model, or a run that differs in what the message names. Code of the kit that has changed since may compute other numbers, so it neither goes on with an unfinished run nor takes a finished one for its own. Nothing was removed. Name another folder, or move away what the message lists. `--overwrite` starts again and discards the old run, but only files that the kit wrote.",
      "folder-in-use":
        "A second process was started on the same folder. Wait for the first. A process that was killed does not keep the folder.",
      "cache-unknown":
        "Models are kept in the cache of the Hub's own tools, embeddings in the user's own cache folder, and the environment does not say where that is. A run goes on without kept embeddings. Set `HOME`, `XDG_CACHE_HOME` or, for models, `HF_HUB_CACHE` to an absolute path, also where they are not usual, as on Windows; or name a folder with `--model`, `--out` or `--cache`. `--cache none` keeps nothing.",
      "kit-damaged":
        "A file or a package that belongs to the kit is not as it was released. Install the kit again, or check it out again, and run it with `--frozen`.",
    },
  },
  {
    title: "Runs",
    intro:
      "A run is identified by its command, its flags, its versions and the checksums of its files, all recorded in `manifest.json`. A run that is interrupted ends with exit code 130 after Ctrl-C and 143 after SIGTERM; the last line says how to continue it. `--overwrite` would discard the finished rows.",
    codes: {
      "run-missing":
        "The path is wrong, the run has not been made yet, or the folder is not its `--out`. Run the task first, or name the folder that holds `manifest.json`.",
      "run-unfinished":
        "The run was interrupted, or is still running. Run its command again: it continues where it stopped.",
      "run-edited":
        "A manifest holds the checksums of a run's files. The named file does not agree with them, or cannot be read as what it should be: it was edited, damaged or exchanged, a spreadsheet saved it, or it belongs to another run or version. Restore the file, or move it away and repeat the run. Edit copies: a table that was changed by hand is no longer a result.",
      "shards-differ":
        "The folders are not all shards of one run, each once: one is a whole run, is missing or named twice, or was run with another flag, version or file, or on a machine that rounds differently; the message names the first difference. Name each shard once, and run the one that differs again as the message says.",
      "shard-version-differs":
        "The shards were run with another version of the kit, of Deno or of the runtime. Merge them with that version.",
      "circuit-sharded":
        "The search for a circuit decides by all rows what to run next, so that a shard would search for another circuit. Search without `--shard`; `--sets` and `--circuit` say beforehand what to run, and can be split.",
      "result-of-some-rows":
        "`Result.save` was called on the part of a result that `only` returned. Save the whole result, or open a study of a data file that has only these rows.",
      "not-comparable":
        "The two things are not of the same rows, model, site, direction or clusters, or have no table in common, so that a difference between them would say nothing. Make them as the message says, or compare others.",
    },
  },
  {
    title: "Figures",
    intro: "",
    codes: {
      "chart-invalid":
        "The chart was edited into something that Vega-Lite does not understand or would not draw as intended, or that would be loaded from elsewhere: pictures hold all that they show. Undo the edit, put rows under `data.values` and images as data, or repeat the run; Vega's online editor shows what is wrong.",
      "chart-too-large":
        "The chart does not fit into the venue's column or page, or drawing it takes much more time, memory or space than the charts of a run, which a formula or a size in the spec can do. Use the venue's `-full` preset or `screen`, undo the edit, or remove some panels.",
    },
  },
  {
    title: "The explorer",
    intro: "",
    codes: {
      "page-not-bundled":
        "The page of `deno task explore --static` carries ONNX Runtime's WebAssembly, a package that Deno fetches at its first use; there is no network, or the scripts of the page could not be bundled by `deno task dev docs`. Run the task once with a network.",
      "port-taken":
        "Another program, or another explorer, listens on the port of `--port`, or the system reserves it. Name another port, or leave `--port` out.",
    },
  },
  {
    title: "Downloads",
    intro: "Only `deno task download` uses the network.",
    codes: {
      "hub-variable-wrong":
        "`HF_ENDPOINT` is not the address of a server or would send the token unencrypted, or `HF_TOKEN` holds a space or a line break. Correct the variable, or unset it.",
      "hub-repository-missing":
        "The name or the revision is misspelt, or the repository is private, was removed, or may not be read from where you are. Look it up on the model's page; for a private repository set `HF_TOKEN` to a token of an account that may read it.",
      "hub-access-refused":
        "The owner wants users to agree to terms first, the token has expired or does not include this repository, or a proxy refuses the address. Accept the terms in a browser, and set `HF_TOKEN` to a token of that account which may read the repository; or ask who runs the proxy.",
      "hub-files-missing":
        "The repository lacks what was asked for: weights in the form of `--form` or `--onnx`, the settings, the tokeniser, a shard, or the file of `--file`. The message lists what is there. Take a form that the message names, or another repository. Weights without settings can be taken alone with `--file`; `--weights FILE` reads them with the settings of `--model`.",
      "hub-answer-wrong":
        "The answer is not what a Hub sends: a proxy answers in its place, or the repository's index or settings are broken. Correct `HF_ENDPOINT`, sign in at the proxy, or take another revision.",
      "download-failed":
        "There is no network, a proxy, a firewall or a wrong address is in the way, or the server limits requests: the download failed more often in a row than `--retries` allows. Check the network and the proxy (`HTTPS_PROXY`), or name a mirror with `HF_ENDPOINT`; then run the same command again, after a while if the server has too many requests. It continues where it stopped. Files that were downloaded elsewhere can be given with `--model`, `--data` and `--images`.",
      "download-refused":
        "The file was moved or removed, a mirror lacks it, or the server or a proxy does not give it to you; the message has its status and its words. Try again later, look for a newer version of the kit, or fetch the file by hand.",
      "download-differs":
        "The server has another file or another commit than the one whose checksum is part of this kit or of the name: a mirror is out of date, or somebody on the way changed it. Use the Hub itself, without `HF_ENDPOINT`, or fetch the file by hand. Another revision is checked only against the server's own checksums.",
      "download-host-refused":
        "A server redirects the download to a host that the kit does not know, which could be anywhere, or to an unencrypted connection. If the host is right, fetch the file with a browser, and name its folder.",
      "download-interrupted":
        "Ctrl-C, with exit code 130, or SIGTERM, with exit code 143. Run the same command again.",
      "archive-unreadable":
        "The archive on the server is damaged, lacks images that the data names, or its server does not send parts of a file. Try again later, or fetch and unpack the archive by hand.",
    },
  },
  {
    title: "Models",
    intro:
      "`--model` is `shapes`, a model of negscope such as `shapes/tuned` or `planted/relay`, a folder in Hugging Face's layout, or the Hub's name of a downloaded model; the first of these that fits is taken.",
    codes: {
      "model-missing":
        "The name is in the form of the Hub's names, but no such model is on this machine; or only single files of it are, which `--file` or another program fetched. Run the command in the message, or correct the path. A file of weights alone is laid over another model with `--weights`.",
      "model-ambiguous":
        "Two things fit: a model of negscope and a folder of the same name, or weights and an ONNX file of one tower. Begin the path of a folder with `./`; leave out one of two files, or save one tower of the weights to a file of its own.",
      "model-file-missing":
        "The folder does not exist, is the wrong one, was only copied in part, is one that the published package leaves out, or its files have other names. Repositories of open_clip often have no tokeniser, since its code carries the vocabulary; older tokenisers are two files, `vocab.json` and `merges.txt`. Point the flag at the folder that holds `config.json`, copy the missing file from the model's source, or give the suffix of ONNX files, such as `--onnx _fp16`.",
      "setting-wrong":
        "A setting has the wrong type or an impossible value, or two files contradict each other, such as the crop and the input size. Restore the file from the model's own repository.",
      "model-unsupported":
        "The settings or the names of the arrays are those of another kind of model, of a tower of another architecture, of an adapter, or of one with a setting or arrays that change CLIP's numbers; the message names it. Use a model whose towers are CLIP's or SigLIP's (not NaFlex), and as segmenter a CLIPSeg. If only the image tower is another, give image embeddings made elsewhere, `--image-embeddings`. Merge an adapter into its model in PEFT.",
      "model-files-differ":
        "The settings, the tokeniser, the weights and the graph are not of one model: sizes, numbers of blocks, names of arrays or token ids disagree; the message says which. Or a file is incomplete or quantised. Take all files from the model's own repository.",
      "tokenizer-unreadable":
        "The tokeniser's files are incomplete, damaged, of another version or another kind, or only in sentencepiece's own format. Download them again from one repository, save them with `CLIPTokenizerFast.save_pretrained()`, or convert them with the line of Python in the message.",
      "tower-missing":
        "The file holds only the other tower, names its inputs and outputs differently, or holds only a tower that the run does not use. Swap `--onnx-text` and `--onnx-vision`, export with Hugging Face's names, or leave `--weights` out.",
      "tower-not-loaded":
        "`Clip.load()` was called with `towers` that do not include it, or `release()` was called before, perhaps in another cell. Add it, or load the model again.",
      "model-unfit":
        "The experiment needs what this model's family does not have: a causal text tower, in which both sentences' runs are equal before the negator, or a score that is a multiple of the cosine. Use a model such as CLIP, or `trace`, `attend` or `knockout`, which do not need causal attention.",
      "weights-not-finite":
        "Training or a conversion to half precision went beyond the largest number, the weights are damaged, or the file was never filled with the trained ones. Download the model again, or export it in full precision from a checkpoint that works.",
      "export-onnx-already":
        "The folder, `--onnx`, `--onnx-text` or `--onnx-vision` gives the tower as an ONNX file, from which there is nothing to convert. Copy the file, or name weights with `--weights`. `--tower` exports the other tower alone.",
    },
  },
  {
    title: "ONNX files",
    intro: "`deno task inspect --model FOLDER` shows which hook points of a model can be reached.",
    codes: {
      "onnx-damaged":
        "A download was cut off, the file is no ONNX model, its weights are of another version, or a tool that edited it removed or repeated a part; the message says which. Download the model and its weights again, or export them again: `deno task download` checks sizes and checksums.",
      "onnx-unsupported":
        "The graph has what no plain CLIP tower has, such as a loop, a cache as input, or sizes that could fill the memory; or its weights lie in a constant's own file, outside the model's folder, or in a part of more than 2 GB. Export the towers on their own, without generation or preprocessing in the graph, with their weights beside them.",
      "onnx-type-unknown":
        "A value is not of float32 or an integer type, or the file does not state its type. Export with float32 inputs, activations and outputs (weights may be in half precision), or run `onnx.shape_inference.infer_shapes_path()` on the file.",
      "input-size-fixed":
        "The graph was exported for a fixed number of rows or tokens. Export it with dynamic axes for batch and sequence.",
      "hook-unreachable":
        "The graph does not hold the value or the weight by itself: the file is quantised, has attention fused into one node, or computes in another order. The message says which. Use the file that the message names, usually the unquantised `text_model.onnx` or `vision_model.onnx`.",
      "device-missing":
        "This system's build of ONNX Runtime lacks the device of `--device`, or the machine lacks the card, its driver or a library, or the device computes with less than float32; the reason in the message is the runtime's own. Take a device that the message names, or install what is missing. CUDA computes with float32 if the variable `NVIDIA_TF32_OVERRIDE` is 0.",
      "session-refused":
        "The runtime does not know an operator or its version, or rejects a part of the graph; the end of the message is the runtime's own. Export the model with an opset from 11 to 23.",
      "session-run-failed":
        "Sizes in the graph do not match, or the memory ran out; the reason in the message is the runtime's own. Compare `max_position_embeddings` and `image_size` with the export. If the memory ran out, use fewer `--threads`.",
      "sweep-not-fast":
        "The graph computes the rows of a sentence together, rounds differently row by row, or has no causal mask, so that the fast schedule cannot be used. `bench` and `inspect` print this; nothing failed. For speed, use a plain float32 export. Without a causal mask nothing can be shared.",
      "thread-stopped":
        "A large sweep divides its pairs among threads, many images are decoded in one, and parts of an atlas or of the paper run in some if the model is small. Such a thread did not start, or it ended; the reason in the message is Deno's. The tasks have the permissions that they need, but a script of your own may not. Run with `--allow-read`, or load the model with `threads: 1`.",
    },
  },
  {
    title: "Weight files",
    intro:
      "The kit reads safetensors and the zip format of `torch.save`, whole or in shards. It runs nothing that a file contains.",
    codes: {
      "weights-format-unknown":
        "The file is of another kind, which the message names: a Git LFS pointer or a web page, torch's format before version 1.6, a compressed archive, or numbers in a form such as eight-bit floats. Download the weights themselves, or save them again as float32, float16 or bfloat16, with the line of Python in the message if there is one; `zip -0 -r` packs without compression.",
      "weights-damaged":
        "A download was cut off, the file was changed, its parts or its index contradict each other, or its description is far larger than that of any model. Download it again, all files of one version, from a source that you trust.",
      "weights-not-one-model":
        "The file holds no tensor, or several models, such as a student and its teacher; or it is one of several files that hold a model together. Save the `state_dict()` of the one that you mean alone. Of a model in several files name the index, such as `model.safetensors.index.json`.",
    },
  },
  {
    title: "Data files and their rows",
    intro:
      "A row is named by its id and its place. Rows of CSV are counted as in a spreadsheet, with the header as row 1.",
    codes: {
      "data-format-unknown":
        "The file has another format, uses semicolons instead of commas, or is not in UTF-8; spreadsheets may save such files. Save it as UTF-8 CSV with commas and the header id,image,negation,caption,foil.",
      "data-columns-wrong":
        "A required column or key is missing, there twice, or misspelt, such as `subjectSize` for `subject_size`: read as an unknown key, its values would be lost. Add, remove or rename it. Columns in brackets are optional, and further ones are ignored.",
      "data-rows-unusable":
        "Several rows are wrong; each has a line below, with what was expected. Correct them all, or leave them out with `--skip-bad`: the summary and the manifest then name them with the reasons.",
      "row-wrong":
        "A value of the row is missing, of another type or out of range; a sentence with a comma is not in quotes; the id is that of another row; both sentences are the same; or `negation` or `negator` does not fit the sentences. Correct the row as the message says, or leave it out with `--skip-bad`.",
      "control-unfit":
        "A control needs what the rows do not have: images, at least two of them, or sentences with a determiner that another can replace. Leave the control out of `--control`, or use rows that have what it needs.",
      "pair-not-minimal":
        'The rephrased protocol and some experiments compare the sentences position by position. In this row they have different lengths, or differ in more than one word or token. Rephrase the pair, such as "some" against "no", leave the row out, or use the standard protocol where the experiment takes it.',
      "sentence-beyond-context":
        "The model has a vector for a limited number of positions (77 in CLIP); it would read only the beginning of the sentence. Shorten the sentence; for a data file, `--skip-bad` leaves out such rows.",
      "rows-too-few":
        "No row is left, or too few: the file is empty, or the protocol, `--skip-bad`, `--limit` or `--segments` leaves out those that are needed. `segment` needs foil-negated rows, a fold of a probe two distinct sentence pairs, a circuit rows whose d is more than a rounding error (1e-4), and `--edit` a sentence that the edit changes. Use more or other rows, or `--protocol standard`; `deno task evaluate` counts them.",
    },
  },
  {
    title: "Images",
    intro: "",
    codes: {
      "images-not-given":
        "Scores were requested from a study that has no images; or the image tower is to run, but `--image-embeddings` says that its embeddings come from elsewhere, perhaps from another tower. Give `Study.open` or `--images` the folder of the images, or use only what needs no images.",
      "image-missing":
        "There is no such folder, or it lacks an image that the data names, or the image may not be read: it is the wrong folder, a disk is not mounted, or a download is incomplete. Correct `--images` or the permissions, or run `deno task download visual7w` again, which fetches what is missing.",
      "image-outside":
        "The data names an image with `..`, with a path from the root, or through a link that leads elsewhere. A data file cannot make the kit read other files. Put the images below `--images`, and name them by their path from there.",
      "image-undecodable":
        "The file is empty, truncated or damaged, not an image, in a format such as SVG, a TIFF file of a rare kind, or larger than any photograph needs. Download it again, convert it, or scale it down; the model sees a few hundred pixels.",
      "image-embedding-missing":
        "The image was not embedded, or the file gives it another name than the data, such as one without `.jpg` or with a folder. Use the names in the column or field `image` of the data. `--skip-bad` leaves out rows without an embedding.",
      "image-embeddings-wrong":
        "The file of `--image-embeddings` is missing or damaged, of another model or token by token, has no names beside it or those of another matrix, or holds an embedding that is no number; the message says which. Embed the images with the image tower that belongs to the text tower, after its projection. Save a matrix with `numpy.save()`, one row for each image, and the images' names as the data name them, one on each line: `images.txt` for `images.npy`; or one vector for each image with safetensors' `save_file()` or `torch.save()`.",
    },
  },
  {
    title: "In your own code",
    intro:
      "These come from calls of the library; of the tasks, only values that depend on the model or on a file of yours cause them.",
    codes: {
      "name-unknown":
        "There is no hook point, weight, role, row, axis, option, column, experiment or planted model of this name: it is misspelt, counts blocks from 1, lacks `vision.`, was not requested, or belongs to something else. Use one of the names that the message lists, the nearest first.",
      "name-taken":
        "Your experiment, or an option, a table or a chart of it, has the name of something else, such as `images`, `limit` or `evaluate`. Rename it.",
      "index-outside":
        "There is no such layer, head, position, row, token or entry. In code they count from 0, as in hook names; layers and heads count from 1 in tables, tasks and sets of nodes. Use a number in the range that the message names.",
      "value-wrong":
        "An argument, an option or a part of an intervention is missing, of another type, or out of range. A single thing stands where a list is expected, or a level was given in per cent. Give what the message asks for: one thing in brackets for a list, 0.95 for 95 %.",
      "value-not-finite":
        "NaN or infinity is among the values, which other programs would read as numbers. Where a missing value is allowed, put undefined in its place; elsewhere leave out the row.",
      "sizes-differ":
        "Two things that must agree do not: axes, sizes, numbers of rows, lengths of sentences or of columns, or values of two models. Take both from the same hook point, model and sentences of one length; read sentences of different lengths one by one, and give one value for each row.",
      "change-unfit":
        "The change does not apply to this value: a residual stream has no heads, a pattern no positions, `knockOut()` is for patterns, or the run does not compute the value at this point. Use the kind of change or the hook point that the message names.",
      "patch-source-unclear":
        "Nothing says which activation is to be written where: a single position has to be taken from none or from several, or the cache does not have the sentence, its role or its row. Give the positions or rows to write to and to take from as numbers, or cache all sentences of the study.",
      "role-absent":
        "No sentence that is run has a token of this role, or the intervention is run by a tower, which knows only positions. Use a role that the message lists; run it by `study.score({ interventions })` or by a row's sentence, whose `positions()` says where it has a role.",
      "measured-wrong":
        "`measure` of your experiment left out rows, or returned something other than a list of what JSON holds unchanged: finite numbers, texts, lists and plain objects. Return one value for each row of `study.rows`, in their order; `undefined` or null for a row without one.",
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
