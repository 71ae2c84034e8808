package se.utrop.http;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.execution.ExecutionContext;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.schema.DataFetcher;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchemaElement;
import graphql.schema.GraphQLTypeVisitorStub;
import graphql.util.TraversalControl;
import graphql.util.TraverserContext;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.springframework.boot.graphql.autoconfigure.GraphQlSourceBuilderCustomizer;
import org.springframework.boot.jackson.autoconfigure.JsonFactoryBuilderCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.graphql.server.WebGraphQlInterceptor;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.server.WebFilter;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import se.utrop.Newsroom;
import se.utrop.UtropTest;
import se.utrop.graphql.Documents;
import se.utrop.graphql.OperationGuard;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.io.InputDecorator;
import tools.jackson.core.io.OutputDecorator;

/** Whatever is thrown, wherever: the request ends, its turn is given back, and the next one is answered. */
@UtropTest
@ExtendWith(OutputCaptureExtension.class)
@Import(FatalErrorTests.Faults.class)
@TestPropertySource(
        properties = {"utrop.admission.executions=2", "utrop.admission.waiting=0", "utrop.limits.timeout=2s"})
@Timeout(60)
class FatalErrorTests {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final Pattern REFERENCE = Pattern.compile("\"reference\":\"([-0-9a-f]{36})\"");

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final int port;
    private final Newsroom newsroom;
    private final Fault fault;
    private final MeterRegistry meters;

    FatalErrorTests(@LocalServerPort int port, Newsroom newsroom, Fault fault, MeterRegistry meters) {
        this.port = port;
        this.newsroom = newsroom;
        this.fault = fault;
        this.meters = meters;
    }

    /** Where something is thrown. */
    enum Stage {
        BODY,
        PARSE,
        VALIDATION,
        COST,
        ADMISSION,
        ADMISSION_LATER,
        FETCH,
        FETCH_OF_A_PUBLISHER,
        FETCH_LATER,
        COMPLETION,
        SERIALIZATION,
        COMPRESSION,
        WRITE,
        WRITE_LATER;

        /** Whether it is a part of each request: a document is read and validated once. */
        boolean isOfEach() {
            return this != PARSE && this != VALIDATION;
        }

        /** On a thread of the driver's, Reactor throws what is fatal into the driver, and the request ends by its time limit. */
        String code(Throwable failure) {
            return this == FETCH_LATER && Exceptions.isJvmFatal(failure) ? "TIMEOUT" : "INTERNAL";
        }
    }

    static Stream<Arguments> throwables() {
        return Stream.of(Stage.values())
                .flatMap(stage -> Stream.<Supplier<Throwable>>of(
                                () -> new UnsatisfiedLinkError("no library"),
                                StackOverflowError::new,
                                () -> new OutOfMemoryError("as if"),
                                () -> new AssertionError("wrong"),
                                () -> new IllegalStateException("wrong"))
                        .filter(failure -> stage != Stage.COMPLETION || failure.get() instanceof Error)
                        .map(failure ->
                                Arguments.of(stage, failure.get().getClass().getSimpleName(), failure)));
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.series("a", "Å".repeat(100));
        newsroom.awaitHeard();
    }

