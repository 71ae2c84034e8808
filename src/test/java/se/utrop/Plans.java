package se.utrop;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.test.context.TestComponent;
import se.utrop.sql.NamedParameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What PostgreSQL does for a statement. */
@TestComponent
public class Plans {

    private final Sessions sessions;

    private final JsonMapper json;

    Plans(Sessions sessions, JsonMapper json) {
        this.sessions = sessions;
        this.json = json;
    }

    /**
     * Executes it as the service has it planned: once for all values.
     *
     * @param values of its parameters, and of others maybe
     * @param tables whose rows count
     */
    public Plan explain(String text, Map<String, Object> values, Set<String> tables) throws SQLException {
        List<String> names = List.copyOf(NamedParameters.of(text));
        String arguments = names.stream().map(name -> literal(values.get(name))).collect(Collectors.joining(", "));
        try (Connection session = sessions.open();
                Statement sql = session.createStatement()) {
            sql.execute("set plan_cache_mode = force_generic_plan");
            sql.execute("prepare page as " + NamedParameters.numbered(text, names));
            try (ResultSet plan = sql.executeQuery(
                    "explain (analyze, format json) execute page" + (names.isEmpty() ? "" : "(" + arguments + ")"))) {
                plan.next();
                return new Plan(json.readTree(plan.getString(1)).at("/0/Plan"), tables);
            }
        }
    }

    private static String literal(@Nullable Object value) {
        String text = value instanceof Object[] values
                ? Arrays.stream(values).map(String::valueOf).collect(Collectors.joining(",", "{", "}"))
                : String.valueOf(value);
        return "'" + text.replace("'", "''") + "'";
    }

    /** A plan with what came of it. */
    public record Plan(JsonNode node, Set<String> tables) {

        /** The tables that were read as a whole. */
        public List<String> scans() {
            return nodes().filter(plan -> plan.path("Node Type").asString("").equals("Seq Scan"))
                    .map(Plan::table)
                    .filter(tables::contains)
                    .toList();
        }

        /** How many rows were read of the tables, those that were of no use included. */
        public double rows() {
            return nodes().filter(plan -> tables.contains(table(plan)))
                    .mapToDouble(plan -> plan.path("Actual Loops").asDouble()
                            * (plan.path("Actual Rows").asDouble()
                                    + plan.path("Rows Removed by Filter").asDouble(0)
                                    + plan.path("Rows Removed by Index Recheck").asDouble(0)))
                    .sum();
        }

        /** How many pairs of rows were compared in vain: of loops within loops, not of hash or merge joins. */
        public double pairsInVain() {
            return nodes().mapToDouble(plan -> plan.path("Actual Loops").asDouble()
                            * plan.path("Rows Removed by Join Filter").asDouble(0))
                    .sum();
        }

        private Stream<JsonNode> nodes() {
            return nodes(node);
        }

        private static Stream<JsonNode> nodes(JsonNode plan) {
            return Stream.concat(
                    Stream.of(plan), plan.path("Plans").valueStream().flatMap(Plan::nodes));
        }

        private static String table(JsonNode plan) {
            return plan.path("Relation Name").asString("");
        }

        @Override
        public String toString() {
            return node.toPrettyString();
        }
    }
}
