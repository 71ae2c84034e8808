package se.utrop.http;

import org.springframework.graphql.server.WebGraphQlRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import se.utrop.cost.BudgetReservation;
import se.utrop.graphql.OperationKey;
import se.utrop.graphql.RequestBody;
import se.utrop.graphql.RequestDocument;

/**
 * A GraphQL request over HTTP whose document has been read.
 *
 * @param reservation what it takes of the client's budget
 */
record GraphQlRequest(
        ServerHttpRequest http, RequestBody body, RequestDocument document, BudgetReservation reservation) {

    GraphQlRequest(ServerHttpRequest http, RequestBody body, RequestDocument document) {
        this(http, body, document, new BudgetReservation());
    }

    /** Whether its response depends on the client. */
    boolean isPersonal() {
        return ResponseWriter.isSignedIn(http) || asksForBudget();
    }

    boolean asksForBudget() {
        return body.query().contains(BudgetReservation.FIELD);
    }

    OperationKey cacheKey() {
        return body.key();
    }

    String surrogateKeys() {
        return document.surrogateKeys(body.operationName(), body.variables());
    }

    WebGraphQlRequest forExecution() {
        WebGraphQlRequest request =
                body.request(http.getURI(), http.getHeaders(), http.getRemoteAddress(), http.getId());
        document.passTo(request);
        return request;
    }
}
