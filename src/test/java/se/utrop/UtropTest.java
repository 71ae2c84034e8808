package se.utrop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.graphql.test.autoconfigure.tester.AutoConfigureHttpGraphQlTester;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestConstructor;
import org.springframework.test.context.TestExecutionListeners;

/** The whole server on a port of its own, before a PostgreSQL that is empty but for what tests put there. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {
            "utrop.cost.budget=" + Integer.MAX_VALUE,
            "utrop.sockets.drain=0s",
            "spring.reactor.netty.shutdown-quiet-period=0s"
        })
@AutoConfigureWebTestClient(timeout = "30s")
@AutoConfigureHttpGraphQlTester
@Import({
    TestDatabase.class,
    SchemaReports.class,
    Statements.class,
    Api.class,
    Editor.class,
    Newsroom.class,
    Plans.class,
    Sessions.class
})
@ContextConfiguration(initializers = Tokens.class)
@TestExecutionListeners(listeners = FeedReady.class, mergeMode = TestExecutionListeners.MergeMode.MERGE_WITH_DEFAULTS)
@TestConstructor(autowireMode = TestConstructor.AutowireMode.ALL)
public @interface UtropTest {}
