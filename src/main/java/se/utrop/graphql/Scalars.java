package se.utrop.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import graphql.schema.idl.RuntimeWiring;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.graphql.execution.RuntimeWiringConfigurer;

/** The schema's custom scalars. They are strict in both directions. */
@Configuration(proxyBeanMethods = false)
class Scalars {

    private static final Pattern RFC_3339 =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");

    /** A fixed number of digits, so that formatted instants sort chronologically. */
    private static final DateTimeFormatter MICROSECONDS =
            new DateTimeFormatterBuilder().appendInstant(6).toFormatter(Locale.ROOT);

    private static final Pattern DAY = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");

    /** graphql-java's ID, but without coercing numbers and other values to strings. */
    private static final GraphQLScalarType ID =
            graphql.Scalars.GraphQLID.transform(builder -> builder.coercing(new IdCoercing()));

    private static final int LONGEST_URL = 2000;

    @Bean
    RuntimeWiringConfigurer scalarWiring() {
        return wiring -> withId(wiring)
                .scalar(scalar("DateTime", Instant.class, Scalars::instant, MICROSECONDS::format))
                .scalar(scalar("Date", LocalDate.class, Scalars::day, LocalDate::toString))
                .scalar(scalar(
                        "Url",
                        URI.class,
                        Scalars::url,
                        uri -> url(uri.toString()).toString()));
    }

    /** Strict mode rejects a second definition of a scalar, and ID is defined already. */
    private static RuntimeWiring.Builder withId(RuntimeWiring.Builder wiring) {
        return wiring.strictMode(false).scalar(ID).strictMode(true);
    }

    private static Instant instant(String text) {
        if (!RFC_3339.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "is not an instant of RFC 3339 with an offset and at most nine digits of a second's fraction, like"
                            + " 2022-12-13T11:00:00Z");
        }
        try {
            return OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                    .toInstant()
                    .truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("names a day, time or offset that does not exist", e);
        }
    }

    private static LocalDate day(String text) {
        if (!DAY.matcher(text).matches()) {
            throw new IllegalArgumentException("is not a day of the form yyyy-mm-dd, like 2022-12-13");
        }
        try {
            return LocalDate.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("names a day that does not exist", e);
        }
    }

    private static URI url(String text) {
        try {
            URI uri = new URI(text);
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && text.length() <= LONGEST_URL) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // rejected below, like any other invalid URL
        }
        throw new IllegalArgumentException(
                "is not an absolute http or https address of at most " + LONGEST_URL + " characters");
    }

    private static <T> GraphQLScalarType scalar(
            String name, Class<T> type, Function<String, T> parse, Function<T, String> print) {
        return GraphQLScalarType.newScalar()
                .name(name)
                .coercing(new TextCoercing<>(name, type, parse, print))
                .build();
    }

    /**
     * @see <a href="https://spec.graphql.org/September2025/#sec-ID.Input-Coercion">GraphQL, input coercion of ID</a>
     */
    private static final class IdCoercing implements Coercing<Object, Object> {

        private final Coercing<?, ?> lenient = graphql.Scalars.GraphQLID.getCoercing();

        @Override
        public @Nullable Object serialize(Object result, GraphQLContext context, Locale locale) {
            return lenient.serialize(result, context, locale);
        }

        @Override
        public Object parseValue(Object input, GraphQLContext context, Locale locale) {
            return switch (input) {
                case String text -> text;
                case Integer number -> number.toString();
                case Long number -> number.toString();
                case BigInteger number -> number.toString();
                default -> throw new CoercingParseValueException("ID must be a string or an integer");
            };
        }

        @Override
        public @Nullable Object parseLiteral(
                Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            return lenient.parseLiteral(input, variables, context, locale);
        }

        @Override
        public Value<?> valueToLiteral(Object input, GraphQLContext context, Locale locale) {
            return lenient.valueToLiteral(input, context, locale);
        }
    }

    private record TextCoercing<T>(String name, Class<T> type, Function<String, T> parse, Function<T, String> print)
            implements Coercing<T, String> {

        @Override
        public String serialize(Object result, GraphQLContext context, Locale locale) {
            try {
                return print.apply(type.cast(result));
            } catch (ClassCastException | IllegalArgumentException e) {
                throw new CoercingSerializeException(name + " cannot be written", e);
            }
        }

        @Override
        public T parseValue(Object input, GraphQLContext context, Locale locale) {
            if (!(input instanceof String text)) {
                throw new CoercingParseValueException(name + " must be a string");
            }
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new CoercingParseValueException(describe(text, e), e);
            }
        }

        @Override
        public T parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            String text = input instanceof StringValue literal ? literal.getValue() : null;
            if (text == null) {
                throw new CoercingParseLiteralException(name + " must be a string");
            }
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw new CoercingParseLiteralException(describe(text, e), e);
            }
        }

        @Override
        public Value<?> valueToLiteral(Object input, GraphQLContext context, Locale locale) {
            return StringValue.of(type.isInstance(input) ? print.apply(type.cast(input)) : input.toString());
        }

        private String describe(String text, IllegalArgumentException reason) {
            String start = text.length() > 40 ? text.substring(0, 40) + "…" : text;
            return "%s: '%s' %s".formatted(name, start, reason.getMessage());
        }
    }
}
