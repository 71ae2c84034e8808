package se.utrop.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** Single questions to a server. */
final class Http implements AutoCloseable {

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String address;

    Http(int port) {
        this.address = "http://127.0.0.1:" + port;
    }

    /** @throws IOException also for an answer with errors */
    String ask(String path, String document, String variables) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(beginning(document) + variables + "}"))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200 || response.body().contains("\"errors\":")) {
            throw new IOException(
                    "%d to %s with %s: %s".formatted(response.statusCode(), document, variables, response.body()));
        }
        return response.body();
    }

    /** The beginning of a body, which the variables and a brace complete. The operation is named, as Apollo Client does. */
    static String beginning(String document) {
        String query = line(document).replace("\"", "\\\"");
        return "{\"operationName\":\"" + operationName(document) + "\",\"query\":\"" + query + "\",\"variables\":";
    }

    static String get(String path, String document, String variables) {
        return path + "?operationName=" + operationName(document) + "&query=" + encoded(line(document)) + "&variables="
                + encoded(variables);
    }

    private static String line(String document) {
        return document.strip().replaceAll("\\s+", " ");
    }

    private static String operationName(String document) {
        return line(document).split("[ ({]", 3)[1];
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        client.close();
    }
}
