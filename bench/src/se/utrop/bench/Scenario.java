package se.utrop.bench;

import java.util.List;

/**
 * A question that readers ask.
 *
 * @param name that of its document
 * @param weight its share of the mix, in percent
 * @param varies whether it has a variable that a reader would choose
 * @param close whether no server takes so long for it that what it has left behind would hold up the next
 */
record Scenario(String name, String label, int weight, boolean varies, boolean close) {

    static final List<Scenario> ALL = List.of(
            new Scenario("front", "Front page", 40, true, true),
            new Scenario("topic", "Topic page with dates", 20, true, true),
            new Scenario("deep", "Page 5,000", 5, true, true),
            new Scenario("item", "News item", 25, true, true),
            new Scenario("archive", "Archive", 5, true, false),
            new Scenario("topics", "Topics with counts", 5, false, false));
}
