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

    private final List<String> sent = new CopyOnWriteArrayList<>();

    public void forget() {
        sent.clear();
    }

    public List<String> sent() {
        return List.copyOf(sent);
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
