/** Downloads that fail or are refused, and the Hub's cache. */

import { UsageError } from "./usage.ts";
import { firstLine } from "./wording.ts";

/** A download of nothing. */
export function downloadNothing(targets: readonly string[]): UsageError {
  return new UsageError(
    `Cannot download nothing: expected one of ${targets.join(", ")} after "deno task download"`,
  );
}

/** A download of what the kit does not know. */
export function downloadUnknown(target: string, hint: string): UsageError {
  return new UsageError(`Cannot download "${target}": ${hint}`);
}

/** An argument too many. */
export function downloadOperandTooMany(argument: string, form: string): UsageError {
  return new UsageError(`Cannot use "${argument}": expected deno task download ${form}`);
}

/** A flag of another download. */
export function downloadFlagForeign(flag: string, target: string, owner: string): UsageError {
  return new UsageError(
    `Cannot use ${flag} to download ${target}: it is for deno task download ${owner}`,
  );
}

/** A name that no repository of the Hub can have. */
export function hubNameWrong(name: string): UsageError {
  return new UsageError(
    `Cannot download "${name}": expected the name of a repository on the Hub, OWNER/NAME or OWNER/NAME@REVISION, such as Xenova/clip-vit-base-patch32`,
  );
}

/** A model of the Hub that is not in the cache. */
export function hubModelNotDownloaded(
  name: string,
  { cache, whole }: { readonly cache: string; readonly whole: boolean },
): Error {
  const what = whole
    ? `there is neither a folder of that name nor a download of it in "${cache}"`
    : `its download in "${cache}" is not complete`;
  return new Error(
    `Cannot find model "${name}": ${what}; check --model, or first run: deno task download clip ${name}`,
  );
}

/** No place for the Hub's cache. */
export function hubCacheUnknown(instead: string): Error {
  return new Error(
    `Cannot find the Hub's cache: neither HF_HOME nor HOME is set; set HF_HOME to a folder, or ${instead}`,
  );
}

/** A link within the Hub's cache that cannot be made. */
export function hubLinkNotMade(path: string, cause: unknown): Error {
  return new Error(
    `Cannot link "${path}" in the Hub's cache: ${
      firstLine(cause)
    }; download into a folder of your own with --out`,
    { cause },
  );
}

/** An HF_ENDPOINT that is no address of a server. */
export function hubEndpointWrong(endpoint: string): RangeError {
  return new RangeError(
    `Cannot use HF_ENDPOINT "${endpoint}": expected an address such as https://huggingface.co; correct it or unset it`,
  );
}

/** A token that would travel unencrypted. */
export function hubTokenInClear(endpoint: string): RangeError {
  return new RangeError(
    `Cannot send HF_TOKEN to "${endpoint}": anyone on the way could read it; use https in HF_ENDPOINT, or unset HF_TOKEN`,
  );
}

/** A token with characters that no header can carry. */
export function hubTokenWrong(): RangeError {
  return new RangeError(
    "Cannot use HF_TOKEN: expected a token of the Hub, which has no spaces or line ends; copy it again",
  );
}

/** A repository or revision that the Hub does not show. */
export function hubRepositoryMissing(
  name: string,
  { endpoint, hasToken }: { readonly endpoint: string; readonly hasToken: boolean },
): Error {
  const access = hasToken
    ? "check the name, and that the account of HF_TOKEN may read it"
    : "check the name; if it is private, set HF_TOKEN";
  return new Error(`Cannot download "${name}": ${endpoint} has no such repository; ${access}`);
}

/** A revision that a repository does not have. */
export function hubRevisionMissing(name: string, revision: string): Error {
  return new Error(
    `Cannot download "${name}": it has no revision "${revision}"; give a branch, a tag or a commit after "@"`,
  );
}

/** A repository whose terms must be accepted first. */
export function hubRepositoryGated(
  name: string,
  { endpoint, hasToken }: { readonly endpoint: string; readonly hasToken: boolean },
): Error {
  const mend = hasToken ? "with the account of HF_TOKEN" : "and set HF_TOKEN";
  return new Error(
    `Cannot download "${name}": its owner asks for agreement to terms; accept them at ${endpoint}/${name} ${mend}`,
  );
}

