"use strict";

async function open() {
  const response = await fetch("graphiql/examples");
  const examples = await response.json();
  const page = React.createElement(
    GraphiQL,
    {
      fetcher: GraphiQL.createFetcher({ url: "graphql", enableIncrementalDelivery: false }),
      defaultTabs: examples.map((query) => ({ query })),
    },
    React.createElement(GraphiQL.Logo, null, React.createElement("h1", null, "Utrop")),
  );
  ReactDOM.createRoot(document.getElementById("graphiql")).render(page);
}

open();
