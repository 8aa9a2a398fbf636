/** Errors in commands, files, runs, figures and downloads, each with its cause and its fix. */

const COMMANDS = {
  title: "Commands and flags",
  intro: "These end with exit code 2 and a last line that says how to see the task's help.",
  codes: {
    "usage-flag-unknown": [
      "The flag is misspelt, or belongs to another task.",
      "Use the flag that the message suggests. Where none is close, `--help` lists them all.",
    ],
    "usage-argument-unexpected": [
      "Something on the command line is too much: a value without its flag, part of a text with spaces that is not in quotes, a value after a switch, a flag given twice, or one of another target of `download`.",
      "Remove it, put its flag before it, or put quotes around the text.",
    ],
    "usage-value-missing": [
      "The flag has no value, or an empty one; perhaps a shell variable is not set. Or the command does not say what to download.",
      "Add what the message names.",
    ],
    "usage-value-wrong": [
      "The flag does not take this value, the value is out of range, or it does not fit the other flags; for `--layer` the range is the model's, for `--shard` there are fewer rows than shards.",
      "Use one of the values that the message names.",
    ],
    "usage-flags-exclusive": [
      "Two flags each ask for something else: `--file` takes one file, `--onnx` a form, and `--form` any form; `--plan`, `--job`, `--dry-run` and `--slurm` are different uses of a study file; a page that `--static` writes has no `--port`.",
      "Keep one of them.",
    ],
    "usage-input-missing": [
      "One input needs another: data need images, images for a model of your own need data, weights need the model that they were made from, and a model of your own needs `--sentences` where heads are compared.",
      "Give what the message names. `attend` needs no images, a model alone runs on the embedded data, and `deno task download cannot` fetches the paper's sentences.",
    ],
    "usage-data-text-only": [
      "The rows of the data are sentences without images, but the experiment or the task `segment` needs images, or images were given.",
      "Use data with images, or an experiment that reads only text, `attend`.",
    ],
    "usage-program-missing": [
      "A task of this kit's developers needs another program: Jupyter with nbconvert to run notebooks, or a Python with torch and transformers to compare speeds. It was not found, lacks a package, or failed.",
      "Install it as the message says, and name it with the variable or flag in the message.",
    ],
  },
} as const;

const FILES = {
  title: "Files and folders",
  intro: "",
  codes: {
    "file-unreadable": [
      "There is no such file, it may not be read, or it is a folder, a pipe or a device. A Git LFS pointer, a text of three lines, is left where a repository was cloned without Git LFS.",
      "Correct the path or the file's permissions; download what is missing or a pointer, or run `git lfs pull` in the clone.",
    ],
    "file-malformed": [
      "The file is empty, cut off or damaged, or it is not of the form that the message describes; the message names the place.",
      "Correct that place, or download the file or write it again.",
    ],
    "file-changed": [
      "A file of the model, the rows, an edit or an image was overwritten or removed during the run, or a part of a folder was made of another.",
      "Run the same command again once the files are complete.",
    ],
    "file-not-written": [
      "The folder cannot be made, nothing can be written into it, the disk is full, or a file of this name is not possible there.",
      "Name another folder, or make room, then run the same command again: finished rows are kept.",
    ],
    "link-in-the-way": [
      "Where the kit would write or remove its own file or folder there is a link, which would lead it elsewhere.",
      "Remove the link, or name another folder. The folder itself may be a link.",
    ],
    "folder-taken": [
      "The folder holds other files with names that the command needs, the manifest of another program, a model, or a run that differs in what the message names. Code of the kit that has changed since may compute other numbers, so it neither goes on with an unfinished run nor takes a finished one for its own. Nothing was removed.",
      "Name another folder, or move away what the message lists. `--overwrite` starts again and discards the old run, but only files that the kit wrote.",
    ],
    "folder-in-use": [
      "A second process was started on the same folder.",
      "Wait for the first. A process that was killed does not keep the folder.",
    ],
    "cache-unknown": [
      "Models are kept in the cache of the Hub's own tools, embeddings in the user's own cache folder, and the environment does not say where that is. A run goes on without kept embeddings.",
      "Set `HOME`, `XDG_CACHE_HOME` or, for models, `HF_HUB_CACHE` to an absolute path, also where they are not usual, as on Windows; or name a folder with `--model`, `--out` or `--cache`. `--cache none` keeps nothing.",
    ],
    "kit-damaged": [
      "A file or a package that belongs to the kit is not as it was released.",
      "Install the kit again, or check it out again, and run it with `--frozen`.",
    ],
  },
} as const;

