/** The page's runtime. It is named with its version here, not in deno.json, so that no user of the kit fetches it. */

export * from "npm:onnxruntime-web@1.27.0/wasm";
