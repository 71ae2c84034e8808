import { ApolloLink } from "@apollo/client";
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { retry, tap, throwError, timer } from "rxjs";

/** Remembers the cursor of the last message, and, after each interruption, continues after it. */
const resumeLink = new ApolloLink((operation, forward) => {
  let cursor = operation.variables.after ?? null;
  operation.variables = {
    ...operation.variables,
    // graphql-ws reads it each time it connects.
    get after() {
      return cursor;
    },
  };
  return forward(operation).pipe(
    tap(({ data }) => {
      cursor = data?.newsFeed?.cursor ?? cursor;
    }),
    retry({ delay: (error) => (CombinedGraphQLErrors.is(error) ? throwError(() => error) : timer(2000)) }),
  );
});

/** Sends subscriptions by this client of graphql-ws, and all else by the other link. */
export function feedLink(client, httpLink) {
  return ApolloLink.split(
    ({ operationType }) => operationType === "subscription",
    resumeLink.concat(new GraphQLWsLink(client)),
    httpLink,
  );
}
