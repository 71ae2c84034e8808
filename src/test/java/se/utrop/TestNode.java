package se.utrop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.http.client.ReactorResourceFactory;
import se.utrop.freshness.NewsroomVersion;

/** A whole server in this process, beside others. */
public final class TestNode implements AutoCloseable {

    private final ConfigurableApplicationContext context;

    private TestNode(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Event loops of its own: the end of a node would end those that all share. */
    @TestConfiguration(proxyBeanMethods = false)
    static class OwnEventLoops {

        @Bean
        ReactorResourceFactory reactorResources() {
            ReactorResourceFactory resources = new ReactorResourceFactory();
            resources.setUseGlobalResources(false);
            resources.setShutdownQuietPeriod(Duration.ZERO);
            return resources;
        }
    }

    public static TestNode start(List<String> settings, String... others) {
        List<String> arguments =
                new ArrayList<>(List.of("--server.port=0", "--utrop.feed.poll=300ms", "--utrop.sockets.drain=0s"));
        arguments.addAll(settings);
        arguments.addAll(Arrays.asList(others));
        TestNode node = new TestNode(new SpringApplicationBuilder(UtropApplication.class, OwnEventLoops.class)
                .run(arguments.toArray(String[]::new)));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> node.bean(NewsroomVersion.class).current() != null);
        return node;
    }

    public int port() {
        return Integer.parseInt(context.getEnvironment().getProperty("local.server.port", ""));
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
