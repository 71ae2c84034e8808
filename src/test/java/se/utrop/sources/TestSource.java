package se.utrop.sources;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PlaceholdersResolver;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.ApplicationConversionService;

/** Settings of a source as an operator writes them. */
final class TestSource {

    static final String NAME = "kommun";

    private TestSource() {}

    static SourceSettings of(URI url, String... settings) {
        Map<String, String> all = new HashMap<>(
                Map.of("source.name", NAME, "source.url", url.toString(), "source.allow-private-addresses", "true"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put("source." + settings[i], settings[i + 1]);
        }
        return new Binder(
                        List.of(new MapConfigurationPropertySource(all)),
                        PlaceholdersResolver.NONE,
                        ApplicationConversionService.getSharedInstance())
                .bind("source", Bindable.of(SourceSettings.class))
                .get();
    }
}
