import { assertEquals } from "@std/assert";
import { CANNOT, checkHost, hubHosts, VALSE, VISUAL7W } from "../../lib/hub/hosts.ts";
import { assertThrowsCode } from "../error_codes.ts";

const HUB = hubHosts(new URL("https://huggingface.co"));
const MIRROR = hubHosts(new URL("https://mirror.example/hub"));
const INTRANET = hubHosts(new URL("http://hub.intranet:8080"));

Deno.test("checkHost() lets the Hub deliver from its own hosts", () => {
  const cases = [
    ...["huggingface.co", "cdn-lfs.huggingface.co", "cdn-lfs-us-1.hf.co", "us.aws.cdn.hf.co"],
    ...["cas-bridge.xethub.hf.co", "transfer.xethub.hf.co"],
  ];
  for (const host of cases) {
    checkHost(new URL(`https://${host}/a/b?Signature=c`), HUB);
    checkHost(new URL(`https://${host}/a/b`), MIRROR);
  }
  checkHost(new URL("https://mirror.example/a"), MIRROR);
  checkHost(VALSE.url, VALSE.allowed);
  checkHost(CANNOT.url, CANNOT.allowed);
  checkHost(VISUAL7W.url, VISUAL7W.allowed);
});

Deno.test("checkHost() refuses all other hosts, even those with similar names", () => {
  const cases = [
    ...[
      "https://example.com/",
      "https://huggingface.co.example.com/",
      "https://xhuggingface.co/",
    ],
    ...["https://hf.co.example.com/", "https://xhf.co/", "https://hf.co./", "https://hf.space/"],
    ...["https://mirror.example/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/"],
    ...["file:///etc/passwd", "data:,x", "ftp://huggingface.co/"],
    ...["https://huggingface.co@example.com/", "https://user:word@huggingface.co/"],
    ...["https://raw.githubusercontent.com/", "http://vision.stanford.edu/"],
  ];
  for (const address of cases) {
    assertThrowsCode(
      () => checkHost(new URL(address), HUB),
      "download-host-refused: Cannot follow the download to",
    );
  }
  const refused = (address: string, { allowed }: typeof VALSE) =>
    assertThrowsCode(
      () => checkHost(new URL(address), allowed),
      "download-host-refused: expected one of the hosts",
    );
  refused("https://huggingface.co/", VALSE);
  refused("https://github.com/", VALSE);
  refused("https://raw.githubusercontent.com/", VISUAL7W);
  refused("http://stanford.edu/", VISUAL7W);
});

Deno.test("checkHost() refuses an unencrypted address if there is an encrypted one", () => {
  assertEquals(
    assertThrowsCode(
      () => checkHost(new URL("http://huggingface.co/a?b"), HUB),
      "download-host-refused",
    ).message,
    'Cannot follow the download to "http://huggingface.co/a": expected an encrypted address, https',
  );
  assertThrowsCode(
    () => checkHost(new URL("http://cdn.hf.co/"), INTRANET),
    "download-host-refused: encrypted",
  );
  checkHost(new URL("http://hub.intranet:8080/a"), INTRANET);
});
