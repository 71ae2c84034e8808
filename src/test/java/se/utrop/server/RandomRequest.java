package se.utrop.server;

import com.fasterxml.jackson.annotation.JsonValue;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLInputObjectType;
import graphql.schema.GraphQLInterfaceType;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedOutputType;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A document over the schema with directives everywhere, and variables for it: most right, some null, absent, extreme or of
 * another type, some wrong in a place or two, some torn.
 */
public final class RandomRequest {

    private static final int DEEPEST = 6;

    private static final List<String> TEXTS = List.of(
            "",
            "x",
            "n1",
            "kultur",
            "lagesrapport",
            "TjE",
            "VDE",
            "UzE",
            "2022-12-13",
            "2022-12-13T11:00:00Z",
            "-999999999-01-01",
            "9999-12-31",
            "9999-12-31T23:59:59.999999Z",
            "0000-01-01T00:00:00Z",
            "2022-12-13T11:00:00.123456789Z",
            "patients-in-care",
            "åäö",
            "\u0000",
            "a\u0000b",
            "\ud83d\ude80",
            "\u202e\ufeff",
            "%_\\'\";--",
            "${7*7}",
            "https://example.org/",
            "x".repeat(3000));

    private static final List<Object> NUMBERS = List.of(
            0,
            1,
            2,
            3,
            5,
            10,
            20,
            100,
            101,
            -1,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            4_000_000_000L,
            1.5,
            1e300,
            -0.0);

    private static final List<Object> OF_OTHER_TYPES = List.of(
            "x",
            1,
            1.5,
            -1e300,
            new BigInteger("9".repeat(40)),
            true,
            List.of(),
            List.of(List.of()),
            Map.of(),
            Map.of("a", 1));

    private static final List<Map<String, Object>> EXTENSIONS = List.of(
            Map.of(),
            Map.of("persistedQuery", 1),
            Map.of("persistedQuery", Map.of()),
            Map.of("persistedQuery", Map.of("version", 1, "sha256Hash", "\ud83d\ude80")),
            Map.of("persistedQuery", Map.of("version", 1e300, "sha256Hash", List.of())),
            Map.of("\u0000", Map.of("a", List.of())));

    private static final String SIGNS = "{}()[]:!$@|&=,.\"# \n\t\\u0é\u0000a1-";

    private final GraphQLSchema schema;
    private final Random random;

    /** Cursors that some list gave, and the feed. */
    private final List<String> cursors;

    private final Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    private final List<String> declarations = new ArrayList<>();
    private final List<String> fragments = new ArrayList<>();

    /** Of a hundred choices, how many are wrong. */
    private final int wrong;

    /** Whether a value is being written into the document, where a variable may stand in any place of it. */
    private boolean literal;

    private final String document;

    private final boolean subscription;

    public RandomRequest(GraphQLSchema schema, List<String> cursors, long seed) {
        this.schema = schema;
        this.cursors = cursors;
        this.random = new Random(seed);
        this.wrong = List.of(0, 0, 0, 1, 5).get(random.nextInt(5));
        this.subscription = one(8) && schema.getSubscriptionType() != null;
        this.document = torn(written());
    }

    /** Whether it was meant as a subscription. */
    public boolean isSubscription() {
        return subscription;
    }

