/** The sources of models and data: their addresses, and which servers a download from them may reach. */

import { NegscopeError } from "../errors.ts";

export interface AllowedHosts {
  /** Host names; one that begins with a dot stands for all names below it. */
  readonly hosts: readonly string[];
  /** Those of the hosts that may be reached by http, since they have no https. @default {[]} */
  readonly unencrypted?: readonly string[];
}

export interface DataSource {
  readonly url: URL;
  readonly allowed: AllowedHosts;
}

/** The domains from which the Hub and its mirrors deliver large files; the host names within them change with region and storage. */
const HUB_DELIVERY: readonly string[] = ["huggingface.co", ".huggingface.co", ".hf.co"];

/** What a user can do if the server of a data file does not answer. */
export const CHECK_NETWORK = "check the network, or the proxy that HTTPS_PROXY names";

/** Where authors' repositories have their files. */
export const GITHUB: AllowedHosts = { hosts: ["raw.githubusercontent.com"] };

/** The existence part of VALSE, from its authors' repository. */
export const VALSE: DataSource = {
  url: new URL("https://raw.githubusercontent.com/Heidelberg-NLP/VALSE/main/data/existence.json"),
  allowed: GITHUB,
};

/**
 * CANNOT, version 1.1, from its authors' repository (Anschütz et al. 2023; CC BY-SA 4.0), as it is in one commit. `gitSha1` is
 * git's checksum of the file in that commit.
 */
export const CANNOT: DataSource & { readonly gitSha1: string } = {
  url: new URL(
    "https://raw.githubusercontent.com/dmlls/cannot-dataset/3b94fb51fcf8e642ea28cdc065805d1d3da3247f/cannot-dataset/cannot_dataset_v1.1.tsv",
  ),
  allowed: GITHUB,
  gitSha1: "a3bea352fa71ce4e727de87baebf29f26e68bff9",
};

/** The images of Visual7W: 47,300 files in one archive, of which VALSE names 534. Its authors give an http address. */
export const VISUAL7W: DataSource = {
  url: new URL("http://vision.stanford.edu/yukezhu/visual7w_images.zip"),
  allowed: { hosts: ["vision.stanford.edu"], unencrypted: ["vision.stanford.edu"] },
};

/** The 5,000 images of COCO's val2017, which NegBench and SugarCrepe name, in one archive. Its https address has another host's certificate. */
export const COCO_VAL2017: DataSource = {
  url: new URL("http://images.cocodataset.org/zips/val2017.zip"),
  allowed: { hosts: ["images.cocodataset.org"], unencrypted: ["images.cocodataset.org"] },
};

export function hubHosts(endpoint: URL): AllowedHosts {
  const unencrypted = endpoint.protocol === "http:" ? [endpoint.hostname] : [];
  return { hosts: [...new Set([endpoint.hostname, ...HUB_DELIVERY])], unencrypted };
}

/**
 * Checks that an address may be requested. Each redirect is checked too: what a server answers must not lead a download to
 * another host, or send along a name and password.
 */
export function checkHost(url: URL, { hosts, unencrypted = [] }: AllowedHosts): void {
  const { hostname, protocol, username, password } = url;
  const isAllowed = hosts.some((host) =>
    host.startsWith(".") ? hostname.endsWith(host) : hostname === host
  );
  const isWeb = protocol === "https:" || protocol === "http:";
  if (!isAllowed || !isWeb || username !== "" || password !== "") {
    const names = hosts.map((host) => host.startsWith(".") ? `*${host}` : host);
    throw hostRefused(
      url,
      `one of the hosts ${names.join(", ")}`,
      "fetch the file by hand, or name another Hub with HF_ENDPOINT",
    );
  }
  if (protocol === "http:" && !unencrypted.includes(hostname) && !isLoopback(hostname)) {
    throw hostRefused(url, "an encrypted address, https");
  }
}

function hostRefused(url: URL, expected: string, fix?: string): NegscopeError {
  return new NegscopeError("download-host-refused", {
    problem: `Cannot follow the download to "${shownUrl(url)}"`,
    expected,
    fix,
  });
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
