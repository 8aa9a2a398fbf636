/** Errors in downloads. */

export const DOWNLOADS = {
  title: "Downloads",
  intro:
    "Only `deno task download` uses the network. Codes that begin with `usage-` end with exit code 2.",
  codes: {
    "usage-download-target-missing": {
      cause: "The command does not say what to download.",
      fix: "Name one of the targets in the message.",
    },
    "usage-download-target-unknown": {
      cause: "There is no such target, or `clip` is missing before the name of a model.",
      fix: "Write what the message suggests.",
    },
    "usage-download-argument-unexpected": {
      cause: "There is one argument too many.",
      fix: "Remove it.",
    },
    "usage-download-flag-foreign": {
      cause: "The flag belongs to another target.",
      fix: "Remove it.",
    },
    "usage-download-flags-exclusive": {
      cause: "`--file` takes one file, `--onnx` a form, and `--form` any form.",
      fix: "Keep one of them.",
    },
    "usage-repository-name-wrong": {
      cause: "The name lacks its owner, or is an address or a path.",
      fix: "Write it as on the model's page.",
    },
    "hub-endpoint-wrong": {
      cause: "The variable lacks `https://`, or is misspelt.",
      fix: "Correct it.",
    },
    "hub-token-in-clear": {
      cause: "The connection to the endpoint leaves this machine and is not encrypted.",
      fix: "Use https.",
    },
    "hub-token-wrong": {
      cause: "The variable holds a line break or a space.",
      fix: "Copy the token again.",
    },
    "hub-repository-missing": {
      cause: "The name is misspelt, or the repository is private.",
      fix: "Correct the name, or use the token of an account that may read the repository.",
    },
    "hub-revision-missing": {
      cause: "The revision is misspelt, or was removed.",
      fix: "Look it up on the model's page.",
    },
    "hub-commit-differs": {
      cause:
        "The name pins a commit, and the Hub's answer is about another one: a mirror is out of date or not honest, or a branch or a tag has a name that looks like the beginning of a commit.",
      fix: "Use another Hub, or give the commit of that branch in full.",
    },
    "hub-repository-gated": {
      cause: "Its owner wants users to agree to terms first.",
      fix: "Accept the terms in a browser, and set `HF_TOKEN` to a token of that account.",
    },
    "hub-repository-disabled": {
      cause: "The repository exists, but nobody may read it any more, or not from where you are.",
      fix: "Use another conversion of the model.",
    },
    "hub-file-missing": {
      cause:
        "The file was removed after the Hub listed it, or a mirror has the list but not all files.",
      fix: "Try again later, or use the Hub itself.",
    },
    "hub-reading-forbidden": {
      cause:
        "The token belongs to the account but does not include this repository, or a proxy refuses the address.",
      fix: "Give the token the right to read the repository, or ask who runs the proxy.",
    },
    "hub-request-refused": {
      cause:
        "The server does not answer as the Hub does; the message has its status and its words.",
      fix: "Try again later, or correct `HF_ENDPOINT`.",
    },
    "hub-token-refused": {
      cause: "The token has expired, or was revoked.",
      fix: "Make a new one.",
    },
    "hub-repository-incomplete": {
      cause:
        "The repository has no weights, lacks the settings, the tokenizer or a shard, or has ONNX files with other suffixes, which the message lists.",
      fix:
        "Give one of these suffixes with `--onnx`, or take another revision or repository. Weights without a tokenizer can be taken alone, with `--file`.",
    },
    "hub-form-missing": {
      cause: "The repository has weights, but not in the form of `--form` or `--onnx`.",
      fix: "Leave the flag out, or name one of the forms in the message.",
    },
    "hub-weights-loose": {
      cause:
        "The repository has files of weights, but not the settings of a model, as is usual for the code of a paper.",
      fix:
        "Take a file with `--file`; `--weights FILE` reads it with the settings and the tokenizer of `--model`.",
    },
    "hub-file-unknown": {
      cause: "`--file` is misspelt, or lacks the folder in the repository.",
      fix: "Write it as on the page with the repository's files.",
    },
    "hub-small-file-wrong": {
      cause:
        "The index of the shards or `config.json` was changed on the way, or is broken in the repository.",
      fix: "Run the command again, or take another revision.",
    },
    "hub-pin-differs": {
      cause:
        "The size and the SHA-256 of each file of this commit are part of this kit, and the server has another file: a mirror changed it, or somebody on the way did.",
      fix:
        "Use the Hub itself, without `HF_ENDPOINT`. Another revision, such as `NAME@main` once that is a later commit, is checked only against the server's own checksums.",
    },
    "hub-listing-unreadable": {
      cause: "The server is not a Hub, or a proxy answers in its place.",
      fix: "Correct `HF_ENDPOINT`, or sign in at the proxy.",
    },
    "hub-link-not-made": {
      cause: "The cache's file system does not support links, or a file is in the way.",
      fix: "Download with `--out`.",
    },
    "download-failed": {
      cause: "The connection failed more often in a row than `--retries` allows.",
      fix:
        "Run the same command again, after a while if the server has too many requests; it continues where it stopped.",
    },
    "download-unanswered": {
      cause:
        "The first request of a download has had no answer: there is no network, a proxy or a firewall is in the way, or the address is wrong. Unless `--retries` says otherwise, it is tried only once more.",
      fix:
        "Check the network and the proxy (`HTTPS_PROXY`), or name a mirror with `HF_ENDPOINT`. Files that were downloaded elsewhere can be given with `--model`, `--data` and `--images`.",
    },
    "download-content-differs": {
      cause:
        "The server sent another file than the one that this kit knows: it was changed, or something on the way exchanged it.",
      fix:
        "Try again. A file fetched by hand works as well, since `--sentences` and `--data` take any.",
    },
    "download-postponed": {
      cause: "The server limits the rate of requests; with `HF_TOKEN` the Hub allows more.",
      fix: "Wait.",
    },
    "download-refused": {
      cause: "The file was moved or removed, or the server or a proxy does not give it to you.",
      fix: "Look for a newer version of the kit, or fetch the file by hand.",
    },
    "download-redirects-endless": {
      cause: "The server redirects the download in circles.",
      fix: "Try again later.",
    },
    "download-host-refused": {
      cause:
        "A server redirects the download to a host that the kit does not know, which could be anywhere.",
      fix: "If the host is right, fetch the file with a browser, and name its folder.",
    },
    "download-unencrypted": {
      cause: "A server redirects the download to an unencrypted connection.",
      fix: "Try again later, or fetch the file by hand.",
    },
    "download-interrupted": {
      cause: "Ctrl-C, with exit code 130, or SIGTERM, with exit code 143.",
      fix: "Run the same command again.",
    },
    "download-data-missing": {
      cause: "Only the images that the data names are fetched, and the data is not there yet.",
      fix: "Run `deno task download valse` first.",
    },
    "archive-not-in-parts": {
      cause: "A proxy or mirror does not answer requests for a part of a file.",
      fix: "Fetch and unpack the archive by hand.",
    },
    "archive-unreadable": {
      cause: "The archive on the server is damaged or has another format.",
      fix: "Try again later, or fetch and unpack the archive by hand.",
    },
    "archive-incomplete": {
      cause: "The archive lacks images that the data names.",
      fix: "Check that the data and the archive belong together.",
    },
  },
} as const;
