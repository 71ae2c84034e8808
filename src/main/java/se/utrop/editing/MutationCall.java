package se.utrop.editing;

import graphql.schema.DataFetchingEnvironment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import se.utrop.news.Significance;
import se.utrop.text.Sha256;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A call of a mutation.
 *
 * @param action the name of the mutation
 * @param key the idempotency key under which the caller may repeat the call; null if it may not
 * @param input a digest of all arguments but the key
 * @see <a href="https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/">The Idempotency-Key HTTP
 *     header field</a>
 */
record MutationCall(String action, @Nullable String key, String input) {

    private static final String KEY = "idempotencyKey";

    private static final String SIGNIFICANCE = "significance";

    private static final JsonMapper ORDERED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    static MutationCall of(DataFetchingEnvironment environment) {
        Map<String, Object> input =
                new HashMap<>(environment.getArgumentOrDefault("input", environment.getArguments()));
        Object key = input.remove(KEY);
        // As digests of releases that don't have the argument.
        input.remove(SIGNIFICANCE, Significance.MAJOR.name());
        return new MutationCall(
                environment.getField().getName(),
                key == null ? null : key.toString(),
                Sha256.hex(ORDERED.writeValueAsString(input)));
    }

    /** The key in normal form, as far as it can be one. */
    @Nullable
    String key(InputValidator validator) {
        return key == null ? null : validator.line(InputPath.INPUT.field(KEY), key, InputValidator.KEY);
    }

    MutationResult refuseKey() {
        return MutationResult.refused(List.of(new UserError(
                UserErrorCode.INVALID,
                "This idempotencyKey was used for a different call: use a new key for each call",
                InputPath.INPUT.field(KEY).path())));
    }
}