const RUNS = {
  title: "Runs",
  intro:
    "A run is identified by its command, its flags, its versions and the checksums of its files, all recorded in `manifest.json`. A run that is interrupted ends with exit code 130 after Ctrl-C and 143 after SIGTERM; the last line says how to continue it. `--overwrite` would discard the finished rows.",
  codes: {
    "run-missing": [
      "The path is wrong, the run has not been made yet, or the folder is not its `--out`.",
      "Run the task first, or name the folder that holds `manifest.json`.",
    ],
    "run-unfinished": [
      "The run was interrupted, or is still running.",
      "Run its command again: it continues where it stopped.",
    ],
    "run-edited": [
      "A manifest holds the checksums of a run's files. The named file does not agree with them, or cannot be read as what it should be: it was edited, damaged or exchanged, a spreadsheet saved it, or it belongs to another run or version.",
      "Restore the file, or move it away and repeat the run. Edit copies: a table that was changed by hand is no longer a result.",
    ],
    "shards-differ": [
      "The folders are not all shards of one run, each once: one is a whole run, is missing or named twice, or was run with another flag, version or file, or on a machine that rounds differently; the message names the first difference.",
      "Name each shard once, and run the one that differs again as the message says.",
    ],
    "shard-version-differs": [
      "The shards were run with another version of the kit, of Deno or of the runtime.",
      "Merge them with that version.",
    ],
    "circuit-sharded": [
      "The search for a circuit decides by all rows what to run next, so that a shard would search for another circuit.",
      "Search without `--shard`; `--sets` and `--circuit` say beforehand what to run, and can be split.",
    ],
    "result-of-some-rows": [
      "`Result.save` was called on the part of a result that `only` returned.",
      "Save the whole result, or open a study of a data file that has only these rows.",
    ],
    "not-comparable": [
      "The two things are not of the same rows, model, site, direction or clusters, or have no table in common, so that a difference between them would say nothing.",
      "Make them as the message says, or compare others.",
    ],
  },
} as const;

const FIGURES = {
  title: "Figures",
  intro: "",
  codes: {
    "chart-invalid": [
      "The chart was edited into something that Vega-Lite does not understand or would not draw as intended, or that would be loaded from elsewhere: pictures hold all that they show.",
      "Undo the edit, put rows under `data.values` and images as data, or repeat the run; Vega's online editor shows what is wrong.",
    ],
    "chart-too-large": [
      "The chart does not fit into the venue's column or page, or drawing it takes much more time, memory or space than the charts of a run, which a formula or a size in the spec can do.",
      "Use the venue's `-full` preset or `screen`, undo the edit, or remove some panels.",
    ],
  },
} as const;

const EXPLORER = {
  title: "The explorer",
  intro: "",
  codes: {
    "page-not-bundled": [
      "The page of `deno task explore --static` carries ONNX Runtime's WebAssembly, a package that Deno fetches at its first use; there is no network, or the scripts of the page could not be bundled by `deno task docs`.",
      "Run the task once with a network.",
    ],
    "port-taken": [
      "Another program, or another explorer, listens on the port of `--port`, or the system reserves it.",
      "Name another port, or leave `--port` out.",
    ],
  },
} as const;

const DOWNLOADS = {
  title: "Downloads",
  intro: "Only `deno task download` uses the network.",
  codes: {
    "hub-variable-wrong": [
      "`HF_ENDPOINT` is not the address of a server or would send the token unencrypted, or `HF_TOKEN` holds a space or a line break.",
      "Correct the variable, or unset it.",
    ],
    "hub-repository-missing": [
      "The name or the revision is misspelt, or the repository is private, was removed, or may not be read from where you are.",
      "Look it up on the model's page; for a private repository set `HF_TOKEN` to a token of an account that may read it.",
    ],
    "hub-access-refused": [
      "The owner wants users to agree to terms first, the token has expired or does not include this repository, or a proxy refuses the address.",
      "Accept the terms in a browser, and set `HF_TOKEN` to a token of that account which may read the repository; or ask who runs the proxy.",
    ],
    "hub-files-missing": [
      "The repository lacks what was asked for: weights in the form of `--form` or `--onnx`, the settings, the tokeniser, a shard, or the file of `--file`. The message lists what is there.",
      "Take a form that the message names, or another repository. Weights without settings can be taken alone with `--file`; `--weights FILE` reads them with the settings of `--model`.",
    ],
    "hub-answer-wrong": [
      "The answer is not what a Hub sends: a proxy answers in its place, or the repository's index or settings are broken.",
      "Correct `HF_ENDPOINT`, sign in at the proxy, or take another revision.",
    ],
    "download-failed": [
      "There is no network, a proxy, a firewall or a wrong address is in the way, or the server limits requests: the download failed more often in a row than `--retries` allows.",
      "Check the network and the proxy (`HTTPS_PROXY`), or name a mirror with `HF_ENDPOINT`; then run the same command again, after a while if the server has too many requests. It continues where it stopped. Files that were downloaded elsewhere can be given with `--model`, `--data` and `--images`.",
    ],
    "download-refused": [
      "The file was moved or removed, a mirror lacks it, or the server or a proxy does not give it to you; the message has its status and its words.",
      "Try again later, look for a newer version of the kit, or fetch the file by hand.",
    ],
    "download-differs": [
      "The server has another file or another commit than the one whose checksum is part of this kit or of the name: a mirror is out of date, or somebody on the way changed it.",
      "Use the Hub itself, without `HF_ENDPOINT`, or fetch the file by hand. Another revision is checked only against the server's own checksums.",
    ],
    "download-host-refused": [
      "A server redirects the download to a host that the kit does not know, which could be anywhere, or to an unencrypted connection.",
      "If the host is right, fetch the file with a browser, and name its folder.",
    ],
    "download-interrupted": [
      "Ctrl-C, with exit code 130, or SIGTERM, with exit code 143.",
      "Run the same command again.",
    ],
    "archive-unreadable": [
      "The archive on the server is damaged, lacks images that the data names, or its server does not send parts of a file.",
      "Try again later, or fetch and unpack the archive by hand.",
    ],
  },
} as const;

export const FILE_CODES = [COMMANDS, FILES, RUNS, FIGURES, EXPLORER, DOWNLOADS] as const;
