/** The browser goes on by itself after an interruption; where it gives up, say after a 503, this opens another stream. */
export function subscribe(url, query, sink) {
  let cursor = null;
  let timer;
  let source;
  function open() {
    const variables = JSON.stringify({ after: cursor });
    source = new EventSource(`${url}?${new URLSearchParams({ query, variables })}`);
    source.addEventListener("next", ({ data }) => {
      const result = JSON.parse(data);
      sink.next(result);
      cursor = result.data?.newsFeed?.cursor ?? cursor;
    });
    source.addEventListener("complete", () => {
      source.close();
      sink.complete();
    });
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, 1000 + 2000 * Math.random());
    });
  }
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
