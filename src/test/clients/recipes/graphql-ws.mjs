import { createClient } from "graphql-ws";

/** Connects again for as long as the page is open, and gives up a connection that doesn't answer a ping. */
export function connect(url, options) {
  let silence;
  const client = createClient({
    url,
    retryAttempts: Infinity,
    shouldRetry: () => true,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 1000 + 2000 * Math.random())),
    keepAlive: 20_000,
    on: {
      ping: (received) => {
        if (!received) silence = setTimeout(() => client.terminate(), 10_000);
      },
      pong: () => clearTimeout(silence),
      closed: () => clearTimeout(silence),
    },
    ...options,
  });
  return client;
}
