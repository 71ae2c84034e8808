"use strict";

async function open() {
  const response = await fetch("graphiql/examples");
  const examples = await response.json();
  const sockets = new URL("graphql", document.baseURI);
  sockets.protocol = sockets.protocol.replace("http", "ws");
  let headers = {};
  const ask = GraphiQL.createFetcher({
    url: "graphql",
    wsClient: graphqlWs.createClient({ url: sockets.href, connectionParams: () => headers }),
    enableIncrementalDelivery: false,
  });
  const page = React.createElement(
    GraphiQL,
    {
      fetcher: (request, options) => {
        headers = options.headers ?? {};
        return ask(request, options);
      },
      defaultTabs: examples.map((query) => ({ query })),
    },
    React.createElement(GraphiQL.Logo, null, React.createElement("h1", null, "Utrop")),
  );
  ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
}

open();
