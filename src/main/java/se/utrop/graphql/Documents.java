package se.utrop.graphql;

import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ExecutionInput;
import graphql.GraphQLError;
import graphql.GraphqlErrorBuilder;
import graphql.ParseAndValidate;
import graphql.ParseAndValidateResult;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.execution.preparsed.PreparsedDocumentProvider;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.Node;
import graphql.language.NodeTraverser;
import graphql.language.NodeVisitorStub;
import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import graphql.language.StringValue;
import graphql.language.VariableReference;
import graphql.parser.ParserOptions;
import graphql.schema.GraphQLSchema;
import graphql.util.TraversalControl;
import graphql.util.TraverserContext;
import graphql.validation.ValidationError;
import graphql.validation.rules.SubscriptionUniqueRootField;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.graphql.autoconfigure.GraphQlProperties;
import org.springframework.boot.graphql.autoconfigure.GraphQlSourceBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;
import se.utrop.text.Slug;

/** Parses, measures and validates each document once, and keeps the valid ones. */
@Component
public class Documents implements PreparsedDocumentProvider {

    /** To read one takes time that grows with the square of its length. */
    private static final Pattern LONG_NUMBER = Pattern.compile("[0-9]{301}");

    private static final String TOO_LONG_NUMBER =
            "The document has a number of more than 300 digits: send it as a variable, or as a string";

    private final Limits limits;

    private final ParserOptions options;

    /** Whether clients may learn of the schema. */
    private final boolean explains;

    private final ConcurrentMap<String, PreparedDocument> valid;

