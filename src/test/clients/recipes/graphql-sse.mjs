import { createClient } from "graphql-sse";

/** Connects again for as long as the page is open. */
export function connect(url) {
  return createClient({
    url,
    retryAttempts: Infinity,
    retry: () => new Promise((resolve) => setTimeout(resolve, 1000 + 2000 * Math.random())),
  });
}
