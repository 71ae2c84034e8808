import { subscriptionExchange } from "@urql/core";
import { subscribe } from "./resume.mjs";

/** Sends subscriptions by this client of graphql-ws. */
export function feedExchange(client) {
  return subscriptionExchange({
    forwardSubscription: (request) => ({
      subscribe: (sink) => ({ unsubscribe: subscribe(client, request, sink) }),
    }),
  });
}
