// Drives each client against the server at BASE, with an editor's TOKEN, and prints a table of what was run.
import WebSocket from "ws";
import { print, record } from "./table.mjs";

// Browsers and later versions of Node.js have it.
globalThis.WebSocket ??= WebSocket;

// What each file drives first, to name it where the file can't even begin.
const parts = {
  apollo: "@apollo/client",
  urql: "@urql/core",
  requests: "graphql-request",
  streams: "graphql-ws",
  generators: "@graphql-codegen/client-preset",
  relay: "relay-runtime",
};

for (const [part, client] of Object.entries(parts)) {
  try {
    await import(`./${part}.mjs`);
  } catch (error) {
    record(client, `all that is left of ${part}.mjs`, error);
  }
}
process.exit(print() ? 1 : 0);
