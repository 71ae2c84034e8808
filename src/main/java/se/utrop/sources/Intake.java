package se.utrop.sources;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import se.utrop.importing.ImportReport;
import se.utrop.importing.ImportedSource;
import se.utrop.importing.Importer;

/** Stores what a source has sent. */
@Component
@ConditionalOnWebApplication
class Intake {

    private final Importer importer;

    Intake(Importer importer) {
        this.importer = importer;
    }

    Mono<ImportReport> take(SourceSettings source, ByteArrayResource feed, @Nullable Instant sent) {
        return isFeed(feed.getByteArray())
                ? importer.take(imported(source), feed, sent)
                : Mono.error(new SourceFailure(Outcome.UNREADABLE, "the answer is neither XML nor JSON"));
    }

    private static ImportedSource imported(SourceSettings source) {
        return new ImportedSource(
                source.name(),
                source.topics(),
                source.urgency(),
                source.series().stream()
                        .map(rule -> new ImportedSource.SeriesRule(rule.title(), rule.name()))
                        .toList(),
                true,
                source.retractDeleted());
    }

    /** An import from a file also takes text, as which any error message would pass. */
    private static boolean isFeed(byte[] content) {
        for (byte character : content) {
            if (character > ' ') {
                return character == '<' || character == '{';
            }
        }
        return false;
    }
}
