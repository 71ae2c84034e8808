package se.utrop.graphql;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts errors by code, and logs those that an operator should know about, with at most one line per code in ten
 * seconds.
 */
final class ErrorLog {

    private static final Logger log = LoggerFactory.getLogger(ErrorLog.class);

    private static final Map<ErrorCode, ErrorLog> BY_CODE = new EnumMap<>(ErrorCode.class);

    static {
        for (ErrorCode code : ErrorCode.values()) {
            BY_CODE.put(code, new ErrorLog(code));
        }
    }

    private final ErrorCode code;

    private final LongAdder errors = new LongAdder();

    private final LongAdder unlogged = new LongAdder();

    private final LogInterval interval = new LogInterval();

    ErrorLog(ErrorCode code) {
        this.code = code;
    }

    static ErrorLog of(ErrorCode code) {
        return Objects.requireNonNull(BY_CODE.get(code));
    }

    static void register(MeterRegistry meters) {
        BY_CODE.forEach((code, log) -> FunctionCounter.builder("utrop.errors", log.errors, LongAdder::sum)
                .description("Errors that clients received")
                .tag("code", code.name())
                .register(meters));
    }

    void count() {
        errors.increment();
    }

    /** Logs the cause, unless a line was logged within the interval. */
    void warn(Supplier<String> cause) {
        unlogged.increment();
        if (interval.passes()) {
            log.warn(
                    "{} errors of code {} since the previous message, most recently: {}",
                    unlogged.sumThenReset(),
                    code,
                    cause.get());
        }
    }
}
