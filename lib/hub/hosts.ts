/** Which servers a download may reach. */

import { NegscopeError } from "../errors.ts";

/** The servers of one source. */
export interface AllowedHosts {
  /** Host names; one that begins with a dot stands for all names below it. */
  readonly hosts: readonly string[];
  /** The hosts among them whose only address is unencrypted. @default {[]} */
  readonly inClear?: readonly string[];
}

/** A data file with the servers that it may come from. */
export interface DataSource {
  readonly url: URL;
  readonly allowed: AllowedHosts;
}

/** The domains from which the Hub and its mirrors deliver large files; the host names within them change with region and storage. */
export const HUB_DELIVERY: readonly string[] = ["huggingface.co", ".huggingface.co", ".hf.co"];

/** What a user can do if the server of a data file does not answer. */
export const CHECK_NETWORK = "check the network, or the proxy that HTTPS_PROXY names";

/** The existence part of VALSE, from its authors' repository. */
export const VALSE: DataSource = {
  url: new URL("https://raw.githubusercontent.com/Heidelberg-NLP/VALSE/main/data/existence.json"),
  allowed: { hosts: ["raw.githubusercontent.com"] },
};

/**
 * CANNOT, version 1.1, from its authors' repository (Anschütz et al. 2023; CC BY-SA 4.0), as it is in one commit. `gitSha1` is the name that
 * git gives its bytes in that commit.
 */
export const CANNOT: DataSource & { readonly gitSha1: string } = {
  url: new URL(
    "https://raw.githubusercontent.com/dmlls/cannot-dataset/3b94fb51fcf8e642ea28cdc065805d1d3da3247f/cannot-dataset/cannot_dataset_v1.1.tsv",
  ),
  allowed: { hosts: ["raw.githubusercontent.com"] },
  gitSha1: "a3bea352fa71ce4e727de87baebf29f26e68bff9",
};

/** The images of Visual7W: 47,300 files in one archive, of which VALSE names 534. Its authors give an http address. */
export const VISUAL7W: DataSource = {
  url: new URL("http://vision.stanford.edu/yukezhu/visual7w_images.zip"),
  allowed: { hosts: ["vision.stanford.edu"], inClear: ["vision.stanford.edu"] },
};

/** The servers of a Hub: its endpoint and those that it delivers from. */
export function hubHosts(endpoint: URL): AllowedHosts {
  const inClear = endpoint.protocol === "http:" ? [endpoint.hostname] : [];
  return { hosts: [...new Set([endpoint.hostname, ...HUB_DELIVERY])], inClear };
}

/** Checks that an address may be requested. */
export function checkHost(url: URL, { hosts, inClear = [] }: AllowedHosts): void {
  const { hostname, protocol } = url;
  const known = hosts.some((host) =>
    host.startsWith(".") ? hostname.endsWith(host) : hostname === host
  );
  const web = protocol === "https:" || protocol === "http:";
  if (!known || !web || url.username !== "" || url.password !== "") {
    const names = hosts.map((host) => host.startsWith(".") ? `*${host}` : host);
    throw new NegscopeError("download-host-refused", {
      problem: `Cannot follow the download to "${shownUrl(url)}"`,
      subject: shownUrl(url),
      expected: `one of the hosts ${names.join(", ")}`,
      fix: "fetch the file by hand, or name another Hub with HF_ENDPOINT",
    });
  }
  if (protocol === "http:" && !inClear.includes(hostname) && !isLoopback(hostname)) {
    throw new NegscopeError("download-host-refused", {
      problem: `Cannot follow the download to "${shownUrl(url)}"`,
      subject: shownUrl(url),
      expected: "an encrypted address, https",
    });
  }
}

/** Whether a host is this machine itself. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** An address as messages show it: without the query, which holds a secret signature on delivery hosts. */
export function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
