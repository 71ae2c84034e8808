package se.utrop.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.TestPropertySource;
import se.utrop.UtropTest;
import se.utrop.server.RawConnection.Reply;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@UtropTest
@TestPropertySource(properties = "server.http2.enabled=true")
@ExtendWith(OutputCaptureExtension.class)
class RequestTargetTests {

    /** Of a document that has a text echoed in an error. */
    private static final String ECHO = "{news(filter:{publishedAt:{since:%22TEXT%22}}){totalCount}}";

    private final int port;

    RequestTargetTests(@LocalServerPort int port) {
        this.port = port;
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "]", "{", "}", "|", "^", "`", "<", ">", "'", "å", "\u00a0", "😀"})
    void rawCharactersInAQueryStandAsTheyAreWritten(String raw) throws IOException {
        String target = "/graphql?query=" + ECHO.replace("TEXT", raw.repeat(2));
        Reply reply = ask("GET " + target + " HTTP/1.1\r\nHost: x", StandardCharsets.UTF_8);
        assertThat(reply.body()).contains("DateTime: '" + raw.repeat(2) + "' is not");
    }

    @Test
    void rawQuotesDelimitTextsOfADocument() throws IOException {
        Reply reply = get("/graphql?query={newsBySlug(slug:\"a\"){title}}&variables={\"a\":[\"b|c\"]}");
        assertThat(reply.body()).startsWith("{\"data\":{\"newsBySlug\":null}");
    }

    /** As axios writes an address. */
    @Test
    void aListOfVariablesMayHaveRawBrackets() throws IOException {
        Reply reply = get("/graphql?query=query($f:+NewsFilter)+%7B+news(filter:+$f)+%7B+totalCount+%7D+%7D"
                + "&variables=%7B%22f%22:%7B%22topics%22:%7B%22anyOf%22:[%22nothing%22]%7D%7D%7D");
        assertThat(reply.body()).startsWith("{\"data\":{\"news\":{\"totalCount\":0}}");
        Reply typed = get("/graphql?query=query($t:+[String!])+%7B+news(filter:+%7Btopics:+%7BanyOf:+$t%7D%7D)"
                + "+%7B+totalCount+%7D+%7D&variables=%7B%22t%22:[%22nothing%22]%7D");
        assertThat(typed.body()).startsWith("{\"data\":{\"news\":{\"totalCount\":0}}");
    }

    @Test
    void everyAddressTakesEveryCharacter(CapturedOutput output) throws IOException {
        for (String start : new String[] {
            "/graphql?query=%7B__typename%7D&x=a",
            "/graphql/schema?a=",
            "/graphiql?a=",
            "/actuator/health?a=",
            "/nothing?a=",
            "http://[::1]/graphql?query={a:__typename}&x=a"
        }) {
            int usual = get(start).status();
            for (int character = '!'; character <= 0xff; character++) {
                if (character != '%') {
                    Reply reply = get(start + (char) character + "x");
                    assertThat(reply.status())
                            .as("%s%c: %s", start, character, reply)
                            .isEqualTo(usual);
                }
            }
        }
        assertThat(output).doesNotContain("\tat ");
    }

    @Test
    void everyPathMayHoldEveryCharacter(CapturedOutput output) throws IOException {
        for (String path : new String[] {"/", "/graphql", "/graphiql/assets/", "/actuator/", "/nothing/"}) {
            for (int character = '!'; character <= 0xff; character++) {
                if ("%?#;".indexOf(character) < 0) {
                    Reply reply = get(path + (char) character + "x");
                    assertThat(reply.status())
                            .as("%s%c: %s", path, character, reply)
                            .isEqualTo(404);
                }
            }
        }
        assertThat(output).doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/graphql?query=%zz", "/graphql?query=%7B__typename%7D%", "/a%f", "/actuator/health?50%"})
    void brokenPercentEncodingIsAnError(String target, CapturedOutput output) throws IOException {
        assertRefused(get(target), 400, "write a percent sign as %25", output);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /graphql?query={ topics { slug } } HTTP/1.1\r\nHost: x",
                "GET /graphql HTTP/9.x\r\nHost: x",
                "GET /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: many",
                "nonsense"
            })
    void whatIsNoHttpIsAnError(String request, CapturedOutput output) throws IOException {
        assertRefused(ask(request), 400, "", output);
    }

    @Test
    void whatIsTooLongIsAnError(CapturedOutput output) throws IOException {
        assertRefused(get("/graphql?query=" + "a".repeat(20_000)), 414, "send the request by POST", output);
        assertRefused(ask("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000)), 431, "headers", output);
    }

    @Test
    void anAnswerToWhatCameBeforeStays() throws IOException {
        Reply first = ask("DELETE /graphql HTTP/1.1\r\nHost: x\r\n\r\nnonsense");
        assertThat(first.status()).isEqualTo(405);
    }

    @Test
    void http2TakesTheSameCharacters() throws IOException {
        try (Http2Connection connection = new Http2Connection(port).begin(1 << 16)) {
            connection.get(1, "/graphql?query={__typename}&x=[\u00e5|");
            assertThat(text(connection)).startsWith("{\"data\":{\"__typename\"");
        }
    }

    @Test
    void withHttp2BrokenPercentEncodingIsAnErrorToo() throws IOException {
        try (Http2Connection connection = new Http2Connection(port).begin(1 << 16)) {
            connection.get(1, "/graphql?query=%zz");
            assertThat(text(connection)).contains("BAD_USER_INPUT");
        }
    }

    private static String text(Http2Connection connection) throws IOException {
        StringBuilder text = new StringBuilder();
        Http2Connection.Frame frame;
        do {
            frame = connection.frame();
            if (frame.type() == Http2Connection.DATA) {
                text.append(StandardCharsets.UTF_8.decode(frame.payload()));
            }
        } while (!frame.isEndOfStream());
        return text.toString();
    }

    private static void assertRefused(Reply reply, int status, String message, CapturedOutput output) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(status);
        assertThat(reply.head()).contains("content-type: application/json");
        JsonNode error = JsonMapper.shared().readTree(reply.body()).at("/errors/0");
        assertThat(error.at("/extensions/code").asString("")).isEqualTo("BAD_USER_INPUT");
        assertThat(error.at("/message").asString("")).contains(message);
        assertThat(output).doesNotContain("\tat ");
    }

    private Reply get(String target) throws IOException {
        return ask("GET " + target + " HTTP/1.1\r\nHost: localhost");
    }

    private Reply ask(String request) throws IOException {
        return ask(request, StandardCharsets.ISO_8859_1);
    }

    private Reply ask(String request, Charset charset) throws IOException {
        return RawConnection.ask(port, (request + "\r\nConnection: close\r\n\r\n").getBytes(charset));
    }
}