    /** What is sent as JSON. */
    public Map<String, @Nullable Object> body() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("query", document);
        if (!variables.isEmpty() || one(2)) {
            body.put("variables", variables);
        } else if (one(2)) {
            body.put("variables", null);
        }
        if (one(20)) {
            body.put("operationName", pick(Arrays.asList(null, "", "Random", "Other", "Nothing")));
        }
        if (one(40)) {
            body.put("extensions", pick(EXTENSIONS));
        }
        return body;
    }

    String document() {
        return document;
    }

    private String written() {
        String operation = operation();
        String others = one(30) ? " query Other { __typename }" : "";
        return operation + String.join("", fragments) + others;
    }

    private String operation() {
        if (subscription) {
            return "subscription" + withVariables(subscribed(schema.getSubscriptionType()));
        }
        if (one(10) && schema.getMutationType() != null) {
            return "mutation" + withVariables(selection(schema.getMutationType(), 1));
        }
        return "query" + withVariables(selection(schema.getQueryType(), 0));
    }

    private String withVariables(String selection) {
        String name = one(4) ? " Random" : "";
        String directive = isWrong() ? directive(1) : "";
        return name + (declarations.isEmpty() ? "" : declarations.stream().collect(Collectors.joining(" ", "(", ")")))
                + directive + " " + selection;
    }

    /** Most have the one field that they must have. */
    private String subscribed(GraphQLObjectType type) {
        if (one(10)) {
            return selection(type, 1);
        }
        String field = field(pick(type.getFieldDefinitions()), 1);
        return switch (random.nextInt(6)) {
            case 0 -> "{ ..." + directive(2) + " { " + field + " } }";
            case 1 -> "{ " + spread(type, "{ " + field + " }") + directive(2) + " }";
            default -> "{ " + field + " }";
        };
    }

    private String torn(String text) {
        if (!one(20) || text.isEmpty()) {
            return text;
        }
        int at = random.nextInt(text.length());
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(at);
            case 2 -> text.substring(0, at) + SIGNS.charAt(random.nextInt(SIGNS.length())) + text.substring(at);
            default -> text.substring(0, at) + text.substring(Math.min(text.length(), at + 1 + random.nextInt(5)));
        };
    }

    private String selection(GraphQLFieldsContainer type, int depth) {
        int fields = 1 + random.nextInt(depth == 0 ? 2 : 4);
        return IntStream.range(0, fields).mapToObj(i -> part(type, depth)).collect(Collectors.joining(" ", "{ ", " }"));
    }

    private String part(GraphQLFieldsContainer type, int depth) {
        if (one(12)) {
            return fragment(type, depth);
        }
        if (one(15)) {
            return one(3) ? "a" + random.nextInt(3) + ": __typename" : "__typename";
        }
        if (isWrong()) {
            return pick(List.of(
                    "nothing", "id { id }", "news", "__schema { types { name } }", "...Nowhere", "rateLimit { cost }"));
        }
        List<GraphQLFieldDefinition> fields = type.getFieldDefinitions().stream()
                .filter(field -> depth < DEEPEST || !isComposite(field.getType()))
                .toList();
        return fields.isEmpty() ? "__typename" : field(pick(fields), depth);
    }

    private String fragment(GraphQLFieldsContainer type, int depth) {
        List<GraphQLObjectType> possible = type instanceof GraphQLInterfaceType any
                ? schema.getImplementations(any)
                : List.of((GraphQLObjectType) type);
        GraphQLObjectType on = isWrong() ? schema.getQueryType() : pick(possible);
        if (one(2)) {
            return "..." + (one(3) ? "" : " on " + on.getName()) + directive(10) + " " + selection(on, depth);
        }
        return spread(on, selection(on, Math.min(DEEPEST, depth + 2))) + directive(10);
    }

    private String spread(GraphQLObjectType on, String selection) {
        String name = "F" + fragments.size();
        fragments.add(" fragment " + name + " on " + on.getName() + (isWrong() ? directive(1) : "") + " " + selection);
        return "..." + name;
    }

    private String field(GraphQLFieldDefinition field, int depth) {
        String alias = one(15) ? "a" + random.nextInt(5) + ": " : "";
        return alias
                + field.getName()
                + arguments(field)
                + directive(depth == 1 && subscription ? 4 : 20)
                + inner(field.getType(), depth);
    }

    private String inner(GraphQLOutputType type, int depth) {
        boolean composite = isComposite(type) != isWrong();
        if (!composite) {
            return "";
        }
        return schema.getType(((GraphQLNamedOutputType) GraphQLTypeUtil.unwrapAll(type)).getName())
                        instanceof GraphQLFieldsContainer object
                ? " " + selection(object, depth + 1)
                : " { id }";
    }

    private String directive(int in) {
        if (!one(in)) {
            return "";
        }
        if (isWrong()) {
            return pick(List.of(" @skip", " @include(if: null)", " @include(if: 1)", " @defer", " @nothing(if: true)"));
        }
        String one = pick(List.of("skip", "include"));
        return " @" + one + condition()
                + (one(5) ? " @" + (one.equals("skip") ? "include" : "skip") + condition() : "");
    }

    private String condition() {
        return "(if: " + (one(2) ? variable("Boolean!", true, one(2)) : String.valueOf(one(2))) + ")";
    }

    private String arguments(GraphQLFieldDefinition field) {
        String given = field.getArguments().stream()
                .filter(argument -> isRequired(argument) ? !isWrong() : one(isCursor(argument) ? 2 : 4))
                .map(this::argument)
                .collect(Collectors.joining(", "));
        return given.isEmpty() ? "" : "(" + given + ")";
    }

    private static boolean isCursor(GraphQLArgument argument) {
        return List.of("after", "before").contains(argument.getName());
    }

    private static boolean isRequired(GraphQLArgument argument) {
        return GraphQLTypeUtil.isNonNull(argument.getType()) && !argument.hasSetDefaultValue();
    }

    private String argument(GraphQLArgument argument) {
        boolean isCursor = isCursor(argument) && !one(4);
        boolean optional = argument.hasSetDefaultValue();
        if (one(2)) {
            Object value = isCursor ? pick(cursors) : value(argument.getType(), 0);
            return argument.getName() + ": "
                    + variable(GraphQLTypeUtil.simplePrint(argument.getType()), optional, value);
        }
        literal = true;
        String written = literal(isCursor ? pick(cursors) : value(argument.getType(), 0));
        literal = false;
        return argument.getName() + ": " + written;
    }

    /** @param optional whether null may be declared where the type has it that there is none, because there is a default */
    private String variable(String type, boolean optional, @Nullable Object value) {
        String name = "v" + declarations.size();
        boolean nullable = type.endsWith("!") && optional && one(2);
        String declared = nullable ? type.substring(0, type.length() - 1) : type;
        String fallback = (nullable && type.startsWith("Boolean")) || one(10) ? fallback(type) : "";
        String directive = isWrong() ? " @include(if: true)" : "";
        declarations.add("$" + name + ": " + (isWrong() ? "Int" : declared) + fallback + directive);
        switch (random.nextInt(16)) {
            case 0 -> {}
            case 1 -> variables.put(name, null);
            case 2 -> variables.put(name, pick(OF_OTHER_TYPES));
            default -> variables.put(name, value);
        }
        return "$" + name;
    }

    private String fallback(String type) {
        return switch (type) {
            case "Boolean!", "Boolean" -> " = " + one(2);
            case "Int!", "Int" -> " = " + pick(List.of(0, 1, 3));
            case "String!", "String", "ID!", "ID" -> " = \"x\"";
            default -> type.endsWith("!") ? "" : " = null";
        };
    }

    private @Nullable Object value(GraphQLType type, int depth) {
        if (isWrong()) {
            return pick(OF_OTHER_TYPES);
        }
        if (literal && depth > 0 && one(8)) {
            literal = false;
            Word variable = new Word(variable(GraphQLTypeUtil.simplePrint(type), false, value(type, depth)));
            literal = true;
            return variable;
        }
        return switch (type) {
            case GraphQLNonNull required -> value(required.getWrappedType(), depth);
            case GraphQLList list -> values(list, depth);
            case GraphQLEnumType options -> new Word(pick(options.getValues()).getName());
            case GraphQLInputObjectType object -> object(object, depth);
            default -> scalar(GraphQLTypeUtil.simplePrint(type));
        };
    }

    private List<@Nullable Object> values(GraphQLList list, int depth) {
        List<@Nullable Object> values = new ArrayList<>();
        int size = one(50) ? 150 : random.nextInt(4);
        for (int i = 0; i < size; i++) {
            values.add(value(list.getWrappedType(), depth + 1));
        }
        return values;
    }

    private Map<String, @Nullable Object> object(GraphQLInputObjectType type, int depth) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        type.getFields().stream()
                .filter(field -> GraphQLTypeUtil.isNonNull(field.getType()) || one(2 + depth))
                .forEach(field -> object.put(field.getName(), value(field.getType(), depth + 1)));
        return object;
    }

    private @Nullable Object scalar(String type) {
        if (one(25)) {
            return null;
        }
        return switch (type) {
            case "Int", "Float" -> pick(NUMBERS);
            case "Boolean" -> one(2);
            case "Date" ->
                one(8)
                        ? pick(TEXTS)
                        : "20%02d-%02d-%02d"
                                .formatted(random.nextInt(30), 1 + random.nextInt(12), 1 + random.nextInt(28));
            case "DateTime" -> one(8) ? pick(TEXTS) : "20%02d-01-01T00:00:00Z".formatted(random.nextInt(30));
            default -> pick(TEXTS);
        };
    }

    /** An enum's value: a word in a document, a string in variables. Or a variable. */
    private record Word(@JsonValue String name) {

        @Override
        public String toString() {
            return name;
        }
    }

    private static String literal(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> quoted(text);
            case List<?> list -> list.stream().map(RandomRequest::literal).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + literal(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            default -> value.toString();
        };
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char sign = text.charAt(i);
            if (sign == '"' || sign == '\\') {
                quoted.append('\\').append(sign);
            } else if (sign < ' ') {
                quoted.append("\\u%04x".formatted((int) sign));
            } else {
                quoted.append(sign);
            }
        }
        return quoted.append('"').toString();
    }

    private boolean isComposite(GraphQLType type) {
        return GraphQLTypeUtil.unwrapAll(type) instanceof GraphQLFieldsContainer;
    }

    private boolean isWrong() {
        return random.nextInt(100) < wrong;
    }

    private boolean one(int in) {
        return random.nextInt(in) == 0;
    }

    private <T> T pick(List<T> options) {
        return options.get(random.nextInt(options.size()));
    }
}
