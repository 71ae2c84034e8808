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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A document over the schema, and variables for it: most right, some wrong in a place or two, some torn.
 */
final class RandomRequest {

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

    private static final String SIGNS = "{}()[]:!$@|&=,.\"# \n\t\\u0é\u0000a1-";

    private final GraphQLSchema schema;
    private final Random random;
    private final Map<String, @Nullable Object> variables = new LinkedHashMap<>();
    private final List<String> declarations = new ArrayList<>();
    private final List<String> fragments = new ArrayList<>();

    /** Of a hundred choices, how many are wrong. */
    private final int wrong;

    private final String document;

    RandomRequest(GraphQLSchema schema, long seed) {
        this.schema = schema;
        this.random = new Random(seed);
        this.wrong = List.of(0, 0, 0, 1, 5).get(random.nextInt(5));
        this.document = torn(written());
    }

    String document() {
        return document;
    }

    Map<String, @Nullable Object> variables() {
        return variables;
    }

    private String written() {
        String operation = operation();
        String others = one(30) ? " query Other { __typename }" : "";
        return operation + String.join("", fragments) + others;
    }

    private String operation() {
        if (one(10) && schema.getSubscriptionType() != null) {
            return "subscription" + withVariables(selection(schema.getSubscriptionType(), 1));
        }
        if (one(10) && schema.getMutationType() != null) {
            return "mutation" + withVariables(selection(schema.getMutationType(), 1));
        }
        return "query" + withVariables(selection(schema.getQueryType(), 0));
    }

    private String withVariables(String selection) {
        String name = one(4) ? " Random" : "";
        return name + (declarations.isEmpty() ? "" : declarations.stream().collect(Collectors.joining(" ", "(", ")")))
                + " " + selection;
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
            return "... on " + on.getName() + directive() + " " + selection(on, depth);
        }
        String name = "F" + fragments.size();
        fragments.add("");
        String body = selection(on, Math.min(DEEPEST, depth + 2));
        fragments.set(Integer.parseInt(name.substring(1)), " fragment " + name + " on " + on.getName() + " " + body);
        return "..." + name + directive();
    }

    private String field(GraphQLFieldDefinition field, int depth) {
        String alias = one(15) ? "a" + random.nextInt(5) + ": " : "";
        return alias + field.getName() + arguments(field) + directive() + inner(field.getType(), depth);
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

    private String directive() {
        if (!one(20)) {
            return "";
        }
        return pick(List.of("@skip", "@include")) + "(if: "
                + (one(2) ? variable("Boolean!", one(2)) : String.valueOf(one(2))) + ")";
    }

    private String arguments(GraphQLFieldDefinition field) {
        String given = field.getArguments().stream()
                .filter(argument -> isRequired(argument) ? !isWrong() : one(4))
                .map(this::argument)
                .collect(Collectors.joining(", "));
        return given.isEmpty() ? "" : "(" + given + ")";
    }

    private static boolean isRequired(GraphQLArgument argument) {
        return GraphQLTypeUtil.isNonNull(argument.getType()) && !argument.hasSetDefaultValue();
    }

    private String argument(GraphQLArgument argument) {
        Object value = value(argument.getType(), 0);
        String written = one(3) ? variable(GraphQLTypeUtil.simplePrint(argument.getType()), value) : literal(value);
        return argument.getName() + ": " + written;
    }

    private String variable(String type, @Nullable Object value) {
        String name = "v" + declarations.size();
        declarations.add("$" + name + ": " + (isWrong() ? "Int" : type));
        if (!isWrong()) {
            variables.put(name, value);
        }
        return "$" + name;
    }

    private @Nullable Object value(GraphQLType type, int depth) {
        if (isWrong()) {
            return pick(List.of("x", 1, true, List.of(List.of()), Map.of("a", 1)));
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
            values.add(value(list.getWrappedType(), depth));
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

    /** An enum's value: a word in a document, a string in variables. */
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
