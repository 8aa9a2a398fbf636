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
    ...["https://example.com/", "https://huggingface.co.example.com/", "https://xhuggingface.co/"],
    ...["https://hf.co.example.com/", "https://xhf.co/", "https://hf.co./", "https://hf.space/"],
    ...["https://mirror.example/", "https://127.0.0.1/", "https://localhost/", "https://[::1]/"],
    ...["file:///etc/passwd", "data:,x", "ftp://huggingface.co/"],
    ...["https://huggingface.co@example.com/", "https://user:word@huggingface.co/"],
    ...["https://raw.githubusercontent.com/", "http://vision.stanford.edu/"],
  ];
  const refuses = (address: string, allowed: typeof HUB, says = "Cannot follow the download to") =>
    assertThrowsCode(() => checkHost(new URL(address), allowed), "download-host-refused", says);
  for (const address of cases) refuses(address, HUB);
  const [one, encrypted] = ["expected one of the hosts", "expected an encrypted address, https"];
  refuses("https://huggingface.co/", VALSE.allowed, one);
  refuses("https://github.com/", VALSE.allowed, one);
  refuses("https://raw.githubusercontent.com/", VISUAL7W.allowed, one);
  refuses("http://stanford.edu/", VISUAL7W.allowed, one);
  refuses("http://huggingface.co/a?b", HUB, `"http://huggingface.co/a": ${encrypted}`);
  refuses("http://cdn.hf.co/", INTRANET, encrypted);
  checkHost(new URL("http://hub.intranet:8080/a"), INTRANET);
});
