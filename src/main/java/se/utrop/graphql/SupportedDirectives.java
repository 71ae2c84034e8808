package se.utrop.graphql;

import static graphql.schema.FieldCoordinates.coordinates;

import graphql.TrivialDataFetcher;
import graphql.language.Directive;
import graphql.language.Document;
import graphql.language.Node;
import graphql.language.NodeTraverser;
import graphql.language.NodeVisitorStub;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLDirective;
import graphql.schema.idl.SchemaPrinter;
import graphql.util.TraversalControl;
import graphql.util.TraverserContext;
import graphql.validation.ValidationError;
import graphql.validation.ValidationErrorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.graphql.autoconfigure.GraphQlProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.graphql.execution.RuntimeWiringConfigurer;
import org.springframework.http.MediaType;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Removes directives that have no effect here. Graphql-java adds {@code @defer} and {@code
 * @experimental_disableErrorPropagation} to every schema, but ignores them unless the application enables them, so a
 * client that uses one would wait forever. Introspection and the printed schema omit them, and documents that use them
 * are invalid.
 */
@Configuration(proxyBeanMethods = false)
class SupportedDirectives {

    private static final Set<String> UNSUPPORTED = Set.of("defer", "experimental_disableErrorPropagation");

    private static final Set<String> CONDITIONS = Set.of("skip", "include");

    /** Precedes Spring's own route, which prints all directives. */
    private static final int ORDER = -1;

    @Bean
    RuntimeWiringConfigurer introspectedDirectives() {
        TrivialDataFetcher<List<GraphQLDirective>> supported =
                environment -> environment.getGraphQLSchema().getDirectives().stream()
                        .filter(directive -> isSupported(directive.getName()))
                        .toList();
        return wiring -> wiring.codeRegistry(
                GraphQLCodeRegistry.newCodeRegistry().dataFetcher(coordinates("__Schema", "directives"), supported));
    }

    @Bean
    @Order(ORDER)
    @ConditionalOnWebApplication
    @ConditionalOnBooleanProperty("spring.graphql.schema.printer.enabled")
    RouterFunction<ServerResponse> schemaText(GraphQlSource source, GraphQlProperties graphQl) {
        SingletonSupplier<String> text =
                SingletonSupplier.of(() -> new SchemaPrinter(SchemaPrinter.Options.defaultOptions()
                                .includeDirectiveDefinition(SupportedDirectives::isSupported))
                        .print(source.schema()));
        return RouterFunctions.route()
                .GET(
                        graphQl.getHttp().getPath() + "/schema",
                        request -> ServerResponse.ok()
                                .contentType(MediaType.TEXT_PLAIN)
                                .bodyValue(text.obtain()))
                .build();
    }

    /** One error for each use of an unsupported directive. */
    static List<ValidationError> errors(Document document) {
        return uses(document).stream()
                .filter(directive -> !isSupported(directive.getName()))
                .map(SupportedDirectives::unknown)
                .toList();
    }

    /** Whether any selection of the document has a condition. */
    static boolean areConditions(Document document) {
        return uses(document).stream().anyMatch(directive -> CONDITIONS.contains(directive.getName()));
    }

    private static List<Directive> uses(Document document) {
        List<Directive> uses = new ArrayList<>();
        NodeVisitorStub visitor = new NodeVisitorStub() {
            @Override
            @SuppressWarnings("rawtypes")
            public TraversalControl visitDirective(Directive node, TraverserContext<Node> context) {
                uses.add(node);
                return TraversalControl.CONTINUE;
            }
        };
        new NodeTraverser().preOrder(visitor, document);
        return uses;
    }

    private static ValidationError unknown(Directive directive) {
        return ValidationError.newValidationError()
                .validationErrorType(ValidationErrorType.UnknownDirective)
                .sourceLocation(directive.getSourceLocation())
                .description(
                        "Validation error (UnknownDirective) : Unknown directive '%s'".formatted(directive.getName()))
                .build();
    }

    private static boolean isSupported(String directive) {
        return !UNSUPPORTED.contains(directive);
    }
}
