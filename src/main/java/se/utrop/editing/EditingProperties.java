package se.utrop.editing;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The settings of editing.
 *
 * @param keysKept how long a call can be repeated with its idempotency key
 * @param retractedKept how long the text of a retracted news item can be restored; 0 for never
 * @param schedulePoll how often the node looks for scheduled news that it doesn't know of
 * @param mergeTimeout how long the merger of two topics may take
 * @param review whether somebody other than its authors must publish a draft
 */
@ConfigurationProperties("utrop.editing")
record EditingProperties(
        @DefaultValue("7d") Duration keysKept,
        @DefaultValue("30d") Duration retractedKept,
        @DefaultValue("1s") Duration schedulePoll,
        @DefaultValue("60s") Duration mergeTimeout,
        @DefaultValue("none") Review review) {

    enum Review {
        NONE,
        REQUIRED
    }

    EditingProperties {
        if (!keysKept.isPositive() || !schedulePoll.isPositive() || !mergeTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "utrop.editing.keys-kept, .schedule-poll and .merge-timeout must be positive");
        }
        if (retractedKept.isNegative()) {
            throw new IllegalArgumentException("utrop.editing.retracted-kept must not be negative");
        }
    }
}
