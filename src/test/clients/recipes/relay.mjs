import { Observable } from "relay-runtime";
import { subscribe } from "./resume.mjs";

/** The second argument of Network.create: sends subscriptions by this client of graphql-ws. */
export function subscribeWith(client) {
  return ({ name, text }, variables) =>
    Observable.create((sink) => subscribe(client, { operationName: name, query: text, variables }, sink));
}
