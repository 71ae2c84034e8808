package se.utrop.feed;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.graphql.server.WebGraphQlHandler;
import org.springframework.util.unit.DataSize;
import se.utrop.news.TextSearch;

/** A feed with few places for different subscriptions, before the log of the shared node. */
public final class FeedWithPlaces {

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private final Feed feed;

    private FeedWithPlaces(int places, BeanFactory node) {
        FeedProperties properties =
                new FeedProperties(DataSize.ofMegabytes(1), places, 1, 1, 1, Duration.ofSeconds(30));
        feed = new Feed(
                node.getBean(WebGraphQlHandler.class),
                node.getBean(EventLog.class),
                node.getBean(MessageStore.class),
                new SearchMatches(
                        node.getBean(EventRepository.class),
                        node.getBean(TextSearch.class),
                        node.getBean(FeedAdmission.class)),
                node.getBean(FeedCursors.class),
                properties,
                new FeedMetrics(meters));
    }

    public static FeedWithPlaces of(int places, BeanFactory node) {
        return new FeedWithPlaces(places, node);
    }

    public Feed feed() {
        return feed;
    }

    public double subscribers() {
        return meters.get("utrop.feed.subscriptions").gauge().value();
    }
}
