package se.utrop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.test.context.TestPropertySource;

/** A server whose answers pages of some other origins may read, and caches may keep for a minute. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@UtropTest
@TestPropertySource(
        properties = {
            "spring.graphql.cors.allowed-origins=https://karta.example,https://app.example",
            "spring.graphql.cors.allowed-origin-patterns=http://127.0.0.1:[*]",
            "utrop.answers.max-age=60s",
            "utrop.feed.hold=3s"
        })
public @interface CrossOriginTest {}
