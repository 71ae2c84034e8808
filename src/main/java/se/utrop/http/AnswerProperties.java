package se.utrop.http;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How long answers are kept, and by whom.
 *
 * @param memory answers that a node keeps, each until the newsroom changes; 0 for none
 * @param maxAge how long browsers and proxies may use an answer without asking whether it still holds
 * @param staleWhileRevalidate how long after that they may go on while they ask
 * @param staleIfError how long after that they may go on while this server can't be reached or fails
 */
@ConfigurationProperties("utrop.answers")
record AnswerProperties(
        @DefaultValue("64MB") DataSize memory,
        @DefaultValue("0s") Duration maxAge,
        @DefaultValue("0s") Duration staleWhileRevalidate,
        @DefaultValue("0s") Duration staleIfError) {

    AnswerProperties {
        if (memory.isNegative()
                || maxAge.isNegative()
                || staleWhileRevalidate.isNegative()
                || staleIfError.isNegative()) {
            throw new IllegalArgumentException("utrop.answers.memory, .max-age, .stale-while-revalidate and"
                    + " .stale-if-error can't be negative");
        }
    }
}
