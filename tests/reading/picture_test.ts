import { assertEquals } from "@std/assert";
import { pictureKind } from "../../lib/reading/picture.ts";

Deno.test("pictureKind() says what the bytes are, and nothing of bytes that a host might run", () => {
  const kindOf = (text: string) =>
    pictureKind(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  const pictures = ["\x89PNG\r\n\x1a\n", "\xff\xd8\xff\xe0", "GIF89a", "RIFF\0\0\0\0WEBP"];
  assertEquals(pictures.map(kindOf), ["png", "jpeg", "gif", "webp"]);
  const others = ["<?php", "<svg>", "<html>", "RIFF\0\0\0\0WAVE", "", " GIF89a", "II*\0"];
  assertEquals(others.map(kindOf), others.map(() => undefined));
});