    Documents(Limits limits, GraphQlProperties properties) {
        this.limits = limits;
        this.explains = properties.getSchema().getIntrospection().isEnabled();
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

    @Override
    public CompletableFuture<PreparsedDocumentEntry> getDocumentAsync(
            ExecutionInput input, Function<ExecutionInput, PreparsedDocumentEntry> parseAndValidate) {
        PreparedDocument known = valid.get(input.getQuery());
        if (known == null) {
            return CompletableFuture.completedFuture(prepare(input, parseAndValidate));
        }
        known.in(input.getGraphQLContext());
        return CompletableFuture.completedFuture(known.entry());
    }

    private PreparsedDocumentEntry prepare(
            ExecutionInput input, Function<ExecutionInput, PreparsedDocumentEntry> parseAndValidate) {
        if (LONG_NUMBER.matcher(input.getQuery()).find()) {
            return new PreparsedDocumentEntry(GraphqlErrorBuilder.newError()
                    .message(TOO_LONG_NUMBER)
                    .errorType(ErrorCode.GRAPHQL_PARSE_FAILED)
                    .build());
        }
        ParseAndValidateResult parsed = parse(input);
        String complaint = parsed.isFailure() ? null : DocumentLimits.complaint(parsed.getDocument(), limits);
        if (complaint != null) {
            return new PreparsedDocumentEntry(GraphqlErrorBuilder.newError()
                    .message(complaint)
                    .errorType(ErrorCode.COST_EXCEEDED)
                    .build());
        }
        List<ValidationError> unsupported =
                parsed.isFailure() ? List.of() : SupportedDirectives.errors(parsed.getDocument());
        input.getGraphQLContext().put(ParseAndValidate.INTERNAL_VALIDATION_PREDICATE_HINT, rules(parsed.getDocument()));
        PreparsedDocumentEntry entry =
                unsupported.isEmpty() ? parseAndValidate.apply(input) : new PreparsedDocumentEntry(unsupported);
        if (!entry.hasErrors()) {
            keep(input, entry);
        }
        return explains || !entry.hasErrors() ? entry : unexplained(entry);
    }

    /** The rules of validation that can be applied to a document. */
    private static Predicate<Class<?>> rules(@Nullable Document document) {
        return rule -> rule != SubscriptionUniqueRootField.class || document == null || areRootFieldsPlain(document);
    }

    /**
     * Whether the rule of a subscription's one root field can be applied. It fails where a condition is a variable's, which
     * {@link VariableGuard} checks when it has a value, and where a fragment isn't defined, which another rule reports.
     */
    private static boolean areRootFieldsPlain(Document document) {
        return !SupportedDirectives.areConditions(document) && !hasUndefinedFragments(document);
    }

    private static boolean hasUndefinedFragments(Document document) {
        Set<String> defined = document.getDefinitionsOfType(FragmentDefinition.class).stream()
                .map(FragmentDefinition::getName)
                .collect(Collectors.toSet());
        List<String> spread = new ArrayList<>();
        NodeVisitorStub visitor = new NodeVisitorStub() {
            @Override
            @SuppressWarnings("rawtypes")
            public TraversalControl visitFragmentSpread(FragmentSpread node, TraverserContext<Node> context) {
                spread.add(node.getName());
                return TraversalControl.CONTINUE;
            }
        };
        new NodeTraverser().preOrder(visitor, document);
        return !defined.containsAll(spread);
    }

    private void keep(ExecutionInput input, PreparsedDocumentEntry entry) {
        String text = input.getQuery();
        PreparedDocument document =
                new PreparedDocument(text, entry, grown -> valid.replace(text, grown, grown)); // weighs it again
        valid.put(text, document);
        document.in(input.getGraphQLContext());
    }

    /** What is wrong with a document, without what the schema has in its place. */
    private static PreparsedDocumentEntry unexplained(PreparsedDocumentEntry entry) {
        return new PreparsedDocumentEntry(
                entry.getErrors().stream().map(Documents::unexplained).toList());
    }

    private static GraphQLError unexplained(GraphQLError error) {
        return error instanceof ValidationError
                ? GraphqlErrorBuilder.newError()
                        .message("%s", error.getMessage().split(" : ", 2)[0])
                        .locations(error.getLocations())
                        .errorType(ErrorCode.GRAPHQL_VALIDATION_FAILED)
                        .build()
                : error;
    }

    /** What is wrong with a document, its limits included; null where it can be executed. */
    @Nullable
    String complaint(String text, GraphQLSchema schema) {
        if (LONG_NUMBER.matcher(text).find()) {
            return TOO_LONG_NUMBER;
        }
        ParseAndValidateResult parsed =
                parse(ExecutionInput.newExecutionInput(text).build());
        return parsed.isFailure()
                ? parsed.getErrors().getFirst().getMessage()
                : complaint(parsed.getDocument(), schema);
    }

    private @Nullable String complaint(Document document, GraphQLSchema schema) {
        String excess = DocumentLimits.complaint(document, limits);
        if (excess != null) {
            return excess;
        }
        List<ValidationError> unsupported = SupportedDirectives.errors(document);
        List<ValidationError> errors = unsupported.isEmpty()
                ? ParseAndValidate.validate(schema, document, rules(document), Locale.ENGLISH)
                : unsupported;
        if (!errors.isEmpty()) {
            return errors.getFirst().getMessage();
        }
        return operations(document, null).isEmpty() ? "it has no operation" : null;
    }

    /** The document of this text, where it is kept as valid. */
    @Nullable
    PreparedDocument prepared(String text) {
        return valid.get(text);
    }

    private @Nullable Document known(String text) {
        PreparedDocument known = prepared(text);
        return known == null ? null : known.document();
    }

    /** The kind of the operation that a request names, or of all where it names none; none of what can't be parsed. */
    public Set<Operation> kinds(RequestBody request) {
        Document known = known(request.query());
        Document document = known != null ? known : parsed(request.query());
        return document == null
                ? Set.of()
                : operations(document, request.operationName()).stream()
                        .map(OperationDefinition::getOperation)
                        .collect(Collectors.toSet());
    }

    private @Nullable Document parsed(String text) {
        return LONG_NUMBER.matcher(text).find()
                ? null
                : parse(ExecutionInput.newExecutionInput(text).build()).getDocument();
    }

    /** What an operation reads, for caches that can be told what to forget: its root fields, and slugs asked for. */
    public String surrogateKeys(RequestBody request) {
        Document known = known(request.query());
        return known == null
                ? ""
                : operations(known, request.operationName()).stream()
                        .flatMap(operation -> operation.getSelectionSet().getSelections().stream())
                        .filter(Field.class::isInstance)
                        .flatMap(field -> surrogateKeys((Field) field, request))
                        .distinct()
                        .collect(Collectors.joining(" "));
    }

    private static Stream<String> surrogateKeys(Field field, RequestBody request) {
        Stream<String> slugs = field.getArguments().stream()
                .filter(argument -> argument.getName().equals("slug"))
                .map(argument -> switch (argument.getValue()) {
                    case StringValue literal -> literal.getValue();
                    case VariableReference variable -> request.variables().get(variable.getName());
                    default -> null;
                })
                .filter(slug -> slug instanceof String text && Slug.isSlug(text))
                .map(slug -> field.getName() + "/" + slug);
        return Stream.concat(Stream.of(field.getName()), slugs);
    }

    private static List<OperationDefinition> operations(Document document, @Nullable String name) {
        return document.getDefinitionsOfType(OperationDefinition.class).stream()
                .filter(operation -> name == null || name.equals(operation.getName()))
                .toList();
    }

    private ParseAndValidateResult parse(ExecutionInput input) {
        input.getGraphQLContext().put(ParserOptions.class, options);
        return ParseAndValidate.parse(input);
    }

    @Bean
    GraphQlSourceBuilderCustomizer documentsCustomizer() {
        return source -> source.configureGraphQl(graphql -> graphql.preparsedDocumentProvider(this));
    }
}
