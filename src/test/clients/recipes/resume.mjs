const TEMPORARY = ["RATE_LIMITED", "TIMEOUT", "UNAVAILABLE"];

/** GraphQL errors end a subscription, except those that pass; whatever happens to a connection doesn't end it. */
const isFinal = (error) =>
  Array.isArray(error) && !error.every(({ extensions }) => TEMPORARY.includes(extensions?.code));

/** Subscribes with a client of graphql-ws or graphql-sse, and, after each interruption, continues after the last message. */
export function subscribe(client, request, sink) {
  let cursor = request.variables?.after ?? null;
  let timer;
  let unsubscribe;
  const variables = {
    ...request.variables,
    // The clients read it each time they connect.
    get after() {
      return cursor;
    },
  };
  const observer = {
    next(result) {
      sink.next(result);
      cursor = result.data?.newsFeed?.cursor ?? cursor;
    },
    error(error) {
      if (isFinal(error)) sink.error(error);
      else timer = setTimeout(start, 1000 + 2000 * Math.random());
    },
    complete: () => sink.complete(),
  };
  function start() {
    unsubscribe = client.subscribe({ ...request, variables }, observer);
  }
  start();
  return () => {
    clearTimeout(timer);
    unsubscribe();
  };
}
