/** Errors in writing runs, and in merging their shards. */

export const RUNS = {
  title: "Runs and their folders",
  intro:
    "A run is identified by its command, its flags, its versions and the checksums of its files, all recorded in `manifest.json`. A run that is interrupted ends with exit code 130 after Ctrl-C and 143 after SIGTERM; the last line says how to continue it. `--overwrite` would discard the finished rows.",
  codes: {
    "folder-not-writable": {
      cause: "The folder cannot be made, or nothing can be written into it.",
      fix: "Name another folder, or free some space.",
    },
    "folder-holds-files": {
      cause:
        "The folder holds files with names that the command needs, and their checksums are not those that a run has recorded; or links or folders with these names. Nothing was removed.",
      fix:
        "Name another folder, or move away what the message lists. Only `export` and `figures` replace such files with `--overwrite`.",
    },
    "folder-foreign": {
      cause: "The folder holds a `manifest.json` that another program wrote.",
      fix: "Name another folder. `--overwrite` removes and replaces only what the kit wrote.",
    },
    "folder-holds-other-run": {
      cause:
        "The folder holds a run that differs in what the message names. Code of the kit that has changed since may compute other numbers, so it neither goes on with an unfinished run nor takes a finished one for its own.",
      fix:
        "Name another folder; `--overwrite` starts again and discards the old run, unless one of its files was edited.",
    },
    "cache-no-home": {
      cause:
        "Embeddings are kept for other runs in the user's own cache folder, where the key is that they are sealed with, and the environment does not say where that folder is. The run goes on without.",
      fix:
        "Set `HOME`, or `XDG_CACHE_HOME`, to an absolute path, also where they are not usual, as on Windows. `--cache none` keeps nothing.",
    },
    "cache-not-private": {
      cause:
        "Whoever can write into the folder could put other numbers in the place of the kept ones. It is not used, and the run goes on without.",
      fix: "Change the folder's mode or owner, or leave out `--cache`.",
    },
    "cache-key-wrong": {
      cause:
        "The file holds the key that kept embeddings are sealed with. Others may read it, or it was edited or cut off. No embeddings are kept, and the run goes on without.",
      fix:
        "Delete it. If it comes back with rights for others, its file system has no modes: set `XDG_CACHE_HOME` to a folder on another.",
    },
    "result-of-some-rows": {
      cause: "`Result.save` was called on the part of a result that `only` returned.",
      fix: "Save the whole result, or open a study of a data file that has only these rows.",
    },
    "folder-in-use": {
      cause: "A second process was started on the same folder.",
      fix: "Wait for the first. A process that was killed does not keep the folder.",
    },
    "link-in-the-way": {
      cause:
        "Where the kit would write or remove its own file or folder there is a link, which would lead it elsewhere, or a file that has a second name (a hard link).",
      fix: "Remove the link, or name another folder. The folder itself may be a link.",
    },
    "file-unreadable": {
      cause:
        "A file of the model, of the data or of a run is gone, may not be read, or is a folder, a pipe or a device.",
      fix: "Put the file itself in that place.",
    },
    "file-not-written": {
      cause: "The file cannot be written where it belongs.",
      fix: "Do what the message says, then run the same command again: finished rows are kept.",
    },
    "output-not-printed": {
      cause:
        "The standard output goes to a file on a full disk, or to a device that takes nothing. A closed pipe, as after `| head`, is no error.",
      fix: "Print elsewhere, or use `--quiet`. The task's files are complete.",
    },
    "shard-whole-run": {
      cause: "The folder holds a run that is not a shard.",
      fix: "Name the `--out` folder of every run with `--shard`.",
    },
    "shard-count-differs": {
      cause: "The shards come from runs that were split into different numbers of parts.",
      fix: "Run all of them with the same N.",
    },
    "shard-foreign": {
      cause:
        "The shards, or a shard of `paper` and one of its parts, differ in a flag, a version or a file; the message names the first difference.",
      fix: "Repeat the one that differs.",
    },
    "shard-repeated": {
      cause: "A folder is named twice, or two folders hold the same shard.",
      fix: "Name each shard once.",
    },
    "shard-missing": {
      cause: "A shard was not run, or its folder was not named.",
      fix: "Run it, or name its folder.",
    },
    "shard-row-repeated": {
      cause: "Rows of two shards have one id, which no shards of one run have.",
      fix: "Repeat the runs of the shards.",
    },
    "shard-images-differ": {
      cause:
        "`merge` shows only images whose checksum is that of the images that the shards were run with.",
      fix:
        "Name the folder that the shards were run with, or leave `--images` out: only the report shows images.",
    },
    "shard-version-differs": {
      cause: "The shards were run with another version of the kit, of Deno or of the runtime.",
      fix: "Merge them with that version.",
    },
    "shard-row-not-json": {
      cause:
        "An experiment measured something that `merge` could not read back: JSON holds no number that is not finite, no undefined in a list and no typed array.",
      fix:
        "Return plain lists and objects from `measure()`, and leave out a number that there is none of.",
    },
    "shard-rows-unreadable": {
      cause: "`rows.jsonl` is missing.",
      fix: "Copy the folder again from the machine that made it.",
    },
  },
} as const;
