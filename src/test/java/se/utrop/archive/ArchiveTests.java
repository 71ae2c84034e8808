package se.utrop.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import se.utrop.Api;
import se.utrop.Newsroom;
import se.utrop.UtropTest;

@UtropTest
class ArchiveTests {

    private final Api api;

    private final Newsroom newsroom;

    ArchiveTests(Api api, Newsroom newsroom) {
        this.api = api;
        this.newsroom = newsroom;
    }

    @BeforeEach
    void fill() {
        newsroom.clear();
        newsroom.topic("a", "Topic a");
        newsroom.topic("b", "Topic b");
        newsroom.article("n1", Instant.parse("2022-12-31T22:59:59Z"), "a");
        newsroom.article("n2", Instant.parse("2022-12-31T23:00:00Z"), "a", "b");
        newsroom.article("n3", Instant.parse("2023-01-10T12:00:00Z"), "b");
        newsroom.article("n4", Instant.parse("2022-10-10T12:00:00Z"));
    }

    @Test
    void countsMonthsInTheNewsroomsZoneNewestFirst() {
        assertThat(api.data("{ archive { year month count topics { topic { slug } count } } }")
                        .get("archive")
                        .toString())
                .isEqualTo("""
                    [{"year":2023,"month":1,"count":2,"topics":[{"topic":{"slug":"b"},"count":2},\
                    {"topic":{"slug":"a"},"count":1}]},\
                    {"year":2022,"month":12,"count":1,"topics":[{"topic":{"slug":"a"},"count":1}]},\
                    {"year":2022,"month":10,"count":1,"topics":[]}]\
                    """);
    }

    @Test
    void countsWhatTheFilterLetsThrough() {
        String document = "{ archive(filter: { topics: { anyOf: [\"b\"] } }) { year count topics { count } } }";
        assertThat(api.data(document).get("archive").toString())
                .isEqualTo("[{\"year\":2023,\"count\":2,\"topics\":[{\"count\":2},{\"count\":1}]}]");
        assertThat(api.data("{ archive(filter: { topics: { anyOf: [\"x\"] } }) { count } }")
                        .get("archive")
                        .isEmpty())
                .isTrue();
    }
}
