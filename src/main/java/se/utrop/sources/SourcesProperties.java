package se.utrop.sources;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which feeds the newsroom follows.
 *
 * @param sources the feeds, each with settings of its own
 * @param publicUrl the address at which the world reaches the server, for WebSub. By default that of utrop.site.url
 */
@ConfigurationProperties("utrop")
record SourcesProperties(
        @DefaultValue List<SourceSettings> sources,
        @Nullable URI publicUrl) {

    SourcesProperties {
        sources = List.copyOf(sources);
        Set<String> names = new HashSet<>();
        for (SourceSettings source : sources) {
            if (!names.add(source.name())) {
                throw new IllegalArgumentException("utrop.sources has two sources named " + source.name());
            }
        }
        publicUrl = publicUrl == null || publicUrl.toString().isEmpty() ? null : publicUrl;
        if (publicUrl != null && !SourceSettings.isWebAddress(publicUrl)) {
            throw new IllegalArgumentException(
                    "utrop.public-url must be an address such as https://news.example.org, but is " + publicUrl);
        }
    }

    Optional<SourceSettings> find(String name) {
        return sources.stream().filter(source -> source.name().equals(name)).findFirst();
    }
}
