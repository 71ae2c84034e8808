package se.utrop;

import io.r2dbc.proxy.core.QueryExecutionInfo;
import io.r2dbc.proxy.core.QueryInfo;
import io.r2dbc.proxy.listener.ProxyExecutionListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.boot.r2dbc.autoconfigure.ProxyConnectionFactoryCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/** Every statement that the server sends to the database, but for its looks at the schedule; by r2dbc-proxy. */
@TestConfiguration(proxyBeanMethods = false)
public class Statements {

    /** The node reads the feed meanwhile, and topics after they changed, for itself. */
    private static final List<String> OWN = List.of("from event e", "from topic order by");

    private final List<String> sent = new CopyOnWriteArrayList<>();

    public void forget() {
        sent.clear();
    }

    public List<String> sent() {
        return List.copyOf(sent);
    }

    /** Those that the node didn't send for itself. */
    public List<String> sentForClients() {
        return sent.stream()
                .filter(statement -> OWN.stream().noneMatch(statement::contains))
                .toList();
    }

    @Bean
    ProxyConnectionFactoryCustomizer statementCounter() {
        return builder -> builder.listener(new ProxyExecutionListener() {
            @Override
            public void beforeQuery(QueryExecutionInfo execution) {
                execution.getQueries().stream()
                        .map(QueryInfo::getQuery)
                        .filter(query -> !query.contains("publish_due"))
                        .forEach(sent::add);
            }
        });
    }
}
