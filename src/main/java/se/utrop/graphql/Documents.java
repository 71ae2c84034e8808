package se.utrop.graphql;

import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ExecutionInput;
import graphql.GraphQLContext;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.ParseAndValidate;
import graphql.ParseAndValidateResult;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.execution.preparsed.PreparsedDocumentProvider;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.parser.ParserOptions;
import graphql.validation.ValidationError;
import graphql.validation.rules.SubscriptionUniqueRootField;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.graphql.autoconfigure.GraphQlProperties;
import org.springframework.boot.graphql.autoconfigure.GraphQlSourceBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.graphql.execution.GraphQlSource;
import org.springframework.stereotype.Component;

/**
 * The document cache. Parses, measures and validates each document once, and caches valid ones with everything that is
 * derived from them.
 *
 * @see <a href="https://www.graphql-java.com/documentation/execution/#query-caching">Query caching in graphql-java</a>
 */
@Component
public class Documents implements PreparsedDocumentProvider {

    /** The time to parse a number grows with the square of its length. */
    private static final Pattern LONG_NUMBER = Pattern.compile("[0-9]{301}");

    private static final GraphQLError TOO_LONG_NUMBER = GraphqlErrorBuilder.newError()
            .message("The document has a number of more than 300 digits: send it as a variable, or as a string")
            .errorType(ErrorCode.GRAPHQL_PARSE_FAILED)
            .build();

    private final Limits limits;

    private final ObjectProvider<GraphQlSource> source;

    private final ParserOptions options;

    /** Whether error messages may reveal the schema. */
    private final boolean revealsSchema;

    private final ConcurrentMap<String, PreparedDocument> valid;

    /** @param source depends on this bean, so it is looked up when the first document is validated */
    Documents(Limits limits, GraphQlProperties properties, ObjectProvider<GraphQlSource> source) {
        this.limits = limits;
        this.source = source;
        this.revealsSchema = properties.getSchema().getIntrospection().isEnabled();
        this.options = ParserOptions.getDefaultOperationParserOptions()
                .transform(builder -> builder.maxTokens(limits.tokens())
                        .maxWhitespaceTokens(limits.tokens() * 10)
                        .maxCharacters(
                                (int) Math.min(Integer.MAX_VALUE, limits.body().toBytes())));
        this.valid = Caffeine.newBuilder()
                .maximumWeight(limits.documentCache().toBytes())
                .<String, PreparedDocument>weigher((text, document) -> document.weight())
                .executor(Runnable::run)
                .build()
                .asMap();
    }

    /** Parses a document, unless it is cached. */
    public RequestDocument read(String text) {
        PreparedDocument known = valid.get(text);
        if (known != null) {
            return new RequestDocument(text, known.document(), List.of(), known);
        }
        if (LONG_NUMBER.matcher(text).find()) {
            return new RequestDocument(text, null, List.of(TOO_LONG_NUMBER), null);
        }
        ExecutionInput input = ExecutionInput.newExecutionInput(text)
                .graphQLContext(Map.of(ParserOptions.class, options))
                .locale(Locale.ENGLISH)
                .build();
        ParseAndValidateResult parsed = ParseAndValidate.parse(input);
        return parsed.isFailure()
                ? new RequestDocument(text, null, parsed.getErrors(), null)
                : new RequestDocument(text, parsed.getDocument(), List.of(), null);
    }

    @Override
    public CompletableFuture<PreparsedDocumentEntry> getDocumentAsync(
            ExecutionInput input, Function<ExecutionInput, PreparsedDocumentEntry> parseAndValidate) {
        RequestDocument read = RequestDocument.of(input.getGraphQLContext());
        RequestDocument document = read != null && read.text().equals(input.getQuery()) ? read : read(input.getQuery());
        return CompletableFuture.completedFuture(entry(document, input.getGraphQLContext()));
    }

    private PreparsedDocumentEntry entry(RequestDocument document, GraphQLContext context) {
        if (document.prepared() != null) {
            document.prepared().in(context);
            return document.prepared().entry();
        }
        List<? extends GraphQLError> errors = errors(document);
        if (document.document() == null || !errors.isEmpty()) {
            return new PreparsedDocumentEntry(
                    revealsSchema
                            ? List.copyOf(errors)
                            : errors.stream().map(Documents::withoutDetails).toList());
        }
        PreparsedDocumentEntry entry = new PreparsedDocumentEntry(document.document());
        keep(document.text(), entry).in(context);
        return entry;
    }

    private PreparedDocument keep(String text, PreparsedDocumentEntry entry) {
        PreparedDocument document =
                new PreparedDocument(text, entry, grown -> valid.replace(text, grown, grown)); // updates its weight
        valid.put(text, document);
        return document;
    }

    /** The errors of a document: syntax errors, exceeded limits or validation errors. */
    private List<? extends GraphQLError> errors(RequestDocument read) {
        Document document = read.document();
        if (document == null) {
            return read.syntaxErrors();
        }
        String excess = DocumentLimits.complaint(document, limits);
        if (excess != null) {
            return List.of(GraphqlErrorBuilder.newError()
                    .message("%s", excess)
                    .errorType(ErrorCode.COST_EXCEEDED)
                    .build());
        }
        List<ValidationError> unsupported = SupportedDirectives.errors(document);
        return unsupported.isEmpty() ? validationErrors(document) : unsupported;
    }

    /**
     * Applies the rule of a subscription's single root field only to documents that are valid otherwise, because it throws
     * if a fragment or its type is undefined. It also throws if a condition depends on a variable, which {@link
     * VariableGuard} checks at execution.
     */
    private List<ValidationError> validationErrors(Document document) {
        List<ValidationError> errors = validate(document, rule -> rule != SubscriptionUniqueRootField.class);
        return errors.isEmpty() && hasSubscription(document) && !SupportedDirectives.areConditions(document)
                ? validate(document, rule -> rule == SubscriptionUniqueRootField.class)
                : errors;
    }

    private List<ValidationError> validate(Document document, Predicate<Class<?>> rules) {
        return ParseAndValidate.validate(source.getObject().schema(), document, rules, Locale.ENGLISH);
    }

    private static boolean hasSubscription(Document document) {
        return document.getDefinitionsOfType(OperationDefinition.class).stream()
                .anyMatch(definition -> definition.getOperation() == OperationDefinition.Operation.SUBSCRIPTION);
    }

    /** The first error of a document, including exceeded limits; null if it is valid. */
    @Nullable
    String complaint(String text) {
        RequestDocument read = read(text);
        List<? extends GraphQLError> errors = errors(read);
        if (!errors.isEmpty()) {
            return errors.getFirst().getMessage();
        }
        return read.kinds(null).isEmpty() ? "it has no operation" : null;
    }

    /** Removes what a validation error reveals about the schema. */
    private static GraphQLError withoutDetails(GraphQLError error) {
        return error instanceof ValidationError
                ? GraphqlErrorBuilder.newError()
                        .message("%s", error.getMessage().split(" : ", 2)[0])
                        .locations(error.getLocations())
                        .errorType(ErrorCode.GRAPHQL_VALIDATION_FAILED)
                        .build()
                : error;
    }

    @Bean
    GraphQlSourceBuilderCustomizer documentsCustomizer() {
        return source -> source.configureGraphQl(graphql -> graphql.preparsedDocumentProvider(this));
    }
}