/** A token that the Hub does not take. */
export function hubTokenRefused(name: string, endpoint: string): Error {
  return new Error(
    `Cannot download "${name}": ${endpoint} refuses HF_TOKEN; make a new one there, or unset it for a public repository`,
  );
}

/** A listing of a repository that is not in the Hub's form. */
export function hubListingUnreadable(name: string, why: string): SyntaxError {
  return new SyntaxError(
    `Cannot read the Hub's list of the files of "${name}": ${why}; check HF_ENDPOINT`,
  );
}

/** A repository without a file that a model needs. */
export function hubRepositoryLacks(
  name: string,
  { file, found }: { readonly file: string; readonly found: readonly string[] },
): Error {
  const holds = found.length === 0 ? "it has no ONNX files" : `it has ${found.join(", ")}`;
  return new Error(
    `Cannot download "${name}": it has no ${file} and ${holds}; choose another --onnx or an ONNX conversion, such as Xenova/clip-vit-base-patch32`,
  );
}

/** A server that a download must not reach. */
export function hostRefused(url: string, allowed: readonly string[]): Error {
  return new Error(
    `Cannot follow the download to "${url}": expected one of the hosts ${
      allowed.map((host) => host.startsWith(".") ? `*${host}` : host).join(", ")
    }; fetch the file by hand, or name another Hub with HF_ENDPOINT`,
  );
}

/** A redirect from an encrypted to a plain connection. */
export function redirectInClear(url: string): Error {
  return new Error(`Cannot follow the download to "${url}": expected an encrypted address, https`);
}

/** Redirects without end. */
export function redirectsEndless(url: string, redirects: number): Error {
  return new Error(
    `Cannot download "${url}": it redirects more than ${redirects} times; try again later`,
  );
}

/** A file that a server refuses. */
export function downloadRefused(url: string, status: number): Error {
  const why = status === 404 || status === 410 ? "there is no such file" : "the server refuses it";
  return new Error(
    `Cannot download "${url}": ${why} (status ${status}); it may have moved, look for a newer version of negscope`,
  );
}

/** A transfer that failed as often as it may. */
export function downloadFailed(
  url: string,
  { why, failures }: { readonly why: string; readonly failures: number },
): Error {
  const times = failures === 1 ? "once" : `${failures} times in a row`;
  return new Error(
    `Cannot download "${url}": it failed ${times}, lastly because ${why}; what has come is kept: run the same command again to go on`,
  );
}

/** A server that asks to wait for too long. */
export function downloadPostponed(url: string, seconds: number): Error {
  return new Error(
    `Cannot download "${url}" now: the server asks to wait ${
      Math.ceil(seconds / 60)
    } minutes; run the same command again then`,
  );
}

/** A transfer whose file another process is writing. */
export function downloadUnderWay(path: string): Error {
  return new Error(
    `Cannot download into "${path}": another process is doing so; wait for it, or end it`,
  );
}

/** A download that the user ended. */
export function downloadInterrupted(): Error {
  return new Error("Interrupted: what has come is kept, run the same command again to go on");
}

/** Images without the data that names them. */
export function downloadDataMissing(path: string): Error {
  return new Error(
    `Cannot tell which images to download: there is no "${path}"; give --data FILE, or first run: deno task download valse`,
  );
}

/** A server that does not send parts of a file. */
export function archiveNotInParts(url: string): Error {
  return new Error(
    `Cannot read single images out of "${url}": its server does not send parts of a file; download it yourself, unpack it, and give its folder with --images`,
  );
}

/** An archive that cannot be read. */
export function archiveUnreadable(url: string, why: string): SyntaxError {
  return new SyntaxError(
    `Cannot read the archive "${url}": ${why}; try again later, or unpack it yourself and give its folder with --images`,
  );
}

/** An archive without files that the data names. */
export function archiveLacks(url: string, names: readonly string[]): Error {
  const shownNames = names.slice(0, 3).map((name) => `"${name}"`).join(", ");
  const others = names.length > 3 ? ` and ${names.length - 3} others` : "";
  return new Error(
    `Cannot find ${shownNames}${others} in "${url}": expected the images that --data names; the others are written`,
  );
}