    @AfterEach
    void disarm() {
        fault.disarm();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("throwables")
    void endsTheRequest(Stage stage, String name, Supplier<Throwable> failure, CapturedOutput output) throws Exception {
        String document = "{ s%d: series { name } }".formatted(NUMBER.incrementAndGet());
        assertEnds(stage, failure, post(document), output);
        assertEnds(stage, failure, post("query A " + document), output);
        if (stage.isOfEach()) {
            HttpRequest.Builder known = post(document + " # rateLimit");
            assertThat(ask(known).statusCode()).isEqualTo(200);
            assertEnds(stage, failure, known, output);
        }
    }

    private void assertEnds(
            Stage stage, Supplier<Throwable> failure, HttpRequest.Builder request, CapturedOutput output)
            throws Exception {
        fault.arm(stage, failure);
        HttpResponse<String> answer = ask(request);
        assertThat(fault.hasStruck()).isTrue();
        String code = stage.code(failure.get());
        assertThat(answer.body()).as(answer.toString()).contains("\"code\":\"" + code + "\"");
        if (code.equals("INTERNAL")) {
            Matcher reference = REFERENCE.matcher(answer.body());
            assertThat(reference.find()).isTrue();
            assertThat(output.getOut()).contains(reference.group(1));
        }
        Awaitility.await()
                .until(() -> meters.get("utrop.admission.running").gauge().value() == 0);
        assertThat(ask(request).body()).contains("\"name\"").doesNotContain("errors");
    }

    private HttpRequest.Builder post(String document) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/graphql"))
                .header("Content-Type", "application/json")
                .header("Accept-Encoding", "identity")
                .header("Accept", "application/graphql-response+json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"query\": \"" + document + "\", \"operationName\": "
                        + (document.startsWith("query A") ? "\"A\"" : "null") + "}"));
    }

    private static HttpResponse<String> ask(HttpRequest.Builder request) throws Exception {
        return HTTP.send(request.timeout(Duration.ofSeconds(15)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** What is thrown next, and where. */
    static class Fault {

        private final AtomicReference<@Nullable Stage> armed = new AtomicReference<>();

        private volatile Supplier<Throwable> failure = AssertionError::new;

        void arm(Stage stage, Supplier<Throwable> failure) {
            this.failure = failure;
            armed.set(stage);
        }

        void disarm() {
            armed.set(null);
        }

        boolean hasStruck() {
            return armed.get() == null;
        }

        void at(Stage stage) {
            if (armed.compareAndSet(stage, null)) {
                throwAny(failure.get());
            }
        }

        @SuppressWarnings("unchecked")
        private static <E extends Throwable> void throwAny(Throwable failure) throws E {
            throw (E) failure;
        }
    }

    @TestConfiguration(proxyBeanMethods = false)
    static class Faults {

        @Bean
        Fault fault() {
            return new Fault();
        }

        @Bean
        CostStage costStage(Fault fault) {
            return new CostStage(fault);
        }

        @Bean
        @Order(4)
        WebGraphQlInterceptor faultyInterceptor(Fault fault) {
            return (request, chain) -> {
                fault.at(Stage.ADMISSION);
                return chain.next(request).doOnNext(response -> fault.at(Stage.ADMISSION_LATER));
            };
        }

        @Bean
        JsonFactoryBuilderCustomizer faultyJson(Fault fault) {
            return factory -> factory.inputDecorator(new FaultyJson(fault)).outputDecorator(new FaultyOutput(fault));
        }

        /** Before and after a document is parsed and validated. */
        @Bean
        @Order(Ordered.LOWEST_PRECEDENCE)
        GraphQlSourceBuilderCustomizer faultyDocuments(Fault fault, Documents documents) {
            return source -> source.configureGraphQl(graphQl -> graphQl.preparsedDocumentProvider((input, parse) -> {
                fault.at(Stage.PARSE);
                CompletableFuture<PreparsedDocumentEntry> entry = documents.getDocumentAsync(input, parse);
                fault.at(Stage.VALIDATION);
                return entry;
            }));
        }

        @Bean
        GraphQlSourceBuilderCustomizer faultyFetcher(Fault fault) {
            return source -> source.typeVisitors(List.of(new Fetchers(fault)));
        }

        @Bean
        @Order(Integer.MIN_VALUE)
        WebFilter faultyExchange(Fault fault) {
            return (exchange, chain) -> chain.filter(exchange.mutate()
                    .request(new FaultyRequest(exchange.getRequest(), fault))
                    .response(new FaultyResponse(exchange.getResponse(), fault))
                    .build());
        }
    }

    /** As a guard of operations. */
    static final class CostStage extends OperationGuard {

        private final Fault fault;

        CostStage(Fault fault) {
            this.fault = fault;
        }

        @Override
        protected void admit(ExecutionContext operation) {
            fault.at(Stage.COST);
        }
    }

    private static final class FaultyJson extends InputDecorator {

        private static final long serialVersionUID = 1;

        private final transient Fault fault;

        FaultyJson(Fault fault) {
            this.fault = fault;
        }

        @Override
        public InputStream decorate(IOContext context, InputStream in) {
            return in;
        }

        @Override
        public InputStream decorate(IOContext context, byte[] bytes, int offset, int length) {
            return new ByteArrayInputStream(bytes, offset, length);
        }

        @Override
        public Reader decorate(IOContext context, Reader reader) {
            fault.at(Stage.BODY);
            return reader;
        }
    }

    private static final class FaultyOutput extends OutputDecorator {

        private static final long serialVersionUID = 1;

        private final transient Fault fault;

        FaultyOutput(Fault fault) {
            this.fault = fault;
        }

        @Override
        public OutputStream decorate(IOContext context, OutputStream out) {
            boolean completes = StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getClassName().endsWith(".JsonWriter")));
            fault.at(completes ? Stage.COMPLETION : Stage.SERIALIZATION);
            return out;
        }

        @Override
        public Writer decorate(IOContext context, Writer writer) {
            return writer;
        }
    }

    private static final class Fetchers extends GraphQLTypeVisitorStub {

        private final Fault fault;

        Fetchers(Fault fault) {
            this.fault = fault;
        }

        @Override
        public TraversalControl visitGraphQLFieldDefinition(
                GraphQLFieldDefinition field, TraverserContext<GraphQLSchemaElement> context) {
            if (field.getName().equals("series")
                    && context.getParentNode() instanceof GraphQLObjectType type
                    && type.getName().equals("Query")) {
                GraphQLCodeRegistry.Builder registry = context.getVarFromParents(GraphQLCodeRegistry.Builder.class);
                FieldCoordinates series = FieldCoordinates.coordinates(type, field);
                registry.dataFetcher(series, faulty(registry.getDataFetcher(series, field)));
            }
            return TraversalControl.CONTINUE;
        }

        private DataFetcher<?> faulty(DataFetcher<?> fetcher) {
            return environment -> {
                fault.at(Stage.FETCH);
                return Flux.from((Publisher<?>) Objects.requireNonNull(fetcher.get(environment)))
                        .doFirst(() -> fault.at(Stage.FETCH_OF_A_PUBLISHER))
                        .doOnNext(value -> fault.at(Stage.FETCH_LATER));
            };
        }
    }

    private static final class FaultyRequest extends ServerHttpRequestDecorator {

        private final HttpHeaders headers;

        FaultyRequest(ServerHttpRequest request, Fault fault) {
            super(request);
            this.headers = new HttpHeaders(request.getHeaders()) {

                private static final long serialVersionUID = 1;

                @Override
                public @Nullable String getFirst(String name) {
                    if (name.equals(ACCEPT_ENCODING)) {
                        fault.at(Stage.COMPRESSION);
                    }
                    return super.getFirst(name);
                }
            };
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }

    private static final class FaultyResponse extends ServerHttpResponseDecorator {

        private final Fault fault;

        FaultyResponse(ServerHttpResponse response, Fault fault) {
            super(response);
            this.fault = fault;
        }

        @Override
        public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
            fault.at(Stage.WRITE);
            return super.writeWith(Mono.from(body).doOnNext(buffer -> fault.at(Stage.WRITE_LATER)));
        }
    }
}
